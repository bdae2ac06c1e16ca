"""Measures of the structure of layer 1 filters with respect to natural pictures: one number for each filter."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from tools.training.photographs import Photograph

Values = NDArray[np.float64]

ANGLES = np.arange(24) * np.pi / 24
ORIENTED, OPPONENT, CHANGED, WEAK = 0.5, 0.5, 0.7, 0.1  # a Sobel kernel has an orientation of 0.54
FREQUENCIES = np.arange(1, 9) / 16  # cycles per pixel, up to the Nyquist limit


@dataclass(frozen=True, eq=False)
class Pictures:
    """The statistics of natural pictures in 3 x 3 windows.

    Shapes:
        grey, colour  (27, 27)  second moments of all 3 x 3 windows about their means, the windows split into the
                                mean of the channels and the rest
        channels      (3, 3)    second moments of the channels
    """

    grey: Values
    colour: Values
    channels: Values


@dataclass(frozen=True)
class Summary:
    """A bank in a few numbers: shares of its filters, except `orientation` and `pattern`, which are medians.

    oriented     prefer one direction nearly as much as a Sobel kernel, or more: at least ORIENTED
    opponent     vary more with the colours of the photographs than with their brightness
    changed      have a cosine below CHANGED with their initial weights
    weak         have a norm below WEAK times the greatest
    """

    oriented: float
    orientation: float
    opponent: float
    pattern: float
    changed: float
    weak: float


def pictures(photographs: tuple[Photograph, ...], *, size: int = 1) -> Pictures:
    """Measure the photographs, all with the same weight."""
    moments = [_moments(photograph.sizes[size]) for photograph in photographs]
    grey, colour, channels = (np.mean(each, axis=0) for each in zip(*moments, strict=True))
    return Pictures(grey, colour, channels)


def summary(weight: Float, before: Float, seen: Pictures) -> Summary:
    """Measure a bank of 3 x 3 filters, (F, 3, 3, 3), whose initial weights were `before`."""
    turned, length = (
        orientation(weight, seen),
        np.linalg.norm(weight.reshape(len(weight), -1), axis=1),
    )
    return Summary(
        oriented=float((turned >= ORIENTED).mean()),
        orientation=float(np.median(turned)),
        opponent=float((colour(weight, seen) > OPPONENT).mean()),
        pattern=float(np.median(pattern(weight))),
        changed=float((likeness(weight, before) < CHANGED).mean()),
        weak=float((length < WEAK * length.max()).mean()),
    )


def orientation(weight: Float, seen: Pictures) -> Values:
    """Return the orientation selectivity of each filter, from 0 (no preference) to 1 (stripes of one direction
    only).

    This is one minus the circular variance (Ringach, Shapley & Hawken, 2002) of the power that passes the
    filter from stripes of each direction, their power falling with the square of the frequency as in natural
    pictures (Field, 1987) and spread over the colours as in the photographs.

    Shapes:
        weight  (F, 3, kh, kw)
        return  (F,)
    """
    rows, cols = np.mgrid[: weight.shape[2], : weight.shape[3]]
    power = np.zeros((len(weight), len(ANGLES)))
    for place, angle in enumerate(ANGLES):
        along = np.cos(angle) * cols + np.sin(angle) * rows
        for frequency in FREQUENCIES:
            waves = np.exp(-2j * np.pi * frequency * along)
            passed = np.einsum("fcij,ij->fc", weight.astype(np.float64), waves)
            power[:, place] += (
                np.einsum("fc,cd,fd->f", passed, seen.channels, passed.conj()).real / frequency
            )
    turned: Values = np.abs(power @ np.exp(2j * ANGLES)) / np.maximum(power.sum(axis=1), 1e-30)
    return turned


def colour(weight: Float, seen: Pictures) -> Values:
    """Return the share of each filter's variance on the photographs that comes from their colours.

    A picture is the mean of its channels plus a remainder, and a filter's response is the sum of those to both.

    Shapes:
        weight  (F, 3, 3, 3)
        return  (F,)
    """
    flat = weight.reshape(len(weight), -1).astype(np.float64)
    by_grey, by_colour = (
        np.einsum("fi,ij,fj->f", flat, moments, flat) for moments in (seen.grey, seen.colour)
    )
    share: Values = by_colour / np.maximum(by_grey + by_colour, 1e-30)
    return share


def pattern(weight: Float) -> Values:
    """Return the share of each filter's energy in its best rank-1 approximation, one kernel times channel
    weights.

    Shapes:
        weight  (F, 3, kh, kw)
        return  (F,)
    """
    energy = np.linalg.svd(weight.reshape(*weight.shape[:2], -1), compute_uv=False) ** 2
    share: Values = energy[:, 0] / np.maximum(energy.sum(axis=1), 1e-30)
    return share


def likeness(weight: Float, before: Float) -> Values:
    """Return the cosine between each filter and its weights before, (F,)."""
    one, other = (each.reshape(len(each), -1).astype(np.float64) for each in (weight, before))
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosine: Values = (one * other).sum(axis=1) / np.maximum(lengths, 1e-30)
    return cosine


def _moments(picture: Float) -> tuple[Values, Values, Values]:
    windows = np.lib.stride_tricks.sliding_window_view(picture.astype(np.float64), (3, 3), (1, 2))
    windows = windows[:, ::2, ::2].transpose(1, 2, 0, 3, 4)  # (rows, columns, 3, 3, 3)
    grey = np.broadcast_to(windows.mean(axis=2, keepdims=True), windows.shape)
    parts = [part.reshape(-1, 27) for part in (grey, windows - grey)]
    flat = picture.reshape(3, -1).astype(np.float64)
    grey_moments, colour_moments = (np.cov(part, rowvar=False, bias=True) for part in parts)
    return grey_moments, colour_moments, np.cov(flat, bias=True)
