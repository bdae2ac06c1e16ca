"""Kernels set by hand: each edit replaces one kernel of a bank."""

from dataclasses import dataclass
from math import isfinite

from app.engine.errors import SpecError
from app.messages import sentence

MOST = 16  # kernels of one layer, so that an address stays short enough for every browser
LARGEST = 1000.0
NOT_WHOLLY = ", in part set by hand"  # what follows the name of a filter that is not wholly its own
DIGITS = 6  # that a weight keeps, as many as the address writes


@dataclass(frozen=True, order=True)
class Edit:
    """The kernel of filter `filter` for input channel `channel`, row by row."""

    filter: int
    channel: int
    weights: tuple[float, ...]


def check(edits: tuple[Edit, ...]) -> None:
    """Refuse edits that no layer could take.

    Raises:
        SpecError: there are too many, two of one kernel, or a weight is no usable number.
    """
    if len(edits) > MOST:
        raise SpecError(
            "edit",
            sentence(
                "{field} sets {count} kernels; up to {most} would work.",
                count=len(edits),
                most=MOST,
            ),
        )
    places = {(one.filter, one.channel) for one in edits}
    if len(places) < len(edits):
        raise SpecError("edit", sentence("{field} sets a kernel twice; once would work."))
    for weight in (weight for one in edits for weight in one.weights):
        if not isfinite(weight) or abs(weight) > LARGEST:
            raise SpecError(
                "edit",
                sentence(
                    "{field} has the weight {weight:g}; -{largest:g} to {largest:g} would work.",
                    weight=weight,
                    largest=LARGEST,
                ),
            )


def rounded(weight: float) -> float:
    """Return a weight with the digits that an address keeps."""
    return float(f"{weight:.{DIGITS}g}")


def fits(edit: Edit, shape: tuple[int, int, int, int], reads: range) -> bool:
    """Tell whether a bank of that shape has the kernel; `reads` are the channels that its filter reads.

    Shapes:
        shape  (F, C // groups, kh, kw)
    """
    filters, _, height, width = shape
    within = edit.filter < filters and edit.channel in reads
    return within and len(edit.weights) == height * width
