"""Whether settings work together, and why not.

Whether they do is calculated, since a form asks for about 80 values. The reason against one is the message of the
error that a state with it raises, so it stands in one place.
"""

from collections.abc import Mapping
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from app.engine.errors import SpecError
from app.engine.spec import checks, counts, geometry, weight_names
from app.engine.spec.geometry import Kind, Padding
from app.engine.spec.layer import Activation, PaddingMode, Pool, kept_shapes
from app.lab.state import cost
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
OF_VALUES = (
    f"{name}{number}"
    for name in ("initialiser", "distribution", "bias", "edit")
    for number in LAYERS
)
INDEPENDENT = frozenset(("seed", "flip", "fit", "normalise", "step", *DISPLAY_SETTINGS, *OF_VALUES))
"""Settings of which every value works with all others, and that no other setting's limits depend on."""


class _Layer(NamedTuple):
    """The settings of a layer that its shape and its cost depend on."""

    filters: int
    kernel: tuple[int, int]
    stride: int
    dilation: int
    padding: Padding
    padding_mode: PaddingMode
    kind: Kind
    groups: int
    multiplier: int
    activation: Activation
    pool: Pool
    pool_size: int


class _Costs(NamedTuple):
    """The shape of a layer's output, and what a pass through the layer costs."""

    filters: int
    height: int
    width: int
    multiply_adds: int
    nbytes: int


_SETTINGS = {
    number: itemgetter(*(f"{name}{number}" for name in _Layer._fields)) for number in LAYERS
}


def refusal(
    values: Mapping[str, Any], changes: Mapping[str, Any], limits: cost.CostLimits
) -> Message | None:
    """Return why the `values` of a state, with these changes, cannot work together, or None when they can."""
    return None if works(values, changes, limits) else _tried(values, changes, limits)


def works(values: Mapping[str, Any], changes: Mapping[str, Any], limits: cost.CostLimits) -> bool:
    """Tell whether the `values` of a state, in its flat form, still work together with these changes."""
    if INDEPENDENT.issuperset(changes):
        return True
    if _only_a_trial_tells(values, changes):
        return _tried(values, changes, limits) is None
    return _work_together({**values, **changes}, limits)


def _only_a_trial_tells(values: Mapping[str, Any], changes: Mapping[str, Any]) -> bool:
    own = (values[f"weights{number}"] for number in LAYERS)
    if not DECIDE_WEIGHTS.isdisjoint(changes) and any(one not in ANY_WEIGHTS for one in own):
        return True
    return "channels" in changes and isinstance(values["normalise"], tuple)


def _work_together(values: Mapping[str, Any], limits: cost.CostLimits) -> bool:
    first = _costs(
        _Layer(*_SETTINGS[1](values)),
        CHANNEL_COUNTS[values["channels"]],
        values["size"],
        values["size"],
    )
    if first is None or max(values["mute"] | values["solo"], default=0) >= first.filters:
        return False
    second = _costs(_Layer(*_SETTINGS[2](values)), first.filters, first.height, first.width)
    return (
        second is not None
        and first.multiply_adds + second.multiply_adds <= limits.multiply_adds
        and first.nbytes + second.nbytes <= limits.nbytes
    )


def _costs(layer: _Layer, channels: int, height: int, width: int) -> _Costs | None:
    """Return what a layer makes of an input of that shape, or None where it cannot read it."""
    standard = layer.kind == "standard"
    groups, multiplier = (layer.groups, 1) if standard else (1, layer.multiplier)
    if multiplier > checks.most_multiplier(layer.kind, layer.filters, channels):
        return None
    filters = channels * multiplier if layer.kind == "depthwise" else layer.filters
    if not checks.groups_divide(groups, channels, filters):
        return None
    sides = ((height, layer.kernel[0]), (width, layer.kernel[1]))
    rows, columns = (_along(layer, size, kernel) for size, kernel in sides)
    most = checks.widest_border(layer.padding_mode, height, width)
    if 0 in (rows, columns) or (
        most is not None and max(_border(layer, *side) for side in sides) > most
    ):
        return None
    layout = counts.Layout(
        kind=layer.kind,
        channels=channels,
        filters=filters,
        kernel=layer.kernel,
        groups=groups,
        multiplier=multiplier,
    )
    spent = counts.multiply_adds(layout, (height, width), (rows, columns)).value
    maps = output = (filters, rows, columns)
    if layer.pool != "none":
        high, wide = (geometry.pooled_size(one, layer.pool_size) for one in (rows, columns))
        output = (filters, high, wide)
    kept = cost.nbytes(kept_shapes(layer.activation, layer.pool, maps, output))
    return None if 0 in output else _Costs(*output, spent, kept)


def _along(layer: _Layer, size: int, kernel: int) -> int:
    return geometry.output_size(
        size, kernel=kernel, stride=layer.stride, dilation=layer.dilation, padding=layer.padding
    )


def _border(layer: _Layer, size: int, kernel: int) -> int:
    return max(
        geometry.padding_before_after(
            size, kernel=kernel, stride=layer.stride, dilation=layer.dilation, padding=layer.padding
        )
    )


def _tried(
    values: Mapping[str, Any], changes: Mapping[str, Any], limits: cost.CostLimits
) -> Message | None:
    changed = {**values, **changes}
    # Custom means and deviations fit only one number of channels.
    idle = INDEPENDENT - {"normalise"} if isinstance(changed["normalise"], tuple) else INDEPENDENT
    told = tuple((name, value) for name, value in changed.items() if name not in idle)
    return _error_of(told, limits)


@lru_cache(maxsize=4096)
def _error_of(values: tuple[tuple[str, object], ...], limits: cost.CostLimits) -> Message | None:
    try:
        cost.check(build("", dict(values)).stack, limits)
    except SpecError as error:
        return error.message
    return None
