"""Kernels set by hand: each edit replaces one kernel of a bank."""

from dataclasses import dataclass
from math import isfinite

from app.engine.errors import SpecError
from app.messages import Message, sentence

# Of one layer: every link of a page repeats them, so they bound the page as well as the address.
MOST = 16  # edited kernels
MOST_WEIGHTS = 256  # of these kernels together
LARGEST = 1000.0
DIGITS = 6  # significant digits of a weight, as many as an address holds


@dataclass(frozen=True, order=True)
class Edit:
    """A new kernel of filter `filter` for input channel `channel`; `weights` is row by row."""

    filter: int
    channel: int
    weights: tuple[float, ...]


def check(edits: tuple[Edit, ...]) -> None:
    """Refuse edits that are invalid for any layer.

    Raises:
        SpecError: there are too many, or too many weights; two are of the same kernel; or a weight is not finite
            or too large.
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
    weights = sum(len(one.weights) for one in edits)
    if weights > MOST_WEIGHTS:
        raise SpecError(
            "edit",
            sentence(
                "{field} sets {count} weights; up to {most} in all its kernels together would work.",
                count=weights,
                most=MOST_WEIGHTS,
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


def most_kernels(kernel: tuple[int, int]) -> int:
    """Return how many kernels of that height and width can be set in one layer."""
    return min(MOST, MOST_WEIGHTS // (kernel[0] * kernel[1]))


def edited_name(name: Message) -> Message:
    """Return the name of a filter with an edited kernel."""
    return sentence("{name}, in part set by hand", name=name)


def rounded(weight: float) -> float:
    """Round a weight to the digits that an address holds."""
    return float(f"{weight:.{DIGITS}g}")


def fits(edit: Edit, shape: tuple[int, int, int, int], reads: range) -> bool:
    """Tell whether a bank of that shape has the edited kernel.

    `shape` is (F, C // groups, kh, kw), and `reads` are the input channels that the filter reads.
    """
    filters, _, height, width = shape
    within = edit.filter < filters and edit.channel in reads
    return within and len(edit.weights) == height * width
