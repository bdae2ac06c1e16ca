"""Words of the pages: names of settings, what a number means, the steps of a sum, the parts of a layer."""

from app.lab.fold.views import FoldView, SumView
from app.lab.kinds.views import CostView
from app.lab.pieces.views import KindView, StepView, UnreadView
from app.lab.pixel.views import PixelView
from app.lab.wall.views import EffectView
from app.messages import Message, counted, sentence
from app.web.filters.numbers import number, percent, signed_percent
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
    "column": counted("{count:,} column", "{count:,} columns", 1),
    "contribution": counted("{count:,} contribution", "{count:,} contributions", 1),
    "convolution": counted("{count:,} convolution", "{count:,} convolutions", 1),
    "filter": counted("{count:,} filter", "{count:,} filters", 1),
    "hour": counted("{count:,} hour", "{count:,} hours", 1),
    "kernel": counted("{count:,} kernel", "{count:,} kernels", 1),
    "layer": counted("{count:,} layer", "{count:,} layers", 1),
    "map": counted("{count:,} map", "{count:,} maps", 1),
    "output": counted("{count:,} output", "{count:,} outputs", 1),
    "pixel": counted("{count:,} pixel", "{count:,} pixels", 1),
    "place": counted("{count:,} place", "{count:,} places", 1),
    "pool": counted("{count:,} pool", "{count:,} pools", 1),
    "row": counted("{count:,} row", "{count:,} rows", 1),
    "sum": counted("{count:,} sum", "{count:,} sums", 1),
    "muted map": counted("{count:,} muted map", "{count:,} muted maps", 1),
    "sample picture": counted("{count:,} sample picture", "{count:,} sample pictures", 1),
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
    if step.kind == "bias":
        return counted(
            "the one contribution and the bias {bias}",
            "all {count} contributions and the bias {bias}",
            fold.inputs,
            bias=number(fold.bias),
        )
    if step.kind == "activation":
        values = {"function": activation(fold.activation), "map": fold.channel}
        if fold.pool != "none":
            return sentence("after {function}: map {map}, before the pool", **values)
        return sentence("after {function}: map {map}", **values)
    if step.kind == "pool":
        pool = pool_words(fold.pool, fold.pool_size)
        return sentence("after {pool}: map {map}", pool=pool, map=fold.channel)
    if not step.count:
        return sentence("nothing added yet")
    given = {"step": step.count, "inputs": fold.inputs}
    if not fold.varies:
        return sentence("the sum so far: {step} of {inputs}", **given)
    return sentence(
        "the sum so far: {step} of {inputs}; their shares add up to {share}",
        **given,
        share=signed_percent(step.explained),
    )


def sum_at(pixel: PixelView, step: int) -> Message:
    """Say what one step of the running sum is at the pixel."""
    inputs = len(pixel.contributions)
    values = {
        "value": number(pixel.running[step], 4),
        "row": pixel.map_row,
        "column": pixel.map_col,
    }
    if step == inputs + 1:
        return sentence("with the bias {value} at row {row}, column {column}", **values)
    if step == inputs + 2 and pixel.function == "linear":
        return sentence("the map is {value} at row {row}, column {column}", **values)
    if step == inputs + 2:
        function = activation(pixel.function)
        return sentence(
            "after {function} {value} at row {row}, column {column}", function=function, **values
        )
    if step == inputs + 3 and pixel.pooling:
        values |= {"row": pixel.row, "column": pixel.col}
        pool = pool_words(pixel.pooling.how, pixel.pooling.size)
        return sentence("after {pool} {value} at row {row}, column {column}", pool=pool, **values)
    sign = f"Σ{str(step).translate(SUBSCRIPTS)}"
    return sentence("{sign} = {value} at row {row}, column {column}", sign=sign, **values)


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


def compared(ratio: float) -> Message:
    """Say how much something costs, compared with the standard layer; the words say if it is more."""
    if ratio == 1:
        return sentence("as many")
    if ratio > 1:
        return sentence("{ratio} times as many: more", ratio=number(ratio, 3))
    return sentence("{share} of the", share=percent(ratio))


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
