"""Form fields with the values of a setting that work with the current others, found by trying them.

No limit is repeated here: a value is offered if a state can be made with it, and the reason against any other is
the message of the error.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.engine.spec.stack import KERNELS
from app.lab.state import cost
from app.lab.state.labels import FIELD_LABELS, label_of
from app.lab.state.state import DISPLAY_SETTINGS, LAYERS, State, build, flatten, text_of
from app.lab.state.views import FieldView, OptionView
from app.messages import Message, sentence

# Settings that no other setting's limits depend on; when they change, cached results for the others stay valid.
OF_WEIGHTS = (f"{name}{n}" for name in ("initialiser", "distribution", "edit") for n in LAYERS)
INDEPENDENT = ("seed", "flip", "fit", "normalise", "step", *DISPLAY_SETTINGS, *OF_WEIGHTS)
SELF_EXPLANATORY = (
    "fit",
    "channels",
    "kind",
    "activation",
    "pool",
    "weights",
    "show",
    "flip",
    "axes",
)
DEFAULTS = flatten(build("", {}))

RANGE = sentence("{lowest} to {highest}")
RANGE_IN_STEPS = sentence("{lowest} to {highest} in steps of {step}")
RANGE_BOUNDED = sentence("{lowest} to {highest}. Beyond that, {refusal}")
RANGE_IN_STEPS_BOUNDED = sentence(
    "{lowest} to {highest} in steps of {step}. Beyond that, {refusal}"
)
KERNEL = sentence("{lowest} to {highest}, or height × width such as 3x5")
KERNEL_BOUNDED = sentence(
    "{lowest} to {highest}, or height × width such as 3x5. Beyond that, {refusal}"
)


class SettingTrials:
    """Tries values of one setting while all others stay the same."""

    def __init__(self, state: State, limits: cost.CostLimits) -> None:
        self.state = state
        self.values = flatten(state)
        self.limits = limits

    def refusal(self, name: str, value: object) -> Message | None:
        """Return why `value` cannot work, or None when it can."""
        others = {
            other: own for other, own in self.values.items() if not _is_independent(other, own)
        }
        return _refusal(tuple((others | {name: value}).items()), self.limits)

    def number(self, name: str, allowed: range, *, more: bool = False) -> FieldView:
        """Offer the part of `allowed` that works, found by bisection, since values fail only beyond a bound."""
        current = self.values[name]
        step = self._step(name, current, allowed)
        up = allowed[allowed.index(current) :: step]
        down = allowed[allowed.index(current) :: -step]
        highest = up[self._last_working(name, up)]
        lowest = down[self._last_working(name, down)]
        refusal = self._first_refusal(name, allowed, (lowest - 1, highest + 1, current + 1))
        return self._field(
            name,
            why=_why_range(refusal, step).having(
                lowest=lowest, highest=highest, step=step, refusal=refusal
            ),
            narrowed=refusal is not None,
            minimum=lowest,
            maximum=highest,
            step=step,
            more=more,
        )

    def choice(
        self,
        name: str,
        words: Iterable[object],
        *,
        more: bool = False,
        why_not: Callable[[Any], Message | None] | None = None,
    ) -> FieldView:
        """Offer these words; one that cannot be chosen now comes with the reason.

        `why_not`, if given, finds the reason faster than trying.
        """
        chosen = self.values[name]
        refusal = why_not or partial(self.refusal, name)
        options = tuple(
            OptionView(
                value=text_of(word),
                label=label_of(name, word, self.state),
                chosen=word == chosen,
                refusal=refusal(word),
            )
            for word in words
        )
        why = next((option.refusal for option in options if option.refusal), None)
        return self._field(name, why=why, narrowed=why is not None, options=options, more=more)

    def weights(self, number: int) -> FieldView:
        """Offer the weights that the shape allows; None is the default, which the address omits."""
        stack, name = self.state.stack, f"weights{number}"
        default, own = stack.default_weights(number), stack.layers[number - 1].weights
        imported = [
            layer.weights
            for layer in stack.layers
            if weight_names.imported_layers(layer.weights or "")
        ]
        words = (None, *(word for word in weight_names.NAMES if word != default), *imported)

        def why(word: str | None) -> Message | None:
            refusal = stack.refusal(number, word) if word else None
            return refusal.message if refusal else None

        field = self.choice(name, dict.fromkeys(words), why_not=why)
        why_not = stack.why_not(number, weight_names.HANDMADE)
        if own == weight_names.RANDOM and why_not:
            return replace(
                field, why=sentence("Random, because {why}.", why=why_not), narrowed=True
            )
        return field

    def kernel(self, name: str) -> FieldView:
        """Offer the sizes that work, as a pattern for the text field."""
        offered = self._working(name, [(size, size) for size in KERNELS])
        sizes = {height for height, _ in offered} | set(self.values[name])
        sides = "|".join(map(str, sorted(sizes, reverse=True)))
        squares = ((size, size) for size in KERNELS)
        refusal = next(filter(None, (self.refusal(name, square) for square in squares)), None)
        message = KERNEL_BOUNDED.having(refusal=refusal) if refusal else KERNEL
        return self._field(
            name,
            why=message.having(lowest=offered[0][0], highest=offered[-1][0]),
            narrowed=refusal is not None,
            pattern=rf"\s*({sides})(\s*[xX×]\s*({sides}))?\s*",
            more=False,
        )

    def fixed(self, name: str, value: object, why: Message) -> FieldView:
        """Show a value that the other settings leave no choice for; the form sends the default."""
        option = OptionView(value="", label=text_of(value), chosen=True)
        return self._field(name, why=why, narrowed=True, options=(option,))

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

    def _first_refusal(self, name: str, allowed: range, values: Iterable[int]) -> Message | None:
        refusals = (self.refusal(name, value) for value in values if value in allowed)
        return next(filter(None, refusals), None)

    def _field(self, name: str, **knobs: Any) -> FieldView:
        bare = name.rstrip("12")
        return FieldView(
            name=name,
            label=FIELD_LABELS[bare],
            value=text_of(self.values[name]),
            default=self.values[name] == DEFAULTS[name],
            speaks=bare in SELF_EXPLANATORY,
            **knobs,
        )


def _why_range(refusal: Message | None, step: int) -> Message:
    if refusal is None:
        return RANGE if step == 1 else RANGE_IN_STEPS
    return RANGE_BOUNDED if step == 1 else RANGE_IN_STEPS_BOUNDED


def _is_independent(name: str, value: object) -> bool:
    # Custom means and deviations fit only one number of channels.
    return name in INDEPENDENT and not (name == "normalise" and isinstance(value, tuple))


@lru_cache(maxsize=16_384)
def _refusal(values: tuple[tuple[str, object], ...], limits: cost.CostLimits) -> Message | None:
    try:
        cost.check(build("", dict(values)).stack, limits)
    except SpecError as error:
        return error.message
    return None
