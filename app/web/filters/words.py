"""Words of the pages: names of settings, what a number means, the steps of a sum, the parts of a layer."""

from app.figures import number
from app.lab.fold.views import FoldView, SumView
from app.lab.kinds.views import CostView
from app.lab.pieces.views import KindView, StepView, UnreadView
from app.lab.pixel.views import PixelView
from app.lab.wall.views import EffectView
from app.web.filters.numbers import percent, plural, signed_percent
from app.web.filters.shapes import TIMES, dense_shape

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ACTIVATIONS = {
    "linear": "no activation",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
}
WAYS = {
    "standard": "standard",
    "separable": "depthwise first",
    "pointwise_first": "pointwise first",
    "pointwise": f"1{TIMES}1",
    "depthwise": "depthwise alone",
}


def share_words(share: float, least: float) -> str:
    """Say what the share of a contribution means; one below `least` says nothing either way."""
    if abs(share) < least:
        return "hardly matters"
    return "works against it" if share < 0 else "agrees with the result"


def relative_change(effect: EffectView) -> str:
    """Write how far a map differs, as a part of its own size."""
    return "was 0" if effect.relative is None else percent(effect.relative)


def sum_label(step: SumView, fold: FoldView) -> str:
    """Say what a step of the running sum shows."""
    if step.kind == "bias":
        return f"all {fold.inputs}, and the bias {number(fold.bias)}"
    if step.kind == "activation":
        before = ", before the pool" if fold.pool != "none" else ""
        return f"after {activation(fold.activation)}: map {fold.channel}{before}"
    if step.kind == "pool":
        return f"after {pool_words(fold.pool, fold.pool_size)}: map {fold.channel}"
    if not step.count:
        return "nothing added yet"
    explained = f"; their shares add up to {signed_percent(step.explained)}" if fold.varies else ""
    return f"the sum so far: {step.count} of {fold.inputs}{explained}"


def sum_at(pixel: PixelView, step: int) -> str:
    """Say what one step of the running sum is at the pixel."""
    value, inputs = number(pixel.running[step], 4), len(pixel.contributions)
    place = f"at row {pixel.map_row}, column {pixel.map_col}"
    if step == inputs + 1:
        return f"with the bias {value} {place}"
    if step == inputs + 2:
        after = (
            "the map is" if pixel.function == "linear" else f"after {activation(pixel.function)}"
        )
        return f"{after} {value} {place}"
    if step == inputs + 3 and pixel.pooling:
        words = pool_words(pixel.pooling.how, pixel.pooling.size)
        return f"after {words} {value} at row {pixel.row}, column {pixel.col}"
    return f"Σ{str(step).translate(SUBSCRIPTS)} = {value} {place}"


def activation(name: str) -> str:
    """Write an activation's name as the literature does."""
    return ACTIVATIONS.get(name, name)


def pool_words(how: str, size: int) -> str:
    """Name a pool with its size."""
    return f"{how} pool {size}{TIMES}{size}"


def made_by(steps: tuple[StepView, ...]) -> str:
    """Write the convolutions of a layer: the number of filters and their shape, one after the other."""
    return ", then ".join(map(_step, steps))


def last_lines(one: UnreadView) -> str:
    """Say which rows and columns are not read."""
    rows, columns = (
        f"last {word}" if count == 1 else f"last {count} {word}s"
        for count, word in ((one.rows, "row"), (one.columns, "column"))
    )
    return " and ".join(
        words for words, count in ((rows, one.rows), (columns, one.columns)) if count
    )


def way(row: CostView | KindView) -> str:
    """Name a way to make a layer."""
    return f"{row.groups} groups" if row.way == "grouped" else WAYS[row.way]


def compared(ratio: float) -> str:
    """Say how much something costs, compared with the standard layer; the words say if it is more."""
    if ratio == 1:
        return "as many"
    return f"{number(ratio, 3)} times as many: more" if ratio > 1 else f"{percent(ratio)} of the"


def _step(step: StepView) -> str:
    each = dense_shape(step.filter_shape[:2] if step.depthwise else step.filter_shape)
    note = " (depthwise)" if step.depthwise else ""
    if step.groups > 1 and not step.depthwise:
        note = f" ({plural(step.groups, 'group')})"
    return f"{plural(step.filters, 'filter')} of {each}{note}"
