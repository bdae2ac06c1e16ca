"""Number formats of the pages. Rounding happens here and nowhere else."""

import math
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from jinja2 import pass_context
from jinja2.runtime import Context

from app.engine.spec.edits import DIGITS
from app.lab.fold.views import FoldView, SumView
from app.lab.kinds.views import CostView
from app.lab.pieces.views import KindView, StepView, UnreadView
from app.lab.pixel.views import PixelView, WindowView
from app.lab.stage.face_views import FacesView
from app.lab.wall.views import EffectView
from app.web.embedding.print_layout import on_paper

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
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


@lru_cache(maxsize=2**15, typed=True)  # a page writes a thousand numbers, most of them weights
def number(value: float, digits: int = 3) -> str:
    """Write a value with `digits` significant digits, a real minus sign, thousands separated."""
    if value == 0:
        return "0"
    if isinstance(value, int) or abs(value) >= 10**digits:
        return f"{round(value):,}".replace("-", MINUS)
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    if places > digits + 3:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
    return f"{value:,.{places}f}".replace("-", MINUS)


def percent(share: float) -> str:
    """Write a share of 1 in per cent; a small share that is not zero does not read as zero."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if share % 1 else f"{round(100 * share)} %"


def signed_percent(share: float) -> str:
    """Write a signed share of 1 in per cent, with its sign; one too small for a digit does not read as zero."""
    text = f"{100 * share:+.1f} %".replace("-", MINUS)
    if text[1:] != "0.0 %":
        return text
    return "< 0.1 %" if share else "0 %"


def share_words(share: float, least: float) -> str:
    """Say what the share of a contribution means; one below `least` says nothing either way."""
    if abs(share) < least:
        return "hardly matters"
    return "works against it" if share < 0 else "agrees with the result"


def face_sum(faces: FacesView) -> str:
    """Write the sum that decides on a face; where the shown digits do not add up it is only about equal."""
    parts = [_shown(part.value, 2) for part in faces.parts]
    weight, bias, total = (_shown(one, 2) for one in (faces.weight, faces.bias, faces.total))
    equals = "=" if weight * sum(parts) + bias == total else "≈"
    written = " + ".join(fixed(float(part), 2) for part in parts)
    return f"{_times_sum(faces, written)} {equals} {fixed(float(total), 2)}"


def face_rule(faces: FacesView) -> str:
    """Write the same with the names of the parts."""
    return _times_sum(faces, " + ".join(part.name.lower() for part in faces.parts))


def _times_sum(faces: FacesView, parts: str) -> str:
    weight, bias = (f"{one:g}" for one in (faces.weight, abs(faces.bias)))
    after = f" {MINUS if faces.bias < 0 else '+'} {bias}" if faces.bias else ""
    return f"{weight} {TIMES} ({parts}){after}"


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


def places(pixel: PixelView) -> int:
    """Return the decimals of a ledger: its largest sum has five significant digits, four below 1."""
    sums = [one.sum for one in pixel.contributions]
    largest = max(map(abs, (*sums, pixel.bias, pixel.total)))
    if largest == 0:
        return 1
    digits = 5 if largest >= 1 else 4
    return min(max(digits - 1 - math.floor(math.log10(largest)), 1), 9)


def fixed(value: float, decimals: int) -> str:
    """Write a value with this many decimals, and 0 as nothing but 0."""
    if value == 0:
        return "0"
    text = f"{value:,.{decimals}f}"
    if value > 0:
        return text
    return text.replace("-", MINUS) if text.strip("-0.") else text.replace("-", "")


def written(
    matrix: Iterable[Iterable[float]],
    decimals: int,
    padded: Iterable[Iterable[bool]] | None = None,
) -> list[list[tuple[str, float, bool]]]:
    """Write a matrix, each value as its text, itself, and whether it lies on padding."""
    rows = [list(row) for row in matrix]
    marks = padded or [[False] * len(row) for row in rows]
    return [
        [(fixed(value, decimals), value, mark) for value, mark in zip(row, line, strict=True)]
        for row, line in zip(rows, marks, strict=True)
    ]


def sum_rounding(one: WindowView, decimals: int) -> str:
    """Return what the shown products lack to the shown sum; empty where they add up."""
    products = [value for row in one.products for value in row]
    return _lack(products, one.sum, decimals)


def total_rounding(pixel: PixelView, decimals: int) -> str:
    """Return what the shown sums and the shown bias lack to the shown total; empty where they add up."""
    sums = [one.sum for one in pixel.contributions]
    return _lack([*sums, pixel.bias], pixel.total, decimals)


def signed(value: float, digits: int = 2) -> str:
    """Write a value with its sign."""
    return number(value, digits) if value < 0 else f"+{number(value, digits)}"


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


def shape(sizes: tuple[int, ...]) -> str:
    """Write sizes with multiplication signs between them."""
    return f"\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}".join(f"{size:,}" for size in sizes)


def in_order(sizes: tuple[int, ...], axes: str) -> tuple[int, ...]:
    """Return the sizes of maps, (C, H, W), in the order in which they are to be written."""
    return (*sizes[1:], sizes[0]) if axes == "last" else sizes


@pass_context
def map_shape(context: Context, sizes: tuple[int, ...]) -> str:
    """Write the shape of maps, (C, H, W), with the channels where the page has them: first or last."""
    return shape(in_order(sizes, context["urls"].state.display.axes))


def dense_shape(sizes: tuple[int, ...]) -> str:
    """Write sizes without spaces, for use inside a sentence."""
    return TIMES.join(str(size) for size in sizes)


def mebibytes(count: int) -> str:
    """Write bytes as MiB."""
    return f"{number(count / 2**20)} MiB"


def plural(count: int, word: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


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


def _lack(parts: list[float], whole: float, decimals: int) -> str:
    shown = sum((_shown(part, decimals) for part in parts), Decimal(0))
    lack = _shown(whole, decimals) - shown
    return f"{lack:+,.{decimals}f}".replace("-", MINUS) if lack else ""


def _shown(value: float, decimals: int) -> Decimal:
    return Decimal(f"{value:.{decimals}f}")


def typed(weight: float) -> str:
    """Write a weight as a number field takes it, with the digits that an address keeps."""
    return f"{weight:.{DIGITS}g}"


def path(points: Iterable[tuple[float, float]], width: float, height: float) -> str:
    """Write the path of an SVG through points given as shares of its width and height."""
    return "M" + "L".join(f"{x * width:.1f},{y * height:.1f}" for x, y in points)


FILTERS: dict[str, Any] = {
    "number": number,
    "typed": typed,
    "path": path,
    "percent": percent,
    "signed_percent": signed_percent,
    "share_words": share_words,
    "face_sum": face_sum,
    "face_rule": face_rule,
    "relative_change": relative_change,
    "sum_label": sum_label,
    "shape": shape,
    "map_shape": map_shape,
    "dense_shape": dense_shape,
    "mebibytes": mebibytes,
    "plural": plural,
    "activation": activation,
    "places": places,
    "fixed": fixed,
    "written": written,
    "sum_rounding": sum_rounding,
    "total_rounding": total_rounding,
    "signed": signed,
    "sum_at": sum_at,
    "pool_words": pool_words,
    "made_by": made_by,
    "last_lines": last_lines,
    "way": way,
    "compared": compared,
    "on_paper": on_paper,
}
