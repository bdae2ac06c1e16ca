"""The sheets of a workbook, and the formats of their cells in the colours of the pages."""

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from app.lab.pieces.stack_facts import Source
from app.messages import Message

SIX_DIGITS = "0.000000"


class Formats:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.heading: Format = book.add_format({"bold": True})
        self.words: Format = book.add_format({})
        self.value: Format = book.add_format({"num_format": SIX_DIGITS})
        self.padded: Format = book.add_format(  # padding is hatched, as on the page
            {"num_format": SIX_DIGITS, "pattern": 14, "fg_color": "#b9b5aa", "bg_color": "#fcfbf7"}
        )
        self.weight: Format = book.add_format({"num_format": SIX_DIGITS, "font_color": "#0b6b63"})
        self.sum: Format = book.add_format(
            {"num_format": SIX_DIGITS, "font_color": "#1d6b3c", "bold": True}
        )


@dataclass(frozen=True)
class Page:
    """One sheet of the workbook, with the formats of its cells."""

    sheet: Worksheet
    formats: Formats
    source: Source

    def write(self, row: int, column: int, words: Message | str, format: Format) -> None:
        """Write words into a cell, in the language of the file."""
        self.sheet.write_string(row, column, self.source.say(words), format)
