"""How much of a ledger one printed page has room for; `static/css/print.css` has the same lengths."""

from dataclasses import dataclass

from app.lab.pixel.views import PixelView

# In pixels of the printed page, which is A4 or Letter, lying.
PAGE_WIDTH, PAGE_HEIGHT = 1120, 850  # of the ledger
POOL_HEIGHT = 100  # height of what is said of a pool above it
END_HEIGHT = 88  # height of its last lines
LABEL_WIDTH, CELL_WIDTH = 94, 44  # widths: of a row's name and sum, and of one number
ROW_PADDING, LINE_HEIGHT = 3.5, 11.5  # heights: round a row, and of one line of numbers


@dataclass(frozen=True)
class Paper:
    """Columns of rows side by side, and how many rows there is room for in all of them."""

    columns: int
    rows: int


def on_paper(pixel: PixelView) -> Paper:
    """Return how the rows of a ledger lie on one page."""
    height, width = len(pixel.rows), len(pixel.columns)
    columns = max(PAGE_WIDTH // (LABEL_WIDTH + 2 * width * CELL_WIDTH), 1)
    row, available = (
        ROW_PADDING + height * LINE_HEIGHT,
        PAGE_HEIGHT - (POOL_HEIGHT if pixel.pooling else 0),
    )
    full, last = int(available // row), int((available - END_HEIGHT) // row)
    return Paper(columns=columns, rows=(columns - 1) * full + last)
