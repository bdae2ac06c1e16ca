"""The settings as form fields whose limits move with the other settings.

No limit is written down here: a value is offered when a state can be made with it, and the reason why
another is not is the very message that refuses it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, get_args

from app.engine.errors import SpecError
from app.engine.spec import (
    DILATIONS,
    FILTERS,
    KERNELS,
    SEEDS,
    SIZES,
    STRIDES,
    Activation,
    Normalise,
    PaddingMode,
    StackSpec,
)
from app.imaging.prepare import Fit
from app.lab import cost
from app.lab.state import (
    CHANNEL_WORDS,
    DISPLAY_SETTINGS,
    LAYERS,
    Contrast,
    Scale,
    Show,
    State,
    build,
    flatten,
    text_of,
)
from app.lab.views import FieldView, OptionView

WORDS = {
    "rgb": "R, G, B",
    "centre": "centred, x − 0.5",
    "none": "as it is, 0 to 1",
    "imagenet": "ImageNet’s mean and deviation",
    "valid": "valid (none)",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
    "handmade": "made by hand",
    "random": "random (He normal)",
    "activation": "after the activation",
    "preactivation": "before the activation",
    "map": "each map",
    "layer": "the layer",
    "stack": "both layers",
    "root": "root",
}
LABELS = {
    "padding_mode": "border",
    "normalise": "values",
}
# Settings that no other setting's limits depend on: what is known of those stays known when they change.
INDEPENDENT = ("seed", "fit", "normalise", *DISPLAY_SETTINGS)
SPEAKING = ("fit", "channels", "activation", "weights", "show")
DEFAULTS = flatten(build("", {}))
USUAL_PADDINGS: tuple[Any, ...] = ("same", "valid", 1, 2, 3, 4, 5, 6, 8, 10)


def picture_fields(state: State, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields of the picture: what layer 1 reads."""
    trial = _Trial(state, limits)
    return (
        trial.number("size", SIZES),
        trial.choice("fit", get_args(Fit)),
        trial.choice("channels", CHANNEL_WORDS.values()),
        trial.choice("normalise", get_args(Normalise), more=True),
    )


