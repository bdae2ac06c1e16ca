"""The patterns of one kernel, by formula, for kernels of any size.

Directions are in degrees, clockwise from north (up), and name the bright side. Orientations are in
degrees too, from horizontal (0) over rising (45) and vertical (90) to falling (135), and name how a line
or stripe runs.
"""

import numpy as np

from app.engine.weights.request import Array, Pair

SOBEL = float(1 / np.sqrt(2 * np.log(2)))  # with it the 3x3 edges along the axes are Sobel's: 1 2 1
ENVELOPE = 0.25  # deviation of a coarse Gabor's envelope, in kernel sides
THIN = 0.6  # deviation across a line, in reaches of the kernel


def gaussian(kernel: Pair, deviation: float) -> Array:
    """Return a Gaussian round the centre whose greatest value would be 1, (kh, kw)."""
    rows, columns = _from_centre(kernel)
    bell: Array = np.exp(-(rows**2 + columns**2) / (2 * deviation**2))
    return bell


def blur(kernel: Pair, deviation: float) -> Array:
    """Return a Gaussian whose weights sum to 1, (kh, kw)."""
    bell = gaussian(kernel, deviation)
    weight: Array = bell / bell.sum()
    return weight


def edge(kernel: Pair, direction: float) -> Array:
    """Return the derivative of a Gaussian, (kh, kw): positive on the side of `direction`, negative opposite."""
    rows, columns = _from_centre(kernel)
    angle = np.deg2rad(direction)
    slope: Array = columns * np.sin(angle) - rows * np.cos(angle)
    return gaussian(kernel, SOBEL * _reach(kernel)) * slope


def line(kernel: Pair, orientation: float) -> Array:
    """Return a bright line between darker sides, (kh, kw): minus the second derivative of a Gaussian across it."""
    off, along = _turned(kernel, orientation)
    across, length = THIN * _reach(kernel), SOBEL * _reach(kernel)
    profile = (1 - (off / across) ** 2) * np.exp(-((off / across) ** 2) / 2)
    stripe: Array = profile * np.exp(-((along / length) ** 2) / 2)
    balanced: Array = stripe - stripe.mean()
    return balanced


def spot(kernel: Pair, deviation: float) -> Array:
    """Return a Gaussian less its mean over the kernel, (kh, kw): a bright spot on a darker ground."""
    bell = gaussian(kernel, deviation)
    balanced: Array = bell - bell.mean()
    return balanced


def gabor(kernel: Pair, orientation: float, *, phase: float, octave: float) -> Array:
    """Return a Gabor function, (kh, kw): stripes under a round Gaussian, balanced so that plain grey gives 0.

    `octave` makes stripes and envelope narrower by so many half octaves. Gabor, "Theory of communication"
    (1946); in two dimensions Daugman, JOSA A 2 (1985).
    """
    off, _ = _turned(kernel, orientation)
    finer = 2 ** (octave / 2)
    envelope = gaussian(kernel, ENVELOPE * min(kernel) / finer)
    stripes = np.cos(2 * np.pi * off / wavelength(kernel, octave) + np.deg2rad(phase))
    level = (envelope * stripes).sum() / envelope.sum()
    wave: Array = envelope * (stripes - level)
    return wave


def wavelength(kernel: Pair, octave: float) -> float:
    """Return the pixels from one bright stripe of a Gabor function to the next: above 2, what pixels can show."""
    return float(max(min(kernel) / 2, 3.0) / 2 ** (octave / 2))


def compared(weight: Array) -> Array:
    """Scale a filter whose weights sum to 0: those above zero then sum to 1, those below to -1.

    Shapes:
        weight, return  any, the same
    """
    scaled: Array = weight / np.maximum(weight, 0).sum()
    return scaled


def _from_centre(kernel: Pair) -> tuple[Array, Array]:
    rows, columns = (np.arange(size) - (size - 1) / 2 for size in kernel)
    return np.broadcast_to(rows[:, None], kernel), np.broadcast_to(columns, kernel)


def _reach(kernel: Pair) -> float:
    return (min(kernel) - 1) / 2


def _turned(kernel: Pair, orientation: float) -> tuple[Array, Array]:
    """Return how far each cell lies off a line of that orientation through the centre, and how far along it."""
    rows, columns = _from_centre(kernel)
    sine, cosine = np.sin(np.deg2rad(orientation)), np.cos(np.deg2rad(orientation))
    return rows * cosine + columns * sine, columns * cosine - rows * sine
