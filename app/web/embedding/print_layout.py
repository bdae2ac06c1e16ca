"""How many rows of a ledger fit on one printed page; `static/css/print.css` uses the same lengths."""

from dataclasses import dataclass

from app.lab.pixel.views import PixelView

# In CSS pixels, for a landscape page of A4 or Letter.
PAGE_WIDTH, PAGE_HEIGHT = 1120, 850  # of the area for the ledger
POOL_HEIGHT = 100  # of the description of a pool above the ledger
END_HEIGHT = 88  # of the last lines of the ledger
LABEL_WIDTH, CELL_WIDTH = 94, 44  # of the name and the sum of a row, and of one number
ROW_PADDING, LINE_HEIGHT = 3.5, 11.5  # around a row, and of one line of numbers


@dataclass(frozen=True)
class Paper:
    """The number of columns side by side, and the number of rows that fit in all of them."""

    columns: int
    rows: int


def on_paper(pixel: PixelView) -> Paper:
    """Return how the rows of a ledger are arranged on one page."""
    height, width = len(pixel.rows), len(pixel.columns)
    columns = max(PAGE_WIDTH // (LABEL_WIDTH + 2 * width * CELL_WIDTH), 1)
    row, available = (
        ROW_PADDING + height * LINE_HEIGHT,
        PAGE_HEIGHT - (POOL_HEIGHT if pixel.pooling else 0),
    )
    full, last = int(available // row), int((available - END_HEIGHT) // row)
    return Paper(columns=columns, rows=(columns - 1) * full + last)
