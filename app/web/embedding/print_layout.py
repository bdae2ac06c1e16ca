"""How much of a ledger one printed page has room for; `static/css/print.css` has the same lengths."""

from dataclasses import dataclass

from app.lab.pixel.views import PixelView

# In pixels of the printed page, which is A4 or Letter, lying.
WIDTH, HEIGHT = 1120, 850  # of the ledger
POOL = 100  # height of what is said of a pool above it
ENDS = 88  # height of its last lines
NAMED, CELL = 94, 44  # widths: of a row's name and sum, and of one number
ROW, LINE = 3.5, 11.5  # heights: round a row, and of one line of numbers


@dataclass(frozen=True)
class Paper:
    """Columns of rows side by side, and how many rows there is room for in all of them."""

    columns: int
    rows: int


def on_paper(pixel: PixelView) -> Paper:
    """Return how the rows of a ledger lie on one page."""
    height, width = len(pixel.rows), len(pixel.columns)
    columns = max(WIDTH // (NAMED + 2 * width * CELL), 1)
    row, high = ROW + height * LINE, HEIGHT - (POOL if pixel.pooling else 0)
    full, last = int(high // row), int((high - ENDS) // row)
    return Paper(columns=columns, rows=(columns - 1) * full + last)
