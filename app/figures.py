"""Numbers as text: the one home of how a value is rounded in a sentence, and of how a language marks it."""

import math
from dataclasses import dataclass
from functools import lru_cache

from app.languages import ENGLISH, Language, spoken

MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int = 3) -> str:
    """Write a value with `digits` significant digits, a real minus sign, thousands separated."""
    return _number(value, digits, spoken())


def marked(text: str) -> str:
    """Write a number that Python wrote, such as 1,234.5, with the marks of the language that is spoken."""
    return _marked(text, spoken())


def list_mark() -> str:
    """Return what separates numbers in a list, where a comma may be a part of them."""
    return spoken().comma if spoken().decimal == "." else "; "


@lru_cache(maxsize=2**15, typed=True)  # a page writes a thousand numbers, most of them weights
def _number(value: float, digits: int, language: Language) -> str:
    return _marked(_in_python(value, digits).replace("-", MINUS), language)


def _in_python(value: float, digits: int) -> str:
    if value == 0:
        return "0"
    if isinstance(value, int) or abs(value) >= 10**digits:
        return f"{round(value):,}"
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
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
