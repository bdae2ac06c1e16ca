"""Checks of a layer's settings against one another. Each error says what would work instead."""

from app.engine.errors import SpecError
from app.engine.spec import geometry
from app.engine.spec.geometry import Kind
from app.engine.spec.layer import FILTERS, POOL_SIZES, LayerSpec, PaddingMode
from app.messages import Message, listed, sentence, span


def check_multiplier(number: int, layer: LayerSpec, channels: int) -> None:
    """Refuse a multiplier that gives a layer more maps than it may have.

    Raises:
        SpecError: names the multiplier and the values that would work.
    """
    if layer.kind == "standard":
        return
    each = _multiplied(layer.kind, layer.filters, channels)
    fitting = most_multiplier(layer.kind, layer.filters, channels)
    if layer.multiplier > fitting:
        raise SpecError(
            f"multiplier{number}",
            _too_many_made(layer).having(
                given=layer.multiplier,
                made=each * layer.multiplier,
                each=each,
                number=number,
                most=FILTERS[-1],
                fitting=span(1, fitting),
            ),
        )


def most_multiplier(kind: Kind, filters: int, channels: int) -> int:
    """Return the greatest multiplier with which a layer of that kind has no more maps than it may have."""
    return FILTERS[-1] // _multiplied(kind, filters, channels)


def check_groups(number: int, layer: LayerSpec, channels: int) -> None:
    """Refuse a number of groups that does not divide both the input channels and the filters.

    Raises:
        SpecError: names the groups and the numbers that would work.
    """
    if not groups_divide(layer.groups, channels, layer.filters):
        common = geometry.common_divisors(channels, layer.filters)
        raise SpecError(
            f"groups{number}",
            sentence(
                "{field} is {given}, which does not divide both the {channels} input channels "
                "and the {filters} filters of layer {number}; {common} would work.",
                given=layer.groups,
                channels=channels,
                filters=layer.filters,
                number=number,
                common=listed(common),
            ),
        )


def groups_divide(groups: int, channels: int, filters: int) -> bool:
    """Tell whether a number of groups divides both the input channels and the filters."""
    return channels % groups == filters % groups == 0


def check_fits(number: int, layer: LayerSpec, height: int, width: int) -> None:
    """Refuse a kernel that spans more than the padded input of its layer.

    Raises:
        SpecError: names the kernel and what would work.
    """
    if 0 in layer.map_hw(height, width):
        spans = "x".join(map(str, layer.effective_kernel()))
        raise SpecError(
            f"kernel{number}",
            sentence(
                "{field} spans {spans} pixels (dilation {dilation}), but layer {number} reads "
                "only {height}x{width}; a smaller kernel{number} or dilation{number}, "
                "padding{number}=same or a larger size would work.",
                spans=spans,
                dilation=layer.dilation,
                number=number,
                height=height,
                width=width,
            ),
        )


def check_border(number: int, layer: LayerSpec, height: int, width: int) -> None:
    """Refuse a border wider than its padding mode can add.

    Raises:
        SpecError: names the padding mode and the modes that would work.
    """
    most = widest_border(layer.padding_mode, height, width)
    widest = max(max(pair) for pair in layer.padding_hw(height, width))
    if most is not None and widest > most:
        raise SpecError(
            f"padding_mode{number}",
            sentence(
                "{field} is {given}, which can add at most {most} pixels to {height}x{width}, "
                "not {widest}; zeros or replicate would work.",
                given=layer.padding_mode,
                most=most,
                height=height,
                width=width,
                widest=widest,
            ),
        )


def widest_border(mode: PaddingMode, height: int, width: int) -> int | None:
    """Return how many pixels a padding mode can add to an input; None if any number."""
    return {"reflect": min(height, width) - 1, "circular": min(height, width)}.get(mode)


def check_pool(number: int, layer: LayerSpec, height: int, width: int) -> None:
    """Refuse a pool that is larger than the maps.

    Raises:
        SpecError: names the pool size, or the pool if no size would work.
    """
    if 0 not in layer.output_hw(height, width):
        return
    rows, columns = layer.map_hw(height, width)
    most = min(rows, columns, POOL_SIZES[-1])
    if most < POOL_SIZES[0]:
        raise SpecError(
            f"pool{number}",
            sentence(
                "{field} is {given}, but the maps of layer {number} have only {rows}x{columns} "
                "pixels; none would work.",
                given=layer.pool,
                number=number,
                rows=rows,
                columns=columns,
            ),
        )
    raise SpecError(
        f"pool_size{number}",
        sentence(
            "{field} is {given}, but the maps of layer {number} have only {rows}x{columns} "
            "pixels; {sizes} or pool{number}=none would work.",
            given=layer.pool_size,
            number=number,
            rows=rows,
            columns=columns,
            sizes=span(POOL_SIZES[0], most),
        ),
    )


def fixed(layer: LayerSpec, channels: int) -> dict[str, Message]:
    """Return the settings that are determined by the others, each with its value and the reason."""
    reasons = {}
    if layer.kind == "depthwise":
        reasons["filters"] = sentence(
            "{filters}, because a depthwise layer has {channels} input channels × {multiplier} filters.",
            filters=layer.filters,
            channels=channels,
            multiplier=layer.multiplier,
        )
    if layer.kind == "standard":
        reasons["multiplier"] = sentence("1, because a standard layer has no multiplier.")
    else:
        reasons["groups"] = sentence("1, because only a standard layer has groups.")
    if layer.pool == "none":
        reasons["pool_size"] = sentence(
            "{size}, without effect, because there is no pool.", size=layer.pool_size
        )
    return reasons


def _multiplied(kind: Kind, filters: int, channels: int) -> int:
    return filters if kind == "pointwise_first" else channels


def _too_many_made(layer: LayerSpec) -> Message:
    if layer.kind == "depthwise":
        return sentence(
            "{field} is {given}, which makes {made:,} filters of the {each} input channels of layer {number}, "
            "more than {most}; {fitting} would work."
        )
    if layer.kind == "separable":
        return sentence(
            "{field} is {given}, which makes {made:,} intermediate channels of the {each} input channels of "
            "layer {number}, more than {most}; {fitting} would work."
        )
    return sentence(
        "{field} is {given}, which makes {made:,} intermediate channels of the {each} filters of layer "
        "{number}, more than {most}; {fitting} would work."
    )
