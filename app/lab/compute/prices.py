"""What a view costs, known before it is computed: the memory that it needs at once, and all of its work.

Work is in multiply-adds at the speed of a large matrix product. Small products, and what is done with each value
besides, count as more, as measured; so a limit on work is one on time.
"""

from dataclasses import dataclass, replace
from math import prod

from app.drawing.render import reduced_size
from app.drawing.sheets import sheet_layout
from app.engine.spec.layer import LayerSpec
from app.engine.spec.stack import StackSpec
from app.lab.compute.contributions import AT_A_TIME, KEPT_WHOLE
from app.lab.compute.walls import BLOCKS
from app.lab.state import cost, muting
from app.lab.state.state import LAYERS, State

MIB = 2**20
FLOAT = 4  # bytes
WORKING = 12 * MIB  # strips, drawn tiles, a picture that is packed
# Multiply-adds that take as long as activation, range, mean and colour of one value.
OF_A_VALUE = 200
# So many filters make a product of full speed, alone and in each of many groups.
FEW_FILTERS, FEW_IN_A_GROUP = 3, 6
FILE_BYTES = 16 * MIB  # of a file, its pictures and the text that it is made from
CHEAP_BYTES = 128 * MIB
CHEAP_WORK = 20_000_000_000  # half a second of one core

FOLDS = frozenset(
    ("fold", "contributions", "sum", "sums.moving", "wrong", "contribution.values", "figure")
)
PIXELS = frozenset(("pixel", "pixel.csv", "pixel.xlsx", "pixel.filter"))
ONE_LAYER = frozenset(("one_layer", "one_layer.png"))
INTERMEDIATE = frozenset(("intermediate", "intermediate.png"))
PROJECTIONS = frozenset(("projections", "projections.png"))
WALLS = frozenset(("wall", "wall.png", "wall.sums"))
LESSON = "lesson"
# The dearest that it can show, two of them.
IN_A_LESSON = ("fold", "wall", "pixel", "intermediate", "one_layer")
# What of layer 1 needs nothing of layer 2.
LAYER_ALONE = frozenset(
    (
        "maps",
        "sheet",
        "map.png",
        "values",
        "projections",
        "projections.png",
        "wall",
        "wall.png",
        "wall.sums",
    )
)
WITHOUT_PASS = frozenset(
    (
        "costs",
        "picture",
        "samples",
        "channel",
        "filter",
        "filters",
        "export.code",
        "export.weights",
        "exports",
    )
)


