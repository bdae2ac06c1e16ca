"""How a net scales its picture before the first convolution, as means and deviations of values from 0 to 1."""

from collections.abc import Sequence

from app.untrusted.weights.description import Operation

Figures = tuple[float, ...]

LARGEST = 255.0  # of a picture in bytes


def figures(scales: Sequence[Operation]) -> tuple[Figures, Figures] | None:
    """Return means and deviations of the picture, one or one for each channel; None if nothing is stated.

    A net that subtracts more than 1.5, or divides by more than 10, reads values from 0 to 255.
    """
    scale: Figures = (1.0,)
    offset: Figures = (0.0,)
    for one in scales:
        factor, addend = (
            tuple(float(each) for each in one.settings.get(name, (default,)))
            for name, default in (("scale", 1.0), ("offset", 0.0))
        )
        count = max(map(len, (scale, offset, factor, addend)))
        if any(len(each) not in (1, count) for each in (scale, offset, factor, addend)):
            return None
        widened = [
            each if len(each) == count else each * count for each in (scale, offset, factor, addend)
        ]
        scale = tuple(a * b for a, b in zip(widened[0], widened[2], strict=True))
        offset = tuple(
            a * b + c for a, b, c in zip(widened[1], widened[2], widened[3], strict=True)
        )
    count = max(len(scale), len(offset))
    scale, offset = (each if len(each) == count else each * count for each in (scale, offset))
    if not scales or not all(each > 0 for each in scale):
        return None
    deviations = [1 / each for each in scale]
    means = [0.0 - each / by for each, by in zip(offset, scale, strict=True)]
    return in_unit_range(means, deviations)


def in_unit_range(means: Sequence[float], deviations: Sequence[float]) -> tuple[Figures, Figures]:
    """Return means and deviations for values from 0 to 1, where they are for values from 0 to 255."""
    of_bytes = any(abs(mean) > 1.5 for mean in means) or any(each > 10 for each in deviations)
    by = LARGEST if of_bytes else 1.0
    return tuple(each / by for each in means), tuple(each / by for each in deviations)