def layer_fields(state: State, number: int, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields of layer `number`."""
    trial = _Trial(state, limits)
    layer = state.stack.layers[number - 1]
    paddings = dict.fromkeys((*USUAL_PADDINGS, layer.padding))
    seed = (trial.number("seed", SEEDS),) if _is_first_random(state.stack, number) else ()
    return (
        trial.number(f"filters{number}", FILTERS),
        trial.kernel(f"kernel{number}"),
        trial.choice(f"stride{number}", STRIDES),
        trial.choice(f"padding{number}", paddings),
        trial.choice(f"activation{number}", get_args(Activation)),
        trial.weights(number),
        *seed,
        trial.choice(f"dilation{number}", DILATIONS, more=True),
        trial.choice(f"padding_mode{number}", get_args(PaddingMode), more=True),
        trial.choice(f"groups{number}", state.stack.groups_possible(number), more=True),
        trial.choice(f"bias{number}", (True, False), more=True),
    )


def display_fields(state: State, limits: cost.CostLimits) -> tuple[FieldView, ...]:
    """Return the fields that say how values are shown."""
    trial = _Trial(state, limits)
    return (
        trial.choice("show", get_args(Show)),
        trial.choice("scale", get_args(Scale)),
        trial.choice("contrast", get_args(Contrast)),
    )


def unshown(state: State) -> tuple[str, ...]:
    """Return the settings that no field shows now, but that a changed field must not lose."""
    no_seed = not any(_is_first_random(state.stack, number) for number in LAYERS)
    return ("mute", "solo", "order", *(("seed",) if no_seed else ()))


class _Trial:
    """Tries values of one setting while the others stay."""

    def __init__(self, state: State, limits: cost.CostLimits) -> None:
        self.state = state
        self.values = flatten(state)
        self.limits = limits

    def refusal(self, name: str, value: object) -> str | None:
        """Return why `value` cannot work, or None when it can."""
        others = {other: self.values[other] for other in self.values if other not in INDEPENDENT}
        return _refusal(tuple((others | {name: value}).items()), self.limits)

    def number(self, name: str, allowed: range, *, more: bool = False) -> FieldView:
        """Offer the reachable part of `allowed`, found by halving: each setting is bad only beyond a bound."""
        current = self.values[name]
        step = self._step(name, current, allowed)
        up = allowed[allowed.index(current) :: step]
        down = allowed[allowed.index(current) :: -step]
        highest = up[self._last_working(name, up)]
        lowest = down[self._last_working(name, down)]
        refusal = self._first_refusal(name, allowed, (lowest - 1, highest + 1, current + 1))
        why = f"{lowest} to {highest}" + (f" in steps of {step}" if step > 1 else "")
        return self._field(
            name,
            why=f"{why}. Beyond that, {refusal}" if refusal else why,
            narrowed=refusal is not None,
            minimum=lowest,
            maximum=highest,
            step=step,
            more=more,
        )

    def choice(self, name: str, words: Iterable[object], *, more: bool = False) -> FieldView:
        chosen = self.values[name]
        options = tuple(
            OptionView(
                value=text_of(word),
                label=_label(name, word, self.state),
                chosen=word == chosen,
                refusal=self.refusal(name, word),
            )
            for word in words
        )
        why = next((option.refusal for option in options if option.refusal), None)
        return self._field(name, why=why, narrowed=why is not None, options=options, more=more)

    def weights(self, number: int) -> FieldView:
        """Offer the weights that the shape allows; None is their default, which the address leaves out."""
        name, why_not = f"weights{number}", self.state.stack.why_not_handmade(number)
        if why_not is None:
            return self.choice(name, (None, "random"))
        field = self.choice(name, (None,))
        return replace(field, why=f"Random, because {why_not}.", narrowed=True)

    def kernel(self, name: str) -> FieldView:
        offered = self._working(name, [(size, size) for size in KERNELS])
        sizes = {height for height, _ in offered} | set(self.values[name])
        sides = "|".join(map(str, sorted(sizes, reverse=True)))
        why = f"{offered[0][0]} to {offered[-1][0]}, or height x width such as 3x5"
        narrowed = len(offered) < len(KERNELS)
        if narrowed:
            refused = next(size for size in KERNELS if self.refusal(name, (size, size)))
            why += f". Beyond that, {self.refusal(name, (refused, refused))}"
        return self._field(
            name,
            why=why,
            narrowed=narrowed,
            pattern=rf"\s*({sides})(\s*[xX×]\s*({sides}))?\s*",
            more=False,
        )

    def _working(self, name: str, values: Iterable[Any]) -> list[Any]:
        offered = [value for value in values if self.refusal(name, value) is None]
        return offered or [self.values[name]]

    def _step(self, name: str, current: int, allowed: range) -> int:
        for step in range(1, min(len(allowed), 129)):
            neighbours = (value for value in (current + step, current - step) if value in allowed)
            if any(self.refusal(name, value) is None for value in neighbours):
                return step
        return 1

    def _last_working(self, name: str, values: Sequence[int]) -> int:
        return bisect_left(values, 1, lo=1, key=lambda value: self._refused(name, value)) - 1

    def _refused(self, name: str, value: int) -> int:
        return 0 if self.refusal(name, value) is None else 1

    def _first_refusal(self, name: str, allowed: range, values: Iterable[int]) -> str | None:
        refusals = (self.refusal(name, value) for value in values if value in allowed)
        return next(filter(None, refusals), None)

    def _field(self, name: str, **knobs: Any) -> FieldView:
        bare = name.rstrip("12")
        return FieldView(
            name=name,
            label=LABELS.get(bare, bare),
            value=text_of(self.values[name]),
            default=self.values[name] == DEFAULTS[name],
            speaks=bare in SPEAKING,
            **knobs,
        )


@lru_cache(maxsize=16_384)
def _refusal(values: tuple[tuple[str, object], ...], limits: cost.CostLimits) -> str | None:
    try:
        cost.check(build("", dict(values)).stack, limits)
    except SpecError as error:
        return error.message
    return None


def _is_first_random(stack: StackSpec, number: int) -> bool:
    drawn = [n for n in LAYERS if stack.layers[n - 1].weights == "random"]
    return number in drawn[:1]


def _label(name: str, word: object, state: State) -> str:
    if word is None:
        by_hand = state.stack.why_not_handmade(int(name[-1])) is None
        return WORDS["handmade" if by_hand else "random"]
    return WORDS.get(text_of(word), text_of(word))
