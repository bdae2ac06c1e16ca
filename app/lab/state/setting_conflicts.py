"""Whether settings work together, and why not.

Whether they do is calculated, since a form asks for about 80 values. The reason against one is the message of the
error that a state with it raises, so it stands in one place.
"""

from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any

from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.lab.state import cost
from app.lab.state.layer_costs import LayerNumbers, costs_of
from app.lab.state.state import CHANNEL_WORDS, DISPLAY_SETTINGS, LAYERS, build
from app.messages import Message

CHANNEL_COUNTS = {word: count for count, word in CHANNEL_WORDS.items()}
ANY_WEIGHTS = (None, weight_names.RANDOM)  # exist for every shape
DECIDE_WEIGHTS = frozenset(
    (
        "channels",
        *(
            f"{name}{number}"
            for number in LAYERS
            for name in ("filters", "kernel", "kind", "groups", "multiplier")
        ),
    )
)
# They decide the values of the weights and not their shape.
SETTINGS_OF_WEIGHT_VALUES = tuple(
    f"{name}{number}"
    for name in ("initialiser", "distribution", "bias", "edit")
    for number in LAYERS
)
# Settings of which every value works with all others, and that no other setting's limits depend on.
INDEPENDENT = frozenset(
    (
        *("seed", "flip", "fit", "normalise", "step"),
        *DISPLAY_SETTINGS,
        *SETTINGS_OF_WEIGHT_VALUES,
    )
)
_SETTINGS = {
    number: itemgetter(*(f"{name}{number}" for name in LayerNumbers._fields)) for number in LAYERS
}


def refusal(
    values: Mapping[str, Any], changes: Mapping[str, Any], limits: cost.CostLimits
) -> Message | None:
    """Return why the `values` of a state, with these changes, cannot work together, or None when they can."""
    return None if works(values, changes, limits) else _error_when_built(values, changes, limits)


def works(values: Mapping[str, Any], changes: Mapping[str, Any], limits: cost.CostLimits) -> bool:
    """Tell whether the `values` of a state, in its flat form, still work together with these changes."""
    if INDEPENDENT.issuperset(changes):
        return True
    if _must_be_built(values, changes):
        return _error_when_built(values, changes, limits) is None
    return _work_together({**values, **changes}, limits)


def _must_be_built(values: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    own = (values[f"weights{number}"] for number in LAYERS)
    if not DECIDE_WEIGHTS.isdisjoint(changes) and any(one not in ANY_WEIGHTS for one in own):
        return True
    return "channels" in changes and isinstance(values["normalise"], tuple)


def _work_together(values: Mapping[str, Any], limits: cost.CostLimits) -> bool:
    layers = tuple(LayerNumbers(*_SETTINGS[number](values)) for number in LAYERS)
    costs = costs_of(values["size"], CHANNEL_COUNTS[values["channels"]], layers)
    return (
        costs is not None
        and max(values["mute"] | values["solo"], default=0) < costs[0].filters
        and sum(one.multiply_adds for one in costs) <= limits.multiply_adds
        and sum(one.nbytes for one in costs) <= limits.nbytes
    )


def _error_when_built(
    values: Mapping[str, Any], changes: Mapping[str, Any], limits: cost.CostLimits
) -> Message | None:
    changed = {**values, **changes}
    # Custom means and deviations fit only one number of channels.
    ignored = (
        INDEPENDENT - {"normalise"} if isinstance(changed["normalise"], tuple) else INDEPENDENT
    )
    decisive = tuple((name, value) for name, value in changed.items() if name not in ignored)
    return _error_of_state(decisive, limits)


@lru_cache(maxsize=4096)
def _error_of_state(
    values: tuple[tuple[str, object], ...], limits: cost.CostLimits
) -> Message | None:
    try:
        cost.check(build("", dict(values)).stack, limits)
    except SpecError as error:
        return error.message
    return None
