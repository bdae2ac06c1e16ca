"""Numbers as text, with significant digits: the one home of how a value is rounded in a sentence."""

import math
from dataclasses import dataclass
from functools import lru_cache

MINUS = "\N{MINUS SIGN}"


@lru_cache(maxsize=2**15, typed=True)  # a page writes a thousand numbers, most of them weights
def number(value: float, digits: int = 3) -> str:
    """Write a value with `digits` significant digits, a real minus sign, thousands separated."""
    if value == 0:
        return "0"
    if isinstance(value, int) or abs(value) >= 10**digits:
        return f"{round(value):,}".replace("-", MINUS)
    places = max(digits - 1 - math.floor(math.log10(abs(value))), 0)
    if places > digits + 3:
        mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
        return f"{mantissa}e{int(exponent)}".replace("-", MINUS)
    return f"{value:,.{places}f}".replace("-", MINUS)


@dataclass(frozen=True)
class Figure:
    """A number as a value of a sentence; it is rounded only where it is written."""

    value: float
    digits: int = 3

    def __str__(self) -> str:
        """Return the number as text."""
        return number(self.value, self.digits)
