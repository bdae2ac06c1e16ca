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
from app.lab.state.allowed_values import Trial
from app.lab.state.state import CHANNEL_WORDS, LAYERS, Axes, Contrast, Fit, Scale, Show, State
from app.lab.state.views import FieldView

USUAL_PADDINGS: tuple[object, ...] = ("same", "valid", 1, 2, 3, 4, 5, 6, 8, 10)


def picture_fields(state: State, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields of the picture, the input of layer 1."""
    trial = Trial(state, limits)
    return (
        trial.number("size", SIZES),
        trial.choice("fit", get_args(Fit)),
        trial.choice("channels", CHANNEL_WORDS.values()),
        trial.choice(
            "normalise", dict.fromkeys((*get_args(Word), state.stack.normalise)), more=True
        ),
    )


def layer_fields(state: State, number: int, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields of layer `number`, without those that do not apply to it."""
    trial = Trial(state, limits)
    layer = state.stack.layers[number - 1]
    paddings = dict.fromkeys((*USUAL_PADDINGS, layer.padding))
    seed = (trial.number("seed", SEEDS),) if _is_first_random(state.stack, number) else ()
    return (
        *_filters(trial, number),
        trial.kernel(f"kernel{number}"),
        trial.choice(f"stride{number}", STRIDES),
        trial.choice(f"padding{number}", paddings),
        trial.choice(f"activation{number}", get_args(Activation)),
        *_pool(trial, number),
        trial.weights(number),
        *_drawing(trial, number),
        *seed,
        trial.choice(f"dilation{number}", DILATIONS, more=True),
        trial.choice(f"padding_mode{number}", get_args(PaddingMode), more=True),
        *_groups(trial, number),
        trial.choice(f"bias{number}", (True, False), more=True),
    )


def display_fields(state: State, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields common to both layers: flipping of kernels, and the display of values."""
    trial = Trial(state, limits)
    pools = any(layer.pool != "none" for layer in state.stack.layers)
    idle = "unpooled" if state.display.show != "unpooled" and not pools else None
    shows = [word for word in get_args(Show) if word != idle]
    return (
        trial.choice("flip", (False, True)),
        trial.choice("show", shows),
        trial.choice("scale", get_args(Scale)),
        trial.choice("contrast", get_args(Contrast)),
        trial.choice("axes", get_args(Axes)),
    )


def unshown(state: State) -> tuple[str, ...]:
    """Return the settings without a field at the moment, which the form must preserve."""
    no_seed = not any(_is_first_random(state.stack, number) for number in LAYERS)
    return ("mute", "solo", "order", "edit1", "edit2", "step", *(("seed",) if no_seed else ()))


def _filters(trial: Trial, number: int) -> tuple[FieldView, ...]:
    layer = trial.state.stack.layers[number - 1]
    kind = trial.choice(f"kind{number}", get_args(Kind))
    reason = trial.state.stack.fixed(number).get("filters")
    if reason:
        filters = trial.fixed(f"filters{number}", layer.filters, reason)
    else:
        filters = trial.number(f"filters{number}", FILTERS)
    if layer.kind == "standard":
        return kind, filters
    return kind, filters, trial.number(f"multiplier{number}", MULTIPLIERS)


def _drawing(trial: Trial, number: int) -> tuple[FieldView, ...]:
    layer = trial.state.stack.layers[number - 1]
    if layer.weights != weight_names.RANDOM:
        return ()
    initialiser = trial.choice(f"initialiser{number}", get_args(Initialiser))
    if layer.initialiser == "orthogonal":
        return (initialiser,)
    return initialiser, trial.choice(f"distribution{number}", get_args(Distribution))


def _pool(trial: Trial, number: int) -> tuple[FieldView, ...]:
    pool = trial.choice(f"pool{number}", get_args(Pool))
    if trial.state.stack.layers[number - 1].pool == "none":
        return (pool,)
    return pool, trial.number(f"pool_size{number}", POOL_SIZES)


def _groups(trial: Trial, number: int) -> tuple[FieldView, ...]:
    stack = trial.state.stack
    if stack.layers[number - 1].kind != "standard":
        return ()
    return (trial.choice(f"groups{number}", stack.groups_possible(number), more=True),)


def _is_first_random(stack: StackSpec, number: int) -> bool:
    drawn = [n for n in LAYERS if stack.layers[n - 1].weights == "random"]
    return number in drawn[:1]
