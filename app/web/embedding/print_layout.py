"""How the rows of a ledger lie on paper; `static/css/print.css` has the same lengths."""

from dataclasses import dataclass

from app.lab.pixel.views import PixelView
from app.web.filters.stage import is_written

# In pixels of the printed page before its zoom, which is Letter or A4, lying.
WIDTH = 1441  # of the ledger on Letter, the narrower of the two
SUMS_COLUMNS = 4  # where a row is a number and a sum
GAP = 16  # between columns of rows
NAMED = 120  # width of a row's name and sum
# Widths at 7 pt: of one digit, and of the sign, the point and the space of a number.
DIGIT, SIGNS = 9, 18


@dataclass(frozen=True)
class Paper:
    """Columns of rows side by side. `sums`: the kernels are so large that only the sums are printed. `stacked`: a
    row is so wide that its tables stand one below the other.
    """

    columns: int
    stacked: bool
    sums: bool


def on_paper(pixel: PixelView, decimals: int) -> Paper:
    """Return how the rows of a ledger lie on its pages; there are as many pages as it takes."""
    if not is_written(pixel.contributions[0].kernel):
        return Paper(columns=SUMS_COLUMNS, stacked=False, sums=True)
    number = SIGNS + DIGIT * (1 + decimals)
    row = NAMED + 3 * len(pixel.columns) * number  # window, kernel and products
    columns = (WIDTH + GAP) // (row + GAP)
    return Paper(columns=max(columns, 1), stacked=not columns, sums=False)