@dataclass(frozen=True)
class Price:
    """The bytes that a computation holds at once, besides what is kept, and its work in multiply-adds."""

    nbytes: int = 0
    work: int = 0

    def __add__(self, other: "Price") -> "Price":
        return Price(self.nbytes + other.nbytes, self.work + other.work)

    def times(self, count: int) -> "Price":
        """Return the price of doing this so often, one after the other."""
        return Price(self.nbytes, self.work * count)

    @property
    def is_dear(self) -> bool:
        """Tell whether others must not wait behind it."""
        return self.nbytes > CHEAP_BYTES or self.work > CHEAP_WORK


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What is asked for: a view of a state by its name, and what of it. `as_file`: with all of its pictures."""

    view: str
    state: State
    layer: int = 2
    tile: int = 0
    samples: int = 0
    column: bool = False
    row: bool = False
    as_file: bool = False


def price_of(asked: Asked) -> Price:
    """Return what a view costs."""
    if asked.as_file:
        return _file(asked)
    if asked.layer not in LAYERS:
        return Price()
    if asked.layer == 1 and asked.view in LAYER_ALONE and asked.state.display.scale != "stack":
        asked = replace(asked, state=muting.layer1_alone(asked.state))
    if asked.view == LESSON:
        shown = [price_of(replace(asked, view=view, row=view == "wall")) for view in IN_A_LESSON]
        return Price(max(one.nbytes for one in shown), 2 * max(one.work for one in shown))
    stack, layer, view = asked.state.stack, asked.layer, asked.view
    if view in WITHOUT_PASS:
        return _weights(stack)
    muted = bool(asked.state.muted)
    price = _pass(stack, muted=muted)
    if view in FOLDS or view in PIXELS:
        price += _fold(stack, layer, twice=muted and layer == 2)
    if view in PIXELS:
        price += _way_down(stack, layer, pooled=True)
    if view in PROJECTIONS:
        price = price.times(asked.samples or 1) + _way_down(stack, layer).times(9)
    if view in WALLS:
        price += _wall(stack, layer)
        if asked.row:
            price += _fold(stack, layer, twice=muted and layer == 2)
        if asked.column:
            price += _column(stack.map_shape(layer))
    if view == "sheet":
        price += _sheet(stack.map_shape(layer), asked.tile)
    if view in INTERMEDIATE and (shape := stack.intermediate_shape(layer)):
        price += Price(FLOAT * prod(shape), layer_work(stack, layer))
    if view in ONE_LAYER:
        price += _one_layer(stack)
    if stack.flip:  # once more without, for what it changes
        price += _plain(stack)
    return price + _weights(stack)


def _file(asked: Asked) -> Price:
    """Return what a view costs as one file: its sums are added up again, and all pictures are held at once."""
    view = price_of(replace(asked, as_file=False))
    if asked.layer not in LAYERS or asked.view not in (*FOLDS, *PIXELS, LESSON):
        return view + Price(FILE_BYTES)
    channels, (_, *hw) = (
        asked.state.stack.input_shape(asked.layer)[0],
        asked.state.stack.map_shape(asked.layer),
    )
    return view.times(2) + Price(FILE_BYTES, 2 * OF_A_VALUE * channels * prod(hw))


def layer_work(stack: StackSpec, number: int) -> int:
    """Return the work of a layer of a pass."""
    layer, (channels, *hw) = stack.layers[number - 1], stack.input_shape(number)
    values = sum(map(prod, stack.kept_shapes(number)))
    work, size = OF_A_VALUE * values, (hw[0], hw[1])
    for step in layer.steps(channels):
        size = step.map_hw(*size)
        work += _step_work(step, channels, size) * (3 if layer.kind == "pointwise_first" else 1)
        channels = step.filters
    return work


def _step_work(step: LayerSpec, channels: int, size: tuple[int, int]) -> int:
    each = step.filters // step.groups
    enough = FEW_FILTERS if step.groups == 1 else FEW_IN_A_GROUP
    products = step.filters * (channels // step.groups) * prod(step.kernel) * prod(size)
    return products * max(enough, each) // each


def _pass(stack: StackSpec, *, muted: bool) -> Price:
    price = Price(cost.kept_bytes(stack) + WORKING, sum(layer_work(stack, n) for n in LAYERS))
    if muted:  # layer 2 also with every map heard, for its scale
        again = sum(map(prod, (*stack.kept_shapes(2), stack.output_shape(1))))
        price += Price(FLOAT * again, layer_work(stack, 2))
    return price


def _plain(stack: StackSpec) -> Price:
    largest = max(sum(map(prod, stack.kept_shapes(number))) for number in LAYERS)
    return Price(FLOAT * largest, sum(layer_work(stack, number) for number in LAYERS))


def _fold(stack: StackSpec, layer: int, *, twice: bool) -> Price:
    read, (_, *hw) = stack.channels_per_filter(layer), stack.map_shape(layer)
    alone = stack.layers[layer - 1].sliding(filters=read, groups=read)
    channels = stack.input_shape(layer)[0]
    work = _step_work(alone, read, (hw[0], hw[1])) + OF_A_VALUE * channels * prod(hw)
    nbytes = FLOAT * channels * prod(hw)
    times = 2 if twice else 1
    if nbytes <= KEPT_WHOLE:
        return Price(times * nbytes, times * work)
    # Made a few at a time, and anew for the running sum.
    return Price(FLOAT * min(channels, 2 * AT_A_TIME) * prod(hw), (times + 1) * work)


def _wall(stack: StackSpec, layer: int) -> Price:
    pictures = stack.input_shape(layer)[0] * stack.map_shape(layer)[0] * BLOCKS**2
    work = pictures * prod(stack.layers[layer - 1].kernel) + OF_A_VALUE * pictures
    return Price(5 * FLOAT * pictures, work)


def _column(shape: tuple[int, int, int]) -> Price:
    return Price(FLOAT * prod(shape), 2 * OF_A_VALUE * prod(shape))


def _sheet(shape: tuple[int, ...], tile: int) -> Price:
    layout = sheet_layout(shape[0], *reduced_size(shape[1], shape[2], max(tile, 1)))
    pixels = layout.height * layout.width
    return Price(2 * pixels, OF_A_VALUE * (prod(shape) // 2 + pixels))


def _one_layer(stack: StackSpec) -> Price:
    layers, maps = stack.layers, stack.map_shape(2)
    spans = [sum(layer.effective_kernel()[axis] for layer in layers) for axis in (0, 1)]
    weights = maps[0] * stack.channels * prod(spans)
    composing = weights * layers[0].filters + weights // maps[0] * prod(maps)
    return Price(2 * FLOAT * (prod(maps) + 2 * weights) + WORKING, 2 * composing)


def _weights(stack: StackSpec) -> Price:
    count = sum(stack.weights(number).value for number in LAYERS)
    return Price(8 * FLOAT * count, OF_A_VALUE * count)


def _way_down(stack: StackSpec, layer: int, *, pooled: bool = False) -> Price:
    """Return what it costs to send one value down to the picture, in float64 and in two ways."""
    rows = columns = used = 1
    work = largest = 0
    for number in range(layer, 0, -1):
        spec, (channels, *hw) = stack.layers[number - 1], stack.input_shape(number)
        if spec.pool != "none" and (pooled or number < layer):
            rows, columns = rows * spec.pool_size, columns * spec.pool_size
        high, wide = rows * spec.kernel[0], columns * spec.kernel[1]
        reach = spec.effective_kernel()
        down = min(high, (rows - 1) * spec.stride + reach[0], hw[0])
        across = min(wide, (columns - 1) * spec.stride + reach[1], hw[1])
        spread = channels * high * wide
        work += used * spread + down * spread + channels * down * wide * across
        largest = max(largest, spread + used * rows * columns)
        rows, columns, used = down, across, channels
    return Price(3 * 8 * largest, 2 * 2 * work)
