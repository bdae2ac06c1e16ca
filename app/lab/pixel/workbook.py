"""The ledger of one pixel as a spreadsheet (.xlsx) whose formulas compute it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from app.engine.compute.activations import LEAKY_SLOPE
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Source
from app.lab.pieces.views import Matrix
from app.lab.pixel import workbook_words
from app.lab.pixel.build import Place, pixel_view
from app.lab.pixel.views import PixelView, PoolingView, WindowView
from app.lab.pixel.workbook_formats import Formats, Page
from app.lab.state.state import State
from app.messages import Message, chained, sentence

FORMULAS = {
    "linear": "{x}",
    "relu": "MAX(0,{x})",
    "leaky_relu": f"IF({{x}}>0,{{x}},{LEAKY_SLOPE:g}*{{x}})",
    "elu": "IF({x}>0,{x},EXP(MIN({x},0))-1)",
    "gelu": "{x}*NORMSDIST({x})",
    "silu": "{x}*(1+TANH({x}/2))/2",
    "sigmoid": "(1+TANH({x}/2))/2",
    "tanh": "TANH({x})",
}
TOLERANCE = 1e-5  # how far the page's float32 values may be from the formulas', relative to the greatest sum or 1
SHEET = "Ledger"
LABEL, WINDOW = 0, 1  # columns
RESULT = 3  # the row of the pre-activation; the other results are below it
CREATED = datetime(2000, 1, 1)


@dataclass(frozen=True)
class Grid:
    """The layout of the sheet: `first` is the row of the first window."""

    kernel_height: int
    kernel_width: int
    first: int

    @property
    def kernel(self) -> int:
        """Return the first column of the kernels."""
        return WINDOW + self.kernel_width + 1

    @property
    def sum(self) -> int:
        """Return the column of the sums."""
        return self.kernel + self.kernel_width + 1

    def row(self, index: int) -> int:
        """Return the first row of a window."""
        return self.first + index * (self.kernel_height + 1)


@timed("export")
def pixel_workbook(
    passes: Passes, state: State, place: Place, source: Source, *, value: int | None = None
) -> bytes:
    """Return the ledger of one pixel as a workbook; `value` as in `pixel_view`."""
    pixel = pixel_view(passes, state, place, value=value)
    return ledger_workbook(pixel, state.stack, source)


def ledger_workbook(pixel: PixelView, stack: StackSpec, source: Source) -> bytes:
    """Return the workbook: window, kernel and SUMPRODUCT of each input, then bias, activation, any pool."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        title = source.say(workbook_words.title(pixel))
        book.set_properties({"title": title, "comments": source.page, "created": CREATED})
        formats = Formats(book)
        page = Page(book.add_worksheet(SHEET), formats, source)
        pool_rows = pixel.pooling.size + 2 if pixel.pooling else 0
        grid = Grid(len(pixel.rows), len(pixel.columns), first=RESULT + 7 + pool_rows + 2)
        _put_head(page, pixel)
        result = _put_results(page, pixel, grid)
        _put_check(page, pixel, result)
        _put_windows(page, pixel, grid)
        _put_settings(Page(book.add_worksheet("Settings"), formats, source), stack)
    return file.getvalue()


def _put_head(page: Page, pixel: PixelView) -> None:
    lede = workbook_words.LEDES[pixel.layer]
    page.sheet.set_column(LABEL, LABEL, 26)
    page.sheet.set_column(WINDOW, 60, 10)
    page.write(0, 0, workbook_words.title(pixel), page.formats.title)
    page.write(1, 0, chained(" ", (lede, page.source.page)), page.formats.words)


def _put_results(page: Page, pixel: PixelView, grid: Grid) -> str:
    """Write the results of the windows; return the cell with the output of the layer."""
    last = grid.row(len(pixel.contributions)) - 1
    sums = xl_range(grid.first, grid.sum, last, grid.sum)
    total = sum(one.sum for one in pixel.contributions)
    rows: tuple[tuple[Message, str | float, float], ...] = (
        (sentence("sum of the contributions"), f"=SUM({sums})", total),
        (sentence("bias, of the whole filter"), pixel.bias, pixel.bias),
        (sentence("pre-activation"), f"={_cell(RESULT)}+{_cell(RESULT + 1)}", pixel.total),
    )
    for row, (label, content, value) in enumerate(rows, RESULT):
        _put(page, row, label, content, value)
    after = FORMULAS[pixel.function].format(x=_cell(RESULT + 2))
    function = stack_words.ACTIVATIONS.get(pixel.function, pixel.function)
    label = sentence("after {function}", function=function)
    _put(page, RESULT + 3, label, f"={after}", pixel.activation)
    if pixel.pooling is None:
        return _cell(RESULT + 3)
    return _put_pool(page, pixel.pooling)


