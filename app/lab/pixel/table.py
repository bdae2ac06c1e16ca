"""The ledger of a pixel as comma-separated values, at full precision."""

import csv
import io
from collections.abc import Iterable, Iterator

from app.lab.pieces.views import Matrix
from app.lab.pixel.views import PixelView


def ledger_csv(pixel: PixelView) -> str:
    """Write a line for each input channel, then the bias, the total, the values of the pass, and any pool.

    Each line has the window, the kernel and the products, row by row. Its last field is their sum, so the last
    column, with the bias, adds up to the total.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(["channel", "name", *_headings(pixel), "sum"])
    for one in pixel.contributions:
        numbers = (
            value for part in (one.window, one.kernel, one.products) for value in _flat(part)
        )
        writer.writerow([one.channel, one.name or "", *numbers, one.sum])
    blank = [""] * len(_headings(pixel))
    ends = {
        "bias": pixel.bias,
        "total": pixel.total,
        "pre-activation, float32": pixel.preactivation,
        "activation": pixel.activation,
    }
    if pixel.pooling:
        pool = pixel.pooling
        ends |= {
            f"{pool.how} pool {row}.{col}": value
            for row, line in enumerate(pool.values)
            for col, value in enumerate(line)
        }
        ends |= {f"{pool.how} of the pool, float32": pool.output}
    writer.writerows([name, "", *blank, value] for name, value in ends.items())
    return text.getvalue()


def _headings(pixel: PixelView) -> list[str]:
    taps = [f"{row}.{col}" for row in range(len(pixel.rows)) for col in range(len(pixel.columns))]
    padded = _flat(pixel.padded)
    marks = [" (padding)" if one else "" for one in padded]
    return [
        *(f"window {tap}{mark}" for tap, mark in zip(taps, marks, strict=True)),
        *(f"kernel {tap}" for tap in taps),
        *(f"product {tap}" for tap in taps),
    ]


def _flat(matrix: Matrix | Iterable[Iterable[bool]]) -> Iterator[float]:
    return (value for row in matrix for value in row)
