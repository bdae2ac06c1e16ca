"""The views of one pixel: frozen dataclasses of numbers, strings and tuples. No arrays."""

from dataclasses import dataclass

from app.lab.pieces.views import LegendView, Matrix, RectangleView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class WindowView:
    """The contribution of one input channel to one pixel: each window value times its weight, and the sum."""

    channel: int
    name: Message | None
    window: Matrix
    kernel: Matrix
    products: Matrix
    sum: float


@dataclass(frozen=True, kw_only=True)
class PathsView:
    """The number of paths from each row and each column of the receptive field to the pixel.

    The paths from an image pixel number the count of its row times that of its column, each through `through`
    maps. `table` has these products, and is empty if it would be too large.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    through: int
    greatest: int
    table: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class LocalFilterView:
    """The linear function of the image that the pixel equals for this image.

    `weights` and `patch` have a matrix for each image channel, as large as the receptive field. <weights, patch>
    is `product`; plus the bias it is `total`, the pre-activation, and `slope` times that is the activation.
    Through a pool, `total` is the output itself.
    """

    weights: tuple[Matrix, ...]
    patch: tuple[Matrix, ...]
    names: tuple[Message | None, ...]
    product: float
    bias: float
    total: float
    slope: float
    difference: float
    silent: bool
    legend: LegendView
    picture_height: int
    picture_width: int


@dataclass(frozen=True, kw_only=True)
class PoolingView:
    """The window of a pool: values of one map after the activation, and the pooled value `output`.

    `won` is the index of the greatest value (None for a mean) and `opened` that of the value whose ledger is
    shown, both in reading order. `total` is the greatest value or the exact mean, `output` the float32 value of
    the pass, `difference` the output minus `total`.
    """

    how: str
    size: int
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    values: Matrix
    won: int | None
    opened: int
    total: float
    output: float
    difference: float


@dataclass(frozen=True, kw_only=True)
class PixelView:
    """Every number that one value of a map is computed from, and its receptive field.

    `row` and `col` are a position in the layer's output. The ledger is for the map before any pool, at `map_row`
    and `map_col`: the same position without a pool, otherwise that of the opened value of `pooling`. `total` is
    the exact sum of all products and the bias; `preactivation` and `activation` are the float32 values of the
    pass, `difference` the pre-activation minus `total`. `rows` and `columns` are the input rows and columns of
    the window; `padded` marks those on padding. `running` has the value after each step of the running sum: 0,
    each contribution, the bias, the activation, any pool. The receptive field is that of the output.
    """

    layer: int
    channel: int
    name: Message | None
    row: int
    col: int
    height: int
    width: int
    map_row: int
    map_col: int
    pooling: PoolingView | None
    order: str
    contributions: tuple[WindowView, ...]
    rows: tuple[int, ...]
    columns: tuple[int, ...]
    padded: tuple[tuple[bool, ...], ...]
    padded_cells: int
    padding_mode: str
    bias: float
    bias_used: bool
    total: float
    preactivation: float
    activation: float
    difference: float
    function: str
    running: tuple[float, ...]
    size: int
    window: RectangleView
    receptive_field: RectangleView
    paths: PathsView
    local_filter: LocalFilterView | None
    curved: str | None
