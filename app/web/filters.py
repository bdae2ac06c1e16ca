"""Number formats of the pages. Rounding happens here and nowhere else."""

import math
from typing import Any

from app.lab.views import FoldView, SumView

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


def percent(share: float) -> str:
    """Write a share of 1 in per cent; a small share that is not zero does not read as zero."""
    if 0 < share < 0.001:
        return "< 0.1 %"
    if 0.999 < share < 1:
        return "> 99.9 %"
    return f"{100 * share:.1f} %" if share % 1 else f"{round(100 * share)} %"


def signed_percent(share: float) -> str:
    """Write a signed share of 1 in per cent, with its sign."""
    text = f"{100 * share:+.1f} %".replace("-", MINUS)
    return f"{'+' if share > 0 else MINUS}0.0… %" if share and text[1:] == "0.0 %" else text


def sum_label(step: SumView, fold: FoldView) -> str:
    """Say what a step of the running sum shows."""
    if step.kind == "bias":
        return f"all {fold.inputs}, and the bias {number(fold.bias)}"
    if step.kind == "activation":
        return f"after {activation(fold.activation)}: map {fold.channel}"
    if not step.count:
        return "nothing added yet"
    explained = f", {signed_percent(step.explained)} of the map" if fold.varies else ""
    return f"the sum so far: {step.count} of {fold.inputs}{explained}"


def shape(sizes: tuple[int, ...]) -> str:
    """Write sizes with multiplication signs between them."""
    return f"\N{NO-BREAK SPACE}{TIMES}\N{NO-BREAK SPACE}".join(f"{size:,}" for size in sizes)


def dense_shape(sizes: tuple[int, ...]) -> str:
    """Write sizes without spaces, for use inside a sentence."""
    return TIMES.join(str(size) for size in sizes)


def mebibytes(count: int) -> str:
    """Write bytes as MiB."""
    return f"{number(count / 2**20)} MiB"


def plural(count: int, word: str) -> str:
    """Write a count with its noun."""
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


def activation(name: str) -> str:
    """Write an activation's name as the literature does."""
    return ACTIVATIONS.get(name, name)


FILTERS: dict[str, Any] = {
    "number": number,
    "percent": percent,
    "signed_percent": signed_percent,
    "sum_label": sum_label,
    "shape": shape,
    "dense_shape": dense_shape,
    "mebibytes": mebibytes,
    "plural": plural,
    "activation": activation,
}
