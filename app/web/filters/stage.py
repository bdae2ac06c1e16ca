"""How the stage writes its numbers: widths of lines, weights of a kernel."""

from app.figures import MINUS, marked
from app.lab.pieces.views import BoxView, Matrix
from app.lab.stage.stage_views import FlowView
from app.languages import spoken

WIDEST, NARROWEST = 4.5, 1.0  # pixels of a line
GREY_BELOW = 0.3  # of the mean size: a mean below has no clear sign
NEARLY_ZERO = 0.005
LARGEST_WRITTEN = 5  # rows or columns of a kernel that is written as numbers


def lines(flow: FlowView) -> str:
    """Write the lines into a filter: for each map its width in pixels and +, - or 0 for the sign of its mean.

    A map that the filter does not hear has no line: its width is 0.
    """
    largest = max(flow.sizes) or 1
    return " ".join(
        f"{NARROWEST + (WIDEST - NARROWEST) * size / largest:.1f}{_sign(mean, size)}"
        if heard
        else "00"
        for heard, mean, size in zip(flow.hears, flow.means, flow.sizes, strict=True)
    )


def view_box(box: BoxView) -> str:
    """Write the place of a tile in its sheet as the attribute of an SVG that shows it."""
    return f"{box.x} {box.y} {box.width} {box.height}"


def weight(value: float) -> str:
    """Write a weight with its sign and two decimals; what would be 0 then is nearly 0."""
    if value == 0:
        return "0"
    if abs(value) < NEARLY_ZERO:
        return "≈ 0"
    return marked(f"{value:+.2f}".replace("-", MINUS))


def weight_lines(kernel: Matrix) -> str:
    """Write a kernel as data: weights with a comma between them, rows with a semicolon; where numbers have a comma
    of their own, weights with a semicolon between them, rows with a bar.
    """
    between, rows = (",", ";") if spoken().decimal == "." else (";", "|")
    return rows.join(between.join(weight(value) for value in row) for row in kernel)


def is_written(kernel: Matrix) -> bool:
    """Tell whether a kernel is small enough to be written as numbers."""
    return len(kernel) <= LARGEST_WRITTEN and len(kernel[0]) <= LARGEST_WRITTEN


def _sign(mean: float, size: float) -> str:
    if abs(mean) < GREY_BELOW * size or not size:
        return "0"
    return "+" if mean > 0 else "-"
