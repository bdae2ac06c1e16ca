"""Kernels set by hand: each edit replaces one kernel of a bank."""

from dataclasses import dataclass
from math import isfinite

from app.engine.errors import SpecError

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
        raise SpecError("edit", f"sets {len(edits)} kernels; up to {MOST} would work.")
    places = {(one.filter, one.channel) for one in edits}
    if len(places) < len(edits):
        raise SpecError("edit", "sets a kernel twice; once would work.")
    for weight in (weight for one in edits for weight in one.weights):
        if not isfinite(weight) or abs(weight) > LARGEST:
            raise SpecError(
                "edit", f"has the weight {weight:g}; -{LARGEST:g} to {LARGEST:g} would work."
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
