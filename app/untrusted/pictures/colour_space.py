"""Colour spaces that a file states by numbers, without an ICC profile, and their conversion to sRGB."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Values = NDArray[np.float64]
Chromaticities = tuple[float, float, float, float, float, float, float, float]

D65 = (0.3127, 0.3290)
SRGB: Chromaticities = (0.640, 0.330, 0.300, 0.600, 0.150, 0.060, *D65)
BT2020: Chromaticities = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, *D65)
PAPER_WHITE = 203  # cd/m2, of diffuse white in HDR (ITU-R BT.2408, section 2)
PEAKS = {"PQ": 10_000, "HLG": 1_000}  # cd/m2, of a light of 1 (ITU-R BT.2100, tables 4 and 5)
HLG_GAMMA = 1.2  # the exponent of a display of that peak
SAME = 2  # levels out of 255; a colour space that changes no colour by more counts as sRGB
LEAST_VOLUME = 1e-3  # of the primaries in XYZ; sRGB has 0.20
ROWS = 256  # converted at once, to keep memory small

# Codes of ITU-T H.273, table 2: red, green, blue, white as x and y. Those that differ little have one line.
_PRIMARIES: dict[int, Chromaticities] = {
    1: SRGB,
    4: (0.67, 0.33, 0.21, 0.71, 0.14, 0.08, 0.310, 0.316),
    5: (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, *D65),
    6: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *D65),
    7: (0.630, 0.340, 0.310, 0.595, 0.155, 0.070, *D65),
    8: (0.681, 0.319, 0.243, 0.692, 0.145, 0.049, 0.310, 0.316),
    9: BT2020,
    11: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.314, 0.351),
    12: (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, *D65),
    22: (0.630, 0.340, 0.295, 0.605, 0.155, 0.077, *D65),
}
# From XYZ to the responses of the eye, in which white is adapted (Bradford; ICC.1:2022, annex E).
_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


@dataclass(frozen=True, kw_only=True)
class ColourSpace:
    """What the values of a picture mean: its primaries with white, and the light of a value.

    `light` maps values from 0 to 1 to light, in units of white. `hdr` names the curve of a picture with
    highlights above white.
    """

    primaries: Chromaticities
    light: Callable[[Values], Values]
    hdr: Literal["PQ", "HLG"] | None = None


def of_codes(primaries: int, transfer: int) -> ColourSpace | None:
    """Return the colour space of two codes of ITU-T H.273; None if they state none, or one that is not supported.

    The curves of television (codes 1, 6, 7, 14, 15) are taken as that of sRGB, as browsers do: they describe
    cameras, and pictures with these codes are made for displays.
    """
    if primaries not in _PRIMARIES:
        return None
    curves: dict[int, Callable[[Values], Values]] = {
        4: power(2.2),
        5: power(2.8),
        8: power(1),
        16: _pq,
        18: _hlg,
    }
    hdr: dict[int, Literal["PQ", "HLG"]] = {16: "PQ", 18: "HLG"}
    return ColourSpace(
        primaries=_PRIMARIES[primaries],
        light=curves.get(transfer, _srgb_light),
        hdr=hdr.get(transfer),
    )


def of_gamma(gamma: float | None, primaries: Chromaticities | None) -> ColourSpace:
    """Return the colour space of a PNG with `gAMA` (the exponent of its values) or `cHRM` or both."""
    return ColourSpace(
        primaries=primaries or SRGB, light=power(1 / gamma) if gamma else _srgb_light
    )


def power(exponent: float) -> Callable[[Values], Values]:
    """Return the curve of a display whose light is a power of the value."""
    return lambda values: values**exponent


def to_srgb(image: Image.Image, space: ColourSpace) -> Image.Image | None:
    """Return an RGB picture in sRGB; None if the conversion would change next to nothing.

    Raises:
        LinAlgError: the primaries are on one line, or nearly.
    """
    if not abs(np.linalg.det(_to_xyz(space.primaries))) > LEAST_VOLUME:
        raise np.linalg.LinAlgError
    table = space.light(np.arange(256) / 255)
    steps = np.arange(0, 256, 15, dtype=np.uint8)
    probe = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)
    if np.abs(_converted(probe, space, table).astype(int) - probe).max() <= SAME:
        return None
    pixels = np.array(image)  # (h, w, 3)
    for start in range(0, len(pixels), ROWS):
        pixels[start : start + ROWS] = _converted(pixels[start : start + ROWS], space, table)
    return Image.fromarray(pixels)


def _converted(pixels: NDArray[np.uint8], space: ColourSpace, table: Values) -> NDArray[np.uint8]:
    light = table[pixels]
    own, srgb = _to_xyz(space.primaries), _to_xyz(SRGB)
    if space.hdr == "HLG":  # its display brightens a pixel by the luminance of the pixel
        light *= (light @ own[1])[..., None] ** (HLG_GAMMA - 1)
    if space.hdr:
        light *= PEAKS[space.hdr] / PAPER_WHITE
    linear = light @ (np.linalg.inv(srgb) @ _adapted(space.primaries) @ own).T
    levels = 255 * _srgb_value(np.asarray(np.clip(linear, 0, 1), np.float64))
    return np.rint(levels).astype(np.uint8)


def _to_xyz(primaries: Chromaticities) -> Values:
    """Return the matrix from linear red, green and blue to XYZ, in which white has a luminance of 1."""
    red, green, blue, white = (_xyz(*primaries[at : at + 2]) for at in (0, 2, 4, 6))
    corners = np.stack([red, green, blue], axis=1)
    return corners * np.asarray(np.linalg.solve(corners, white), np.float64)


def _adapted(primaries: Chromaticities) -> Values:
    """Return the matrix that turns the white of `primaries` into that of sRGB, as the eye would."""
    own, srgb = _BRADFORD @ _xyz(*primaries[6:]), _BRADFORD @ _xyz(*D65)
    return np.asarray(np.linalg.inv(_BRADFORD) @ np.diag(srgb / own) @ _BRADFORD, np.float64)


def _xyz(x: float, y: float) -> Values:
    return np.array([x / y, 1.0, (1 - x - y) / y])


def _srgb_light(values: Values) -> Values:
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _srgb_value(light: Values) -> Values:
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def _pq(values: Values) -> Values:
    """Return light in units of the peak of 10,000 cd/m2 (ITU-R BT.2100, table 4)."""
    root = values ** (32 / 2523)
    return (np.maximum(root - 107 / 128, 0) / (2413 / 128 - 2392 / 128 * root)) ** (8192 / 1305)


def _hlg(values: Values) -> Values:
    """Return light of the scene, from 0 to 1 (ITU-R BT.2100, table 5)."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(values <= 0.5, values**2 / 3, (np.exp((values - c) / a) + b) / 12)
