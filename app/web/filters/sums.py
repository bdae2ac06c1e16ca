"""Sums as they are shown: the decimals of a ledger, and what rounded parts lack to their rounded sum."""

from collections.abc import Iterable
from decimal import Decimal

from app.figures import MINUS, marked, table_decimals
from app.lab.pixel.views import PixelView, WindowView
from app.lab.stage.face_views import FacesView
from app.lab.stage.lessons.views import RowView
from app.messages import Message, sentence
from app.web.filters.numbers import fixed
from app.web.filters.shapes import TIMES

PART_NAMES = {"Eye": sentence("eye"), "Nose": sentence("nose"), "Mouth": sentence("mouth")}


def places(pixel: PixelView) -> int:
    """Return the decimals of a ledger, by its largest sum."""
    sums = [one.sum for one in pixel.contributions]
    return table_decimals(max(map(abs, (*sums, pixel.bias, pixel.total))))


def row_places(row: RowView) -> int:
    """Return the decimals of a row that is still to be worked out, by what it is added to."""
    return table_decimals(max(abs(row.others), abs(row.bias)))


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


def face_sum(faces: FacesView) -> str:
    """Write the sum that decides on a face; where the shown digits do not add up it is only about equal."""
    parts = [_shown(part.value, 2) for part in faces.parts]
    weight, bias, total = (_shown(one, 2) for one in (faces.weight, faces.bias, faces.total))
    equals = "=" if weight * sum(parts) + bias == total else "≈"
    written = " + ".join(fixed(float(part), 2) for part in parts)
    return f"{_times_sum(faces, written)} {equals} {fixed(float(total), 2)}"


def face_rule(faces: FacesView) -> Message:
    """Write the same with the names of the parts."""
    names = {f"part{place}": PART_NAMES[part.name] for place, part in enumerate(faces.parts)}
    written = " + ".join(f"{{{name}}}" for name in names)
    return Message(_times_sum(faces, written), tuple(names.items()))


def _times_sum(faces: FacesView, parts: str) -> str:
    weight, bias = (marked(f"{one:g}") for one in (faces.weight, abs(faces.bias)))
    after = f" {MINUS if faces.bias < 0 else '+'} {bias}" if faces.bias else ""
    return f"{weight} {TIMES} ({parts}){after}"


def _lack(parts: list[float], whole: float, decimals: int) -> str:
    shown = sum((_shown(part, decimals) for part in parts), Decimal(0))
    lack = _shown(whole, decimals) - shown
    return marked(f"{lack:+,.{decimals}f}".replace("-", MINUS)) if lack else ""


def _shown(value: float, decimals: int) -> Decimal:
    return Decimal(f"{value:.{decimals}f}")
