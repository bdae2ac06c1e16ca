"""Words of the pages: names of settings, what a number means, the steps of a sum, the parts of a layer."""

from app.lab.fold.views import FoldView, SumView
from app.lab.kinds.views import CostView
from app.lab.pieces.views import KindView, StepView, UnreadView
from app.lab.pixel.views import PixelView
from app.lab.wall.views import EffectView
from app.messages import Message, sentence
from app.web.filters.numbers import number, percent, plural, signed_percent
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


def share_words(share: float, least: float) -> Message:
    """Say what the share of a contribution means; one below `least` says nothing either way."""
    if abs(share) < least:
        return sentence("hardly matters")
    return sentence("works against it") if share < 0 else sentence("agrees with the result")


def relative_change(effect: EffectView) -> str:
    """Write how far a map differs, as a part of its own size."""
    return "was 0" if effect.relative is None else percent(effect.relative)


def sum_label(step: SumView, fold: FoldView) -> Message:
    """Say what a step of the running sum shows."""
    count, inputs, channel = step.count, fold.inputs, fold.channel
    match step.kind:
        case "bias":
            return _bias_label(fold)
        case "activation":
            after = activation(fold.activation)
            if fold.pool != "none":
                return sentence(
                    "after {function}: map {channel}, before the pool",
                    function=after,
                    channel=channel,
                )
            return sentence("after {function}: map {channel}", function=after, channel=channel)
        case "pool":
            pool = pool_words(fold.pool, fold.pool_size)
            return sentence("after {pool}: map {channel}", pool=pool, channel=channel)
    if not count:
        return sentence("nothing added yet")
    if inputs == 1:
        return sentence("the one product, with nothing to add")
    if not fold.varies:
        return sentence("the sum so far: {count} of {inputs}", count=count, inputs=inputs)
    return sentence(
        "the sum so far: {count} of {inputs}; their shares add up to {explained}",
        count=count,
        inputs=inputs,
        explained=signed_percent(step.explained),
    )


def sum_at(pixel: PixelView, step: SumView) -> Message:
    """Say what one step of the running sum is at the pixel."""
    inputs = len(pixel.contributions)
    row, column = pixel.map_row, pixel.map_col
    match step.kind:
        case "bias":
            value = number(pixel.running[inputs + 1], 4)
            return sentence(
                "with the bias {value} at row {row}, column {column}",
                value=value,
                row=row,
                column=column,
            )
        case "activation":
            return sentence(
                "after {function} {value} at row {row}, column {column}",
                function=activation(pixel.function),
                value=number(pixel.running[inputs + 2], 4),
                row=row,
                column=column,
            )
        case "pool":
            assert pixel.pooling is not None
            return sentence(
                "after {pool} {value} at row {row}, column {column}",
                pool=pool_words(pixel.pooling.how, pixel.pooling.size),
                value=number(pixel.running[inputs + 3], 4),
                row=pixel.row,
                column=pixel.col,
            )
    return sentence(
        "Σ{count} = {value} at row {row}, column {column}",
        count=str(step.count).translate(SUBSCRIPTS),
        value=number(pixel.running[step.count], 4),
        row=row,
        column=column,
    )


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


def _bias_label(fold: FoldView) -> Message:
    """Say what the sum is with the bias; where nothing follows, it is the map."""
    added = (
        sentence("the one product, and the bias {bias}", bias=number(fold.bias))
        if fold.inputs == 1
        else sentence("all {count}, and the bias {bias}", count=fold.inputs, bias=number(fold.bias))
    )
    if len(fold.sums) > fold.inputs + 2:
        return added
    if fold.activation == "linear":
        return sentence("{added}: map {channel}", added=added, channel=fold.channel)
    return sentence(
        "{added}: map {channel} before {function}",
        added=added,
        channel=fold.channel,
        function=activation(fold.activation),
    )


def _step(step: StepView) -> str:
    each = dense_shape(step.filter_shape[:2] if step.depthwise else step.filter_shape)
    note = " (depthwise)" if step.depthwise else ""
    if step.groups > 1 and not step.depthwise:
        note = f" ({plural(step.groups, 'group')})"
    return f"{plural(step.filters, 'filter')} of {each}{note}"
