"""Numbers as text: the one home of how they are rounded in a sentence, and how a language marks and reads them."""

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache

from app.languages import ENGLISH, Language, spoken

MINUS = "\N{MINUS SIGN}"
SPACES = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{THIN SPACE}"  # people group digits with any of them
LONGEST = 30
FRONT = re.compile(r"^([+-]?)([1-9]\d*)")  # sign and digits before the point
DECIMALS_IN_A_TABLE = (1, 9)  # the fewest and the most
AS_TYPED = {
    ord(MINUS): ord("-"),
    **{0xFEE0 + code: code for code in range(0x21, 0x7F)},
}  # full width


def number(value: float, digits: int = 3) -> str:
    """Write a value with `digits` significant digits, a real minus sign, thousands separated."""
    return _number(value, digits, spoken())


def decimals(value: float, digits: int) -> int:
    """Return the decimals with which a value has `digits` significant digits; none is left of the point."""
    return max(digits - 1 - math.floor(math.log10(abs(value))), 0)


def table_decimals(largest: float, digits: int = 5) -> int:
    """Return the decimals of values that are compared: the largest has `digits` significant digits, 4 below 1."""
    least, most = DECIMALS_IN_A_TABLE
    if largest == 0:
        return least
    return min(max(decimals(largest, digits if largest >= 1 else 4), least), most)


def marked(text: str) -> str:
    """Write a number that Python wrote, such as 1,234.5, with the marks of the language that is spoken."""
    return _marked(text, spoken())


def list_mark() -> str:
    """Return what separates numbers in a list, where a comma may be a part of them."""
    return spoken().comma if spoken().decimal == "." else "; "


def plain(text: str, *, grouped: bool = True) -> str | None:
    """Write a number that a person typed, in the language that is spoken or in English, as Python reads it.

    None for what is no number. Where both languages could be meant, the spoken one is: 1.234 is 1234 in German.
    With `grouped` false no digits are grouped, so that it is 1.234: for numbers that are never that large.
    """
    text = text.strip().translate(AS_TYPED)
    if len(text) > LONGEST:
        return None
    found = (_unmarked(text, language, grouped) for language in (spoken(), ENGLISH))
    return next((one for one in found if one is not None), None)


def plain_list(text: str) -> str:
    """Write numbers that a person typed, none of them large enough for groups, with commas between them.

    A comma is the decimal mark where the language has it so and it stands inside a number: `0,5; 0,4`, `0,5, 0,4`.
    What is no number stays as it is.
    """
    text = text.translate(AS_TYPED).replace("\N{IDEOGRAPHIC COMMA}", ";")
    parts = text.split(";")
    if len(parts) == 1 and spoken().decimal == ",":
        parts = re.split(r",\s+", text)
    if len(parts) == 1 and plain(text, grouped=False) is None:
        parts = text.split(",")
    return ",".join(plain(one, grouped=False) or one.strip() for one in parts)


def marked_list(text: str) -> str:
    """Write numbers with commas between them, as Python does, with the marks of the language that is spoken."""
    return list_mark().join(marked(one.strip()) for one in text.split(","))


@cache
def number_form(language: Language) -> re.Pattern[str]:
    """Return what a typed number looks like; 0,414 has no thousands: no decimal comma is taken for a group."""
    group, decimal = re.escape(language.group + SPACES), re.escape(language.decimal)
    whole = rf"[1-9]\d{{0,2}}(?P<group>[{group}])\d{{3}}(?:(?P=group)\d{{3}})*|\d+|(?={decimal}\d)"
    return re.compile(
        rf"(?P<sign>[+-]?)(?P<whole>{whole})(?:{decimal}(?P<rest>\d*))?(?P<power>(?:[eE][+-]?\d+)?)",
        re.ASCII,
    )


@lru_cache(maxsize=2**15, typed=True)  # a page writes a thousand numbers, most of them weights
def _number(value: float, digits: int, language: Language) -> str:
    return _marked(_in_python(value, digits).replace("-", MINUS), language)


def _in_python(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    if isinstance(value, int) or abs(value) >= 10**digits:
        return f"{round(value):,}"
    places = decimals(value, digits)
    if places > digits + 3:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}"
    return f"{value:,.{places}f}"


def _marked(text: str, language: Language) -> str:
    if language.decimal == ENGLISH.decimal and language.group == ENGLISH.group:
        return text
    whole, point, rest = text.partition(".")
    digits = sum(one.isdigit() for one in whole)
    group = language.group if digits >= language.least_grouped else ""
    return f"{whole.replace(',', group)}{language.decimal if point else ''}{rest}"


def _unmarked(text: str, language: Language, grouped: bool) -> str | None:
    found = number_form(language).fullmatch(text)
    if found is None or (found["group"] and not grouped):
        return None
    whole = found["whole"].replace(found["group"], "") if found["group"] else found["whole"]
    return (
        f"{found['sign']}{whole}{'.' if found['rest'] else ''}{found['rest'] or ''}{found['power']}"
    )


@dataclass(frozen=True)
class Figure:
    """A number as a value of a sentence; it is rounded only where it is written."""

    value: float
    digits: int = 3

    def __str__(self) -> str:
        """Return the number as text."""
        return number(self.value, self.digits)

    def __format__(self, _: str) -> str:
        """Return the number as text, in a sentence."""
        return str(self)


@dataclass(frozen=True)
class Percentage(Figure):
    """A number of per cent as a value of a sentence, with its sign."""

    def __str__(self) -> str:
        """Return the number and the sign as text."""
        return f"{super().__str__()}{spoken().percent}"


@dataclass(frozen=True)
class Typed:
    """A number as an address has it and somebody typed it, as a value of a sentence.

    No digit is lost, and those before the point are grouped as in all other numbers.
    """

    text: str

    def __str__(self) -> str:
        """Return the number as text."""
        text = FRONT.sub(lambda found: f"{found[1]}{int(found[2]):,}", self.text.replace(",", ""))
        return marked(text.replace("-", MINUS))

    def __format__(self, _: str) -> str:
        """Return the number as text, in a sentence."""
        return str(self)
