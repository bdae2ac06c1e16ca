"""The answers about one pixel: frozen dataclasses of numbers, strings and tuples. No arrays."""

from dataclasses import dataclass

from app.lab.pieces.views import LegendView, Matrix, RectangleView


@dataclass(frozen=True, kw_only=True)
class WindowView:
    """What one input channel adds to one pixel: each value of its window times its weight, and their sum."""

    channel: int
    name: str | None
    window: Matrix
    kernel: Matrix
    products: Matrix
    sum: float


@dataclass(frozen=True, kw_only=True)
class PathsView:
    """In how many ways each row and each column of the receptive field leads to the pixel.

    An image pixel is read in as many ways as the count of its row times that of its column, each
    through `through` maps. `table` holds these products, and is empty where it would be long.
    """

    rows: tuple[int, ...]
    columns: tuple[int, ...]
    through: int
    greatest: int
    table: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, kw_only=True)
class LocalFilterView:
    """The linear function of the image that the pixel is for this image at this moment.

    `weights` and `patch` hold a matrix for each channel of the image, as large as the receptive
    field; <weights, patch> is `product`, and with the bias `total`, the pre-activation. `slope`
    times that is the activation. Through a pool, `total` is the output itself.
    """

    weights: tuple[Matrix, ...]
    patch: tuple[Matrix, ...]
    names: tuple[str | None, ...]
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
    """The window of a pool: values of one map after the activation, and the one value `output` made of them.

    `won` is the greatest and `opened` the one whose ledger is shown, both counted as one reads; `won` is None for
    a mean. `total` is the greatest or the exact mean, `output` the float32 value of the pass, `difference` the
    output minus `total`.
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
    """Every number that one value of a map is made of, and what of the image it sees.

    `row` and `col` are of the layer's output. The ledger is that of the map before any pool, at `map_row` and
    `map_col`: the same place without a pool, else the value of `pooling` that is opened. `total` is the
    exact sum of all products and the bias; `preactivation` and `activation` are the float32 values of
    the pass, `difference` the pre-activation minus `total`. `rows` and `columns` are the input rows and
    columns of the window, on padding where `padded` says so. `running` holds the value after each step
    of the running sum: 0, after each contribution, the bias, the activation, any pool. What of the image
    is seen is seen by the output.
    """

    layer: int
    channel: int
    name: str | None
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
