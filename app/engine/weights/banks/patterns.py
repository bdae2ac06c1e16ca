"""Patterns of one kernel, computed by formula for kernels of any size (kh, kw).

Directions name the bright side, in degrees clockwise from north (up). Orientations say how a line or stripe
runs, also in degrees: horizontal (0), rising (45), vertical (90), falling (135).
"""

import numpy as np

from app.engine.weights.request import Array, Pair

# The deviation that gives Sobel's 1 2 1 for 3x3 edges along the axes.
SOBEL = float(1 / np.sqrt(2 * np.log(2)))
ENVELOPE = 0.25  # standard deviation of a coarse Gabor's envelope, as a part of the kernel's side
# Standard deviation across a line, as a part of the distance from the centre to the edge.
THIN = 0.6


def gaussian(kernel: Pair, deviation: float) -> Array:
    """Return a Gaussian with value 1 at the centre of the kernel, (kh, kw)."""
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
    return gaussian(kernel, SOBEL * _half_side(kernel)) * slope


def line(kernel: Pair, orientation: float) -> Array:
    """Return a bright line between darker sides, (kh, kw): minus the second derivative of a Gaussian across it."""
    off, along = _rotated_coordinates(kernel, orientation)
    across, length = THIN * _half_side(kernel), SOBEL * _half_side(kernel)
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

    `octave` is the number of half octaves by which stripes and envelope are narrower. Gabor, "Theory of
    communication" (1946); in two dimensions Daugman, JOSA A 2 (1985).
    """
    off, _ = _rotated_coordinates(kernel, orientation)
    finer = 2 ** (octave / 2)
    envelope = gaussian(kernel, ENVELOPE * min(kernel) / finer)
    stripes = np.cos(2 * np.pi * off / wavelength(kernel, octave) + np.deg2rad(phase))
    level = (envelope * stripes).sum() / envelope.sum()
    wave: Array = envelope * (stripes - level)
    return wave


def wavelength(kernel: Pair, octave: float) -> float:
    """Return the wavelength of a Gabor function in pixels: always above 2, the Nyquist limit."""
    return float(max(min(kernel) / 2, 3.0) / 2 ** (octave / 2))


def balanced(weight: Array) -> Array:
    """Scale a filter whose weights sum to 0: those above zero then sum to 1, those below to -1.

    Shapes:
        weight, return  any, the same
    """
    scaled: Array = weight / np.maximum(weight, 0).sum()
    return scaled


def _from_centre(kernel: Pair) -> tuple[Array, Array]:
    rows, columns = (np.arange(size) - (size - 1) / 2 for size in kernel)
    return np.broadcast_to(rows[:, None], kernel), np.broadcast_to(columns, kernel)


def _half_side(kernel: Pair) -> float:
    return (min(kernel) - 1) / 2


def _rotated_coordinates(kernel: Pair, orientation: float) -> tuple[Array, Array]:
    """Return the coordinates of each cell across and along a line of that orientation through the centre."""
    rows, columns = _from_centre(kernel)
    sine, cosine = np.sin(np.deg2rad(orientation)), np.cos(np.deg2rad(orientation))
    return rows * cosine + columns * sine, columns * cosine - rows * sine
