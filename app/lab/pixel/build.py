"""One pixel by hand: its ledger, its receptive field, and the linear filter from the image to it."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from app.engine.compute.trace import Trace
from app.engine.errors import SpecError
from app.engine.explain import ledger as ledgers
from app.engine.explain import linear, pool_window, receptive_field
from app.engine.explain.ledger import Ledger, LocalFilter
from app.engine.explain.pool_window import PoolWindow
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import Passes, check_map
from app.lab.pieces import scales
from app.lab.pieces.kernels import input_names
from app.lab.pieces.views import Matrix, RectangleView
from app.lab.pixel.views import LocalFilterView, PathsView, PixelView, PoolingView, WindowView
from app.lab.state.state import Order, State
from app.messages import sentence, span

TABLE_SIDE = 13  # the most rows and columns in the table of paths

Place = tuple[int, int, int, int]  # layer, channel, row, col


def pixel_view(
    passes: Passes,
    state: State,
    place: Place,
    *,
    summed: Sequence[int] | None = None,
    value: int | None = None,
) -> PixelView:
    """Describe one pixel of a layer's output by hand; `summed` is the order of the running sum, by default the
    ledger's.

    Through a pool, the ledger is for value number `value` of the window, in reading order: by default for the
    greatest, or for the first of a mean.

    Raises:
        NoSuchMap: the stack has no such map.
        PlaceError: there is no such pixel.
        SpecError: there is no such value in the window.
    """
    check_map(state, *place[:2])
    trace = passes.layer_run(state, place[0]).trace()
    return _view(trace, place, state.display.order, summed, value)


def map_size(state: State, layer: int, channel: int) -> tuple[int, int]:
    """Return the height and width of one map of the layer's output.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    check_map(state, layer, channel)
    _, height, width = state.stack.output_shape(layer)
    return height, width


def _view(
    trace: Trace,
    place: Place,
    order: Order,
    summed: Sequence[int] | None,
    value: int | None,
) -> PixelView:
    layer, channel, row, col = place
    window = pool_window.window_of(trace, layer, channel, row, col)
    opened = _opened(window, value)
    map_row, map_col = (
        int(places[index])
        for places, index in zip(
            (window.rows, window.columns), divmod(opened, len(window.columns)), strict=True
        )
    )
    ledger = ledgers.ledger(trace, layer, channel, map_row, map_col)
    windows = _in_order(_windows(trace, layer, ledger), order)
    spec, bank = trace.spec.layers[layer - 1], trace.layers[layer - 1].bank
    _, height, width = trace.spec.output_shape(layer)
    through = spec.pool != "none"
    seen = receptive_field.receptive_field(trace.spec, layer, row, col, pooled=through)
    field = RectangleView(top=seen.top, left=seen.left, height=seen.height, width=seen.width)
    return PixelView(
        layer=layer,
        channel=channel,
        name=bank.names[channel] if bank.names else None,
        row=row,
        col=col,
        height=height,
        width=width,
        map_row=map_row,
        map_col=map_col,
        pooling=_pooling(window, opened) if through else None,
        order=order,
        contributions=windows,
        rows=tuple(ledger.rows.tolist()),
        columns=tuple(ledger.columns.tolist()),
        padded=tuple(tuple(line) for line in ledger.padded.tolist()),
        padded_cells=int(ledger.padded.sum()),
        padding_mode=spec.padding_mode,
        bias=ledger.bias,
        bias_used=spec.bias,
        total=ledger.total,
        preactivation=ledger.preactivation,
        activation=ledger.activation,
        difference=ledger.difference,
        function=spec.activation,
        running=(
            *_running(ledger, [one.channel for one in windows] if summed is None else summed),
            *((window.output,) if through else ()),
        ),
        size=trace.spec.size,
        window=_window(ledger),
        receptive_field=field,
        paths=_paths(trace.spec, layer, (row, col), field),
        local_filter=_local_filter(
            trace, ledgers.local_filter(trace, layer, channel, row, col, pooled=through)
        ),
        curved=_curved(trace.spec, layer),
    )


def _opened(window: PoolWindow, value: int | None) -> int:
    """Return the index of the value of a window whose ledger is shown."""
    count = window.values.size
    if value is None:
        return _won(window) or 0
    if not 0 <= value < count:
        raise SpecError(
            "value",
            sentence(
                "{field} is {value}; {works} would work.", value=value, works=span(0, count - 1)
            ),
        )
    return value


