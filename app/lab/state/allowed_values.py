"""Form fields with the values of a setting that work with the current others.

No limit stands here: `setting_conflicts` tells of each value whether it works, and why not.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from app.engine.spec import weight_names
from app.engine.spec.stack import KERNELS
from app.lab.state import cost, setting_conflicts
from app.lab.state.labels import FIELD_LABELS, label_of
from app.lab.state.state import State, build, flatten, text_of
from app.lab.state.views import FieldView, OptionView
from app.messages import Message, sentence

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
    """Asks about values of one setting while all others stay the same."""

    def __init__(self, state: State, limits: cost.CostLimits) -> None:
        self.state = state
        self.values = flatten(state)
        self.limits = limits

    def refusal(self, name: str, value: object) -> Message | None:
        """Return why `value` cannot work, or None when it can."""
        return setting_conflicts.refusal(self.values, {name: value}, self.limits)

    def number(self, name: str, allowed: range, *, more: bool = False) -> FieldView:
        """Offer the part of `allowed` that works."""
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
        refused = {size: self.refusal(name, (size, size)) for size in KERNELS}
        working = [size for size, why in refused.items() if why is None]
        offered = working or self.values[name][:1]
        sizes = {*working, *self.values[name]}
        sides = "|".join(map(str, sorted(sizes, reverse=True)))
        refusal = next(filter(None, refused.values()), None)
        message = KERNEL_BOUNDED.having(refusal=refusal) if refusal else KERNEL
        return self._field(
            name,
            why=message.having(lowest=offered[0], highest=offered[-1]),
            narrowed=refusal is not None,
            pattern=rf"\s*({sides})(\s*[xX×]\s*({sides}))?\s*",
            more=False,
        )

    def fixed(self, name: str, value: object, why: Message) -> FieldView:
        """Show a value that the other settings leave no choice for; the form sends the default."""
        option = OptionView(value="", label=text_of(value), chosen=True)
        return self._field(name, why=why, narrowed=True, options=(option,))

    def _step(self, name: str, current: int, allowed: range) -> int:
        for step in range(1, min(len(allowed), 129)):
            neighbours = (value for value in (current + step, current - step) if value in allowed)
            if any(self._works(name, value) for value in neighbours):
                return step
        return 1

    def _last_working(self, name: str, values: Sequence[int]) -> int:
        # Values fail only beyond a bound.
        if self._works(name, values[-1]):
            return len(values) - 1
        return bisect_left(values, 1, lo=1, key=lambda value: int(not self._works(name, value))) - 1

    def _works(self, name: str, value: int) -> bool:
        return setting_conflicts.works(self.values, {name: value}, self.limits)

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


def valued(field: FieldView, value: object) -> FieldView:
    """Return a field with another value that works."""
    return replace(field, value=text_of(value), default=value == DEFAULTS[field.name])


def _why_range(refusal: Message | None, step: int) -> Message:
    if refusal is None:
        return RANGE if step == 1 else RANGE_IN_STEPS
    return RANGE_BOUNDED if step == 1 else RANGE_IN_STEPS_BOUNDED
