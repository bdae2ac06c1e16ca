"""Number formats of the pages. Rounding happens here and nowhere else."""

import math
from typing import Any

MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
ACTIVATIONS = {
    "linear": "no activation",
    "relu": "ReLU",
    "leaky_relu": "leaky ReLU",
    "elu": "ELU",
    "gelu": "GELU",
    "silu": "SiLU",
}


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


def exact(value: float) -> str:
    """Write a value with all of its digits, as JSON does."""
    return repr(value).replace("-", MINUS)


def percent(share: float) -> str:
    """Write a share of 1 in per cent; a small share that is not zero does not read as zero."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if share % 1 else f"{round(100 * share)} %"


def shape(sizes: tuple[int, ...]) -> str:
    """Write sizes with multiplication signs between them."""
    return f"\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}".join(f"{size:,}" for size in sizes)


def dense_shape(sizes: tuple[int, ...]) -> str:
    """Write sizes without spaces, for use inside a sentence."""
    return TIMES.join(str(size) for size in sizes)


def mebibytes(count: int) -> str:
    """Write bytes as MiB."""
    return f"{number(count / 2**20)} MiB"


def giga(count: int) -> str:
    """Write a large count in millions or billions, in words."""
    if count >= 10**9:
        return f"{number(count / 1e9)} billion"
    return f"{number(count / 1e6)} million"


def plural(count: int, word: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def activation(name: str) -> str:
    """Write an activation's name as the literature does."""
    return ACTIVATIONS.get(name, name)


FILTERS: dict[str, Any] = {
    "number": number,
    "exact": exact,
    "percent": percent,
    "shape": shape,
    "dense_shape": dense_shape,
    "mebibytes": mebibytes,
    "giga": giga,
    "plural": plural,
    "activation": activation,
}
