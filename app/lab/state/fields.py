"""The settings as form fields with the values that work now: their order, and which are not shown."""

from typing import get_args

from app.engine.spec import weight_names
from app.engine.spec.geometry import Kind
from app.engine.spec.normalisation import Word
from app.engine.spec.stack import (
    DILATIONS,
    FILTERS,
    MULTIPLIERS,
    POOL_SIZES,
    SEEDS,
    SIZES,
    STRIDES,
    Activation,
    PaddingMode,
    Pool,
    StackSpec,
)
from app.engine.weights.request import Distribution, Initialiser
from app.lab.state import cost
from app.lab.state.allowed_values import SettingTrials, valued
from app.lab.state.state import CHANNEL_WORDS, LAYERS, Axes, Contrast, Fit, Scale, Show, State
from app.lab.state.views import FieldView

USUAL_PADDINGS: tuple[object, ...] = ("same", "valid", 1, 2, 3, 4, 5, 6, 8, 10)


def picture_fields(state: State, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields of the picture, the input of layer 1."""
    trials = SettingTrials(state, limits)
    return (
        trials.number("size", SIZES),
        trials.choice("fit", get_args(Fit)),
        trials.choice("channels", CHANNEL_WORDS.values()),
        trials.choice(
            "normalise", dict.fromkeys((*get_args(Word), state.stack.normalise)), more=True
        ),
    )


def layer_fields(state: State, number: int, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields of layer `number`, without those that do not apply to it."""
    trials = SettingTrials(state, limits)
    layer = state.stack.layers[number - 1]
    paddings = dict.fromkeys((*USUAL_PADDINGS, layer.padding))
    seed = (trials.number("seed", SEEDS),) if _is_first_random(state.stack, number) else ()
    return (
        *_filters(trials, number),
        trials.kernel(f"kernel{number}"),
        trials.choice(f"stride{number}", STRIDES),
        trials.choice(f"padding{number}", paddings),
        trials.choice(f"activation{number}", get_args(Activation)),
        *_pool(trials, number),
        trials.weights(number),
        *_drawing(trials, number),
        *seed,
        trials.choice(f"dilation{number}", DILATIONS, more=True),
        trials.choice(f"padding_mode{number}", get_args(PaddingMode), more=True),
        *_groups(trials, number),
        trials.choice(f"bias{number}", (True, False), more=True),
    )


def with_seed(made: tuple[FieldView, ...], seed: int) -> tuple[FieldView, ...]:
    """Return fields of layers with this seed: all seeds work, so nothing else in them depends on it."""
    return tuple(valued(one, seed) if one.name == "seed" else one for one in made)


def display_fields(state: State, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields common to both layers: flipping of kernels, and the display of values."""
    trials = SettingTrials(state, limits)
    pools = any(layer.pool != "none" for layer in state.stack.layers)
    idle = "unpooled" if state.display.show != "unpooled" and not pools else None
    shows = [word for word in get_args(Show) if word != idle]
    return (
        trials.choice("flip", (False, True)),
        trials.choice("show", shows),
        trials.choice("scale", get_args(Scale)),
        trials.choice("contrast", get_args(Contrast)),
        trials.choice("axes", get_args(Axes)),
    )


def unshown(state: State) -> tuple[str, ...]:
    """Return the settings without a field at the moment, which the form must preserve."""
    no_seed = not any(_is_first_random(state.stack, number) for number in LAYERS)
    return (
        "mute",
        "solo",
        "order",
        "over",
        "edit1",
        "edit2",
        "step",
        *(("seed",) if no_seed else ()),
    )


def _filters(trials: SettingTrials, number: int) -> tuple[FieldView, ...]:
    layer = trials.state.stack.layers[number - 1]
    kind = trials.choice(f"kind{number}", get_args(Kind))
    reason = trials.state.stack.fixed(number).get("filters")
    if reason:
        filters = trials.fixed(f"filters{number}", layer.filters, reason)
    else:
        filters = trials.number(f"filters{number}", FILTERS)
    if layer.kind == "standard":
        return kind, filters
    return kind, filters, trials.number(f"multiplier{number}", MULTIPLIERS)


def _drawing(trials: SettingTrials, number: int) -> tuple[FieldView, ...]:
    layer = trials.state.stack.layers[number - 1]
    if layer.weights != weight_names.RANDOM:
        return ()
    initialiser = trials.choice(f"initialiser{number}", get_args(Initialiser))
    if layer.initialiser == "orthogonal":
        return (initialiser,)
    return initialiser, trials.choice(f"distribution{number}", get_args(Distribution))


def _pool(trials: SettingTrials, number: int) -> tuple[FieldView, ...]:
    pool = trials.choice(f"pool{number}", get_args(Pool))
    if trials.state.stack.layers[number - 1].pool == "none":
        return (pool,)
    return pool, trials.number(f"pool_size{number}", POOL_SIZES)


def _groups(trials: SettingTrials, number: int) -> tuple[FieldView, ...]:
    stack = trials.state.stack
    if stack.layers[number - 1].kind != "standard":
        return ()
    return (trials.choice(f"groups{number}", stack.groups_possible(number), more=True),)


def _is_first_random(stack: StackSpec, number: int) -> bool:
    drawn = [n for n in LAYERS if stack.layers[n - 1].weights == "random"]
    return number in drawn[:1]
