"""Words of the pages: names of settings, what a number means, the steps of a sum, the parts of a layer."""

from app.figures import number
from app.lab.fold.views import FoldView, SumView
from app.lab.kinds.views import CostView
from app.lab.pieces.views import KindView, StepView, UnreadView
from app.lab.pixel.views import PixelView
from app.lab.wall.views import EffectView
from app.messages import Message, counted, sentence
from app.web.filters.numbers import percent, signed_percent
from app.web.filters.shapes import TIMES, dense_shape

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
ACTIVATIONS: dict[str, Message | str] = {
    "linear": sentence("no activation"),
    "relu": "ReLU",
    "leaky_relu": sentence("leaky ReLU"),
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
}
NOUNS = {
    "channel": counted("{count:,} channel", "{count:,} channels", 1),
    "convolution": counted("{count:,} convolution", "{count:,} convolutions", 1),
    "map": counted("{count:,} map", "{count:,} maps", 1),
    "pool": counted("{count:,} pool", "{count:,} pools", 1),
}
SUM_AND_BIAS = sentence("with the bias: {value} at row {row}, column {column}")
SUM_ALONE = sentence("all added: {value} at row {row}, column {column}")
WITH_THE_BIAS = {
    "steps": counted("the one product, and the bias {bias}", "all {count}, and the bias {bias}", 1),
    "nothing": counted(
        "the one product, and the bias {bias}: map {map}",
        "all {count}, and the bias {bias}: map {map}",
        1,
    ),
    "activation": counted(
        "the one product, and the bias {bias}: map {map} before {function}",
        "all {count}, and the bias {bias}: map {map} before {function}",
        1,
    ),
    "pool": counted(
        "the one product, and the bias {bias}: map {map} before the pool",
        "all {count}, and the bias {bias}: map {map} before the pool",
        1,
    ),
}
WITHOUT_A_BIAS = {
    "steps": counted("the one product, without a bias", "all {count}, without a bias", 1),
    "nothing": counted(
        "the one product, without a bias: map {map}", "all {count}, without a bias: map {map}", 1
    ),
    "activation": counted(
        "the one product, without a bias: map {map} before {function}",
        "all {count}, without a bias: map {map} before {function}",
        1,
    ),
    "pool": counted(
        "the one product, without a bias: map {map} before the pool",
        "all {count}, without a bias: map {map} before the pool",
        1,
    ),
}
WAYS: dict[str, Message | str] = {
    "standard": sentence("standard"),
    "separable": sentence("depthwise first"),
    "pointwise_first": sentence("pointwise first"),
    "pointwise": f"1{TIMES}1",
    "depthwise": sentence("depthwise alone"),
}


def share_words(share: float, least: float) -> Message:
    """Say what the share of a contribution means; one below `least` says nothing either way."""
    if abs(share) < least:
        return sentence("hardly matters")
    if share < 0:
        return sentence("works against the result")
    return sentence("agrees with the result")


def relative_change(effect: EffectView) -> Message | str:
    """Write how far a map differs, as a part of its own size."""
    return sentence("was 0") if effect.relative is None else percent(effect.relative)


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
    row, column = pixel.map_row, pixel.map_col
    match step.kind:
        case "bias":
            return (SUM_AND_BIAS if pixel.bias_used else SUM_ALONE).having(
                value=number(pixel.running[step.count + 1], 4), row=row, column=column
            )
        case "activation":
            return sentence(
                "after {function}: {value} at row {row}, column {column}",
                function=activation(pixel.function),
                value=number(pixel.running[step.count + 2], 4),
                row=row,
                column=column,
            )
        case "pool":
            assert pixel.pooling is not None
            return sentence(
                "after {pool}: {value} at row {row}, column {column}",
                pool=pool_words(pixel.pooling.how, pixel.pooling.size),
                value=number(pixel.running[step.count + 3], 4),
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


def plural(count: int, word: str) -> Message:
    """Write a count with its noun, for a sentence with more than one count."""
    return NOUNS[word].having(count=count)


def activation(name: str) -> Message | str:
    """Write an activation's name as the literature does."""
    return ACTIVATIONS.get(name, name)


def pool_words(how: str, size: int) -> Message:
    """Name a pool with its size."""
    if how == "max":
        return sentence("max pool {size}×{size}", size=size)
    return sentence("average pool {size}×{size}", size=size)


def made_by(steps: tuple[StepView, ...]) -> Message:
    """Write the convolutions of a layer: the number of filters and their shape, one after the other."""
    first, *then = map(_step, steps)
    return sentence("{first}, then {second}", first=first, second=then[0]) if then else first


def last_lines(one: UnreadView) -> Message:
    """Say which rows and columns are not read."""
    rows = counted("the last row", "the last {count} rows", one.rows)
    columns = counted("the last column", "the last {count} columns", one.columns)
    if one.rows and one.columns:
        return sentence("{rows} and {columns}", rows=rows, columns=columns)
    return rows if one.rows else columns


def way(row: CostView | KindView) -> Message | str:
    """Name a way to make a layer."""
    if row.way == "grouped":
        return counted("{count} group", "{count} groups", row.groups)
    return WAYS[row.way]


def _bias_label(fold: FoldView) -> Message:
    """Say what the sum is with the bias, if the filter has one; where nothing follows, it is the map."""
    words = (WITH_THE_BIAS if fold.bias_used else WITHOUT_A_BIAS)[_follows(fold)]
    return words.having(
        count=fold.inputs,
        map=fold.channel,
        bias=number(fold.bias),
        function=activation(fold.activation),
    )


def _follows(fold: FoldView) -> str:
    """Say what is left out after the bias: nothing, the activation or the pool; `steps` if more are shown."""
    if fold.sums[-1].kind != "bias":
        return "steps"
    if fold.activation != "linear":
        return "activation"
    return "pool" if fold.pool != "none" else "nothing"


def _step(step: StepView) -> Message:
    if step.depthwise:
        return counted(
            "{count} filter of {shape} (depthwise)",
            "{count} filters of {shape} (depthwise)",
            step.filters,
            shape=dense_shape(step.filter_shape[:2]),
        )
    shape = dense_shape(step.filter_shape)
    if step.groups > 1:
        return counted(
            "{count} filter of {shape} ({groups} groups)",
            "{count} filters of {shape} ({groups} groups)",
            step.filters,
            shape=shape,
            groups=step.groups,
        )
    return counted(
        "{count} filter of {shape}", "{count} filters of {shape}", step.filters, shape=shape
    )
