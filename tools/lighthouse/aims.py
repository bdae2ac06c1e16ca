"""What a page must reach, and the sentence for each aim that it misses."""

from collections.abc import Mapping
from statistics import quantiles

LEAST_POINTS = 90  # of performance
PICTURE_S = 2.0  # until the first picture of the first view, less than this
INTERACTION_MS = 200  # three quarters of the interactions are answered in less


def missed(points: Mapping[str, int], picture_s: float, interactions_ms: list[float]) -> list[str]:
    """Return a sentence for each aim that is missed, given the points of performance by page."""
    found = [
        f"{page} has {one} points of performance; {LEAST_POINTS} are wanted."
        for page, one in points.items()
        if one < LEAST_POINTS
    ]
    if picture_s >= PICTURE_S:
        found.append(
            f"The first picture takes {picture_s:.2f} s; less than {PICTURE_S:g} is wanted."
        )
    if (scrubbing := third_quarter(interactions_ms)) >= INTERACTION_MS:
        found.append(f"Scrubbing takes {scrubbing:.0f} ms; less than {INTERACTION_MS} is wanted.")
    return found


def third_quarter(values: list[float]) -> float:
    """Return what three quarters of the values do not exceed."""
    return quantiles(values, n=4)[2]
