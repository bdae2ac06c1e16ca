"""Numbers as text: signs, shares, sizes. Values are rounded here, in `sums` and in `app.figures`, nowhere else."""

from collections.abc import Iterable

from app.engine.spec.edits import DIGITS
from app.figures import MINUS, marked, number
from app.languages import spoken


def percent(share: float) -> str:
    """Write a share of 1 in per cent; a small share that is not zero does not read as zero."""
    sign = spoken().percent
    if 0 < share < 0.001:
        return f"< {marked('0.1')}{sign}"
    if 0.999 < share < 1:
        return f"> {marked('99.9')}{sign}"
    return marked(f"{100 * share:.1f}" if share % 1 else f"{round(100 * share)}") + sign


def signed_percent(share: float) -> str:
    """Write a signed share of 1 in per cent, with its sign; one too small for a digit does not read as zero."""
    text = f"{100 * share:+.1f}".replace("-", MINUS)
    if text[1:] != "0.0":
        return marked(text) + spoken().percent
    return percent(abs(share))


def times(value: float) -> str:
    """Write how many times as large something is; a whole number has no decimals."""
    return number(round(value) if value == round(value) else value, 2)


def signed(value: float, digits: int = 2) -> str:
    """Write a value with its sign."""
    return number(value, digits) if value < 0 else f"+{number(value, digits)}"


def fixed(value: float, decimals: int) -> str:
    """Write a value with this many decimals, and 0 as nothing but 0."""
    if value == 0:
        return "0"
    text = f"{value:,.{decimals}f}"
    if value > 0:
        return marked(text)
    return marked(text.replace("-", MINUS if text.strip("-0.") else ""))


def mebibytes(count: int) -> str:
    """Write bytes as MiB."""
    return f"{number(count / 2**20)} MiB"


def typed(weight: float) -> str:
    """Write a weight as a number field takes it, with the digits that an address keeps."""
    return f"{weight:.{DIGITS}g}"


def path(points: Iterable[tuple[float, float]], width: float, height: float) -> str:
    """Write the path of an SVG through points given as shares of its width and height."""
    return "M" + "L".join(f"{x * width:.1f},{y * height:.1f}" for x, y in points)