def _won(window: PoolWindow) -> int | None:
    if window.winner is None:
        return None
    row, col = window.winner
    down, across = row - int(window.rows[0]), col - int(window.columns[0])
    return down * len(window.columns) + across


def _pooling(window: PoolWindow, opened: int) -> PoolingView:
    return PoolingView(
        how=window.how,
        size=len(window.rows),
        rows=tuple(window.rows.tolist()),
        columns=tuple(window.columns.tolist()),
        values=_matrix(window.values.tolist()),
        won=_won(window),
        opened=opened,
        total=window.total,
        output=window.output,
        difference=window.difference,
    )


def _window(ledger: Ledger) -> RectangleView:
    # In pixels of the layer's input; on padding it extends beyond it.
    (top, *_, bottom), (left, *_, right) = (
        (*places.tolist(), places[-1].item()) for places in (ledger.rows, ledger.columns)
    )
    return RectangleView(top=top, left=left, height=bottom - top + 1, width=right - left + 1)


def _windows(trace: Trace, layer: int, ledger: Ledger) -> list[WindowView]:
    names = input_names(trace.spec, layer, trace.layers[0].bank)
    numbers = zip(
        ledger.channels,
        ledger.windows.tolist(),
        ledger.kernels.tolist(),
        ledger.products.tolist(),
        ledger.sums.tolist(),
        strict=True,
    )
    return [
        WindowView(
            channel=channel,
            name=names[channel],
            window=_matrix(window),
            kernel=_matrix(kernel),
            products=_matrix(products),
            sum=total,
        )
        for channel, window, kernel, products, total in numbers
    ]


def _in_order(windows: list[WindowView], order: Order) -> tuple[WindowView, ...]:
    if order == "size":
        windows.sort(key=lambda one: (-abs(one.sum), one.channel))
    return tuple(windows)


def _matrix(rows: list[list[float]]) -> Matrix:
    return tuple(map(tuple, rows))


def _running(ledger: Ledger, order: Sequence[int]) -> tuple[float, ...]:
    sums = dict(zip(ledger.channels, ledger.sums.tolist(), strict=True))
    added = accumulate((sums[channel] for channel in order), initial=0.0)
    return (*added, ledger.preactivation, ledger.activation)


def _paths(spec: StackSpec, layer: int, place: tuple[int, int], field: RectangleView) -> PathsView:
    counts = receptive_field.paths(
        spec, layer, *place, pooled=spec.layers[layer - 1].pool != "none"
    )
    rows = counts[0][field.top : field.top + field.height]
    columns = counts[1][field.left : field.left + field.width]
    products = np.outer(rows, columns)
    short = max(products.shape) <= TABLE_SIDE
    return PathsView(
        rows=tuple(rows.tolist()),
        columns=tuple(columns.tolist()),
        through=1 if layer == 1 else spec.channels_per_filter(2),
        greatest=int(products.max()) if products.size else 0,
        table=tuple(tuple(line) for line in products.tolist()) if short else (),
    )


def _local_filter(trace: Trace, found: LocalFilter | None) -> LocalFilterView | None:
    if found is None or not found.weights.size:
        return None
    channels, height, width = found.weights.shape
    return LocalFilterView(
        weights=_matrices(found.weights),
        patch=_matrices(found.patch),
        names=input_names(trace.spec, 1, trace.layers[0].bank),
        product=found.total - found.bias,
        bias=found.bias,
        total=found.total,
        slope=found.slope,
        difference=found.preactivation - found.total,
        silent=not found.weights.any(),
        legend=scales.kernel_legend(found.weights.astype(np.float32)),
        picture_height=height,
        picture_width=channels * (width + 1) - 1,
    )


def _matrices(values: NDArray[np.floating]) -> tuple[Matrix, ...]:
    return tuple(_matrix(one) for one in values.tolist())


def _curved(spec: StackSpec, layer: int) -> str | None:
    """Return the first activation up to the layer that is not piecewise linear."""
    activations = (one.activation for one in spec.layers[:layer])
    return next((name for name in activations if not linear.is_piecewise(name)), None)
