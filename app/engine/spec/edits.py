"""Kernels set by hand: each edit replaces one kernel of a bank."""

from dataclasses import dataclass
from math import isfinite

from app.engine.errors import SpecError

MOST = 16  # edited kernels in one layer; keeps the address short enough for every browser
LARGEST = 1000.0
EDITED_SUFFIX = ", in part set by hand"  # appended to the name of an edited filter
DIGITS = 6  # significant digits of a weight, as the address writes it


@dataclass(frozen=True, order=True)
class Edit:
    """The new kernel of filter `filter` for input channel `channel`, its weights row by row."""

    filter: int
    channel: int
    weights: tuple[float, ...]


def check(edits: tuple[Edit, ...]) -> None:
    """Refuse edits that no layer could have.

    Raises:
        SpecError: there are too many, two for the same kernel, or a weight is not a usable number.
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
    """Round a weight to the digits that an address keeps."""
    return float(f"{weight:.{DIGITS}g}")


def fits(edit: Edit, shape: tuple[int, int, int, int], reads: range) -> bool:
    """Return whether a bank of that shape has the edited kernel; `reads` are the channels that its filter reads.

    Shapes:
        shape  (F, C // groups, kh, kw)
    """
    filters, _, height, width = shape
    within = edit.filter < filters and edit.channel in reads
    return within and len(edit.weights) == height * width
