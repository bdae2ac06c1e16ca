"""Checks that the settings of a layer go together; each error says what would work instead."""

from app.engine.errors import SpecError, listed
from app.engine.spec import geometry
from app.engine.spec.layer import FILTERS, POOL_SIZES, LayerSpec


def check_multiplier(number: int, layer: LayerSpec, channels: int) -> None:
    """Refuse a channel multiplier that makes more maps than a layer may have.

    Raises:
        SpecError: names the multiplier, with those that would work.
    """
    if layer.kind == "standard":
        return
    outwards = layer.kind == "pointwise_first"
    each, what = (layer.filters, "filters") if outwards else (channels, "input channels")
    makes = "filters" if layer.kind == "depthwise" else "intermediate channels"
    most = FILTERS[-1] // each
    if layer.multiplier > most:
        raise SpecError(
            f"multiplier{number}",
            f"is {layer.multiplier}, which makes {each * layer.multiplier:,} {makes} of the {each} {what} "
            f"of layer {number}, more than {FILTERS[-1]}; {_up_to(most)} would work.",
        )


def check_groups(number: int, layer: LayerSpec, channels: int) -> None:
    """Refuse a number of groups that does not divide both the channels and the filters.

    Raises:
        SpecError: names the groups, with those that would work.
    """
    if channels % layer.groups or layer.filters % layer.groups:
        common = geometry.common_divisors(channels, layer.filters)
        raise SpecError(
            f"groups{number}",
            f"is {layer.groups}, which does not divide both the {channels} input channels "
            f"and the {layer.filters} filters of layer {number}; {listed(common)} would work.",
        )


def check_fits(number: int, layer: LayerSpec, height: int, width: int) -> None:
    """Refuse a kernel that is larger than the padded input.

    Raises:
        SpecError: names the kernel; the message says what would work.
    """
    if 0 in layer.map_hw(height, width):
        spans = "x".join(map(str, layer.effective_kernel()))
        raise SpecError(
            f"kernel{number}",
            f"spans {spans} pixels (dilation {layer.dilation}), but layer {number} reads only "
            f"{height}x{width}; a smaller kernel{number} or dilation{number}, padding{number}=same or a "
            "larger size would work.",
        )


def check_border(number: int, layer: LayerSpec, height: int, width: int) -> None:
    """Refuse padding wider than its mode allows: reflection and wrapping need enough pixels to copy.

    Raises:
        SpecError: names the padding mode, with those that would work.
    """
    most = {"reflect": min(height, width) - 1, "circular": min(height, width)}.get(
        layer.padding_mode
    )
    widest = max(max(pair) for pair in layer.padding_hw(height, width))
    if most is not None and widest > most:
        raise SpecError(
            f"padding_mode{number}",
            f"is {layer.padding_mode}, which can add at most {most} pixels to "
            f"{height}x{width}, not {widest}; zeros or replicate would work.",
        )


def check_pool(number: int, layer: LayerSpec, height: int, width: int) -> None:
    """Refuse a pool that is larger than the maps.

    Raises:
        SpecError: names the size of the pool, or the pool where no size would work.
    """
    if 0 not in layer.output_hw(height, width):
        return
    rows, columns = layer.map_hw(height, width)
    most = min(rows, columns, POOL_SIZES[-1])
    if most < POOL_SIZES[0]:
        raise SpecError(
            f"pool{number}",
            f"is {layer.pool}, but the maps of layer {number} have only {rows}x{columns} pixels; "
            "none would work.",
        )
    sizes = f"{POOL_SIZES[0]} to {most}" if most > POOL_SIZES[0] else str(most)
    raise SpecError(
        f"pool_size{number}",
        f"is {layer.pool_size}, but the maps of layer {number} have only {rows}x{columns} pixels; "
        f"{sizes} or pool{number}=none would work.",
    )


def fixed(layer: LayerSpec, channels: int) -> dict[str, str]:
    """Return the settings that have only one possible value, given the others, and why."""
    reasons = {}
    if layer.kind == "depthwise":
        product = f"{channels} input channels × {layer.multiplier}"
        reasons["filters"] = f"{layer.filters}, because a depthwise layer has {product} filters"
    if layer.kind == "standard":
        reasons["multiplier"] = "1, because a standard layer has no multiplier"
    else:
        reasons["groups"] = "1, because only a standard layer has groups"
    if layer.pool == "none":
        reasons["pool_size"] = f"{layer.pool_size}, without effect, because there is no pool"
    return reasons


def _up_to(most: int) -> str:
    return "1" if most == 1 else f"1 to {most}"