def _put_pool(page: Page, pool: PoolingView) -> str:
    top, sheet, formats = RESULT + 8, page.sheet, page.formats
    page.write(top - 1, LABEL, workbook_words.POOLS[pool.how], formats.heading)
    for index, value in enumerate(one for line in pool.values for one in line):
        row, column = divmod(index, pool.size)
        place = (top + row, WINDOW + column)
        if index == pool.opened:
            sheet.write_formula(*place, f"={_cell(RESULT + 3)}", formats.sum, value)
        else:
            sheet.write_number(*place, value, formats.value)
    window = xl_range(top, WINDOW, top + pool.size - 1, WINDOW + pool.size - 1)
    made = {"max": "MAX", "average": "AVERAGE"}[pool.how]
    place = (top, WINDOW + pool.size + 1)
    sheet.write_formula(*place, f"={made}({window})", formats.sum, pool.output)
    return str(xl_rowcol_to_cell(*place))


def _put_check(page: Page, pixel: PixelView, result: str) -> None:
    theirs = pixel.pooling.output if pixel.pooling else pixel.activation
    sizes = [abs(one.sum) for one in pixel.contributions]
    room = TOLERANCE * max(1.0, *sizes, abs(pixel.bias))
    _put(page, RESULT + 4, sentence("the page's value, float32"), theirs, theirs)
    _put(page, RESULT + 5, sentence("difference"), f"={result}-{_cell(RESULT + 4)}", 0.0)
    said = map(page.source.say, (workbook_words.EQUAL, workbook_words.OTHER))
    equal, other = (words.replace('"', '""') for words in said)
    agrees = f'=IF(ABS({_cell(RESULT + 5)})<={room:g},"{equal}","{other}")'
    page.sheet.write_formula(
        RESULT + 5, WINDOW + 1, agrees, page.formats.words, page.source.say(workbook_words.EQUAL)
    )


def _put_windows(page: Page, pixel: PixelView, grid: Grid) -> None:
    sheet, formats = page.sheet, page.formats
    heads: tuple[tuple[int, Message | str], ...] = (
        (WINDOW, sentence("window")),
        (grid.kernel, sentence("kernel")),
        (grid.sum, "SUMPRODUCT"),
    )
    for column, label in heads:
        page.write(grid.first - 1, column, label, formats.heading)
    for index, one in enumerate(pixel.contributions):
        row = grid.row(index)
        label = workbook_words.label_of_input(pixel.layer, one)
        page.write(row, LABEL, label, formats.words)
        _put_matrix(sheet, row, WINDOW, one.window, [formats.value, formats.padded], pixel.padded)
        _put_matrix(sheet, row, grid.kernel, one.kernel, [formats.weight], None)
        _put_product(sheet, formats, grid, row, one)


def _put_product(sheet: Worksheet, formats: Formats, grid: Grid, row: int, one: WindowView) -> None:
    last = row + grid.kernel_height - 1
    window = xl_range(row, WINDOW, last, WINDOW + grid.kernel_width - 1)
    kernel = xl_range(row, grid.kernel, last, grid.kernel + grid.kernel_width - 1)
    sheet.write_formula(row, grid.sum, f"=SUMPRODUCT({window},{kernel})", formats.sum, one.sum)


def _put_matrix(
    sheet: Worksheet,
    row: int,
    column: int,
    matrix: Matrix,
    formats: Sequence[Format],
    marks: Sequence[Sequence[bool]] | None,
) -> None:
    for i, line in enumerate(matrix):
        for j, value in enumerate(line):
            marked = marks is not None and marks[i][j]
            sheet.write_number(row + i, column + j, value, formats[1 if marked else 0])


def _put_settings(page: Page, stack: StackSpec) -> None:
    page.sheet.set_column(0, 0, 16)
    page.sheet.set_column(1, 1, 110)
    lines = workbook_words.settings(stack, page.source)
    for row, (name, words) in enumerate(lines):
        page.write(row, 0, name, page.formats.heading)
        page.write(row, 1, words, page.formats.words)


def _put(page: Page, row: int, label: Message, content: str | float, value: float) -> None:
    """Write a result next to its label: a number, or a formula with the value that it has."""
    sheet, formats = page.sheet, page.formats
    page.write(row, LABEL, label, formats.heading)
    if isinstance(content, str):
        sheet.write_formula(row, WINDOW, content, formats.sum, value)
    else:
        sheet.write_number(row, WINDOW, content, formats.value)


def _cell(row: int) -> str:
    return str(xl_rowcol_to_cell(row, WINDOW))
