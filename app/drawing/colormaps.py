"""Colour tables and what their indices mean.

A signed value t in [-1, 1] has index 128 + round(127 t): 128 is exactly zero, 1 and 255 are the
ends. Index 0 is no value: the places of a sheet without a map, transparent. Channels use `GREY`,
where all 256 indices are values.
"""

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.uint8]  # (256, 3), sRGB
Arm = tuple[str, str, str]  # from the neutral on

NO_VALUE = 0
ZERO = 128
SPAN = 127  # indices from zero to either end
PLACES = (0, 0.3, 0.6, 1)  # of the neutral and the three stops of an arm: most values are small,
# so lightness falls fastest next to zero

# Oklab: B. Ottosson, "A perceptual color space for image processing" (2020).
_LMS_FROM_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def stops(table: Table, count: int, *, first: int = NO_VALUE + 1) -> list[str]:
    """Return `count` evenly spaced colours of a table, (256, 3), as `#rrggbb`.

    A legend draws its gradient with them; `first` is 0 for `GREY`, whose index 0 is a value, and
    `ZERO` for values that cannot be negative.
    """
    places = np.rint(np.linspace(first, 255, count)).astype(int)
    return ["#{:02x}{:02x}{:02x}".format(*table[place]) for place in places]


def _diverging(negative: Arm, neutral: str, positive: Arm) -> Table:
    """Go from the neutral middle through the hue of each arm to its dark end, straight in Oklab.

    Stops that stand opposite each other are about as light: opposite values look equally strong.
    """
    low, high = (
        np.stack([_oklab(stop) for stop in (neutral, *arm)]) for arm in (negative, positive)
    )
    t = (np.arange(256) - ZERO) / SPAN  # (256,)
    lab = np.where(t[:, None] < 0, _between(-t, low), _between(t, high))  # (256, 3)
    lab[NO_VALUE] = lab[ZERO]
    return _frozen(_srgb(lab))


def _between(t: NDArray[np.float64], stops: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.interp(t, PLACES, channel) for channel in stops.T], axis=-1)


def _oklab(colour: str) -> NDArray[np.float64]:
    encoded = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    lab: NDArray[np.float64] = _LAB_FROM_LMS @ np.cbrt(_LMS_FROM_RGB @ linear)  # (3,)
    return lab


def _srgb(lab: NDArray[np.float64]) -> Table:
    lms = (lab @ np.linalg.inv(_LAB_FROM_LMS).T) ** 3
    linear = np.clip(lms @ np.linalg.inv(_LMS_FROM_RGB).T, 0, 1)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    table: Table = np.rint(encoded * 255).astype(np.uint8)
    return table


def _frozen(table: Table) -> Table:
    table.flags.writeable = False
    return table


NEUTRAL = "#f7f5f2"
RED: Arm = ("#e8845c", "#b2391b", "#5c1206")
BLUE: Arm = ("#6aa5dc", "#1f66ad", "#0b2f66")
BROWN: Arm = ("#d79a55", "#8a5208", "#4b2c04")
TEAL: Arm = ("#5fb3a8", "#0b6b63", "#053a35")

SIGNED = _diverging(BLUE, NEUTRAL, RED)  # activations, contributions, sums
WEIGHTS = _diverging(TEAL, NEUTRAL, BROWN)  # kernels, in other hues than any map
GREY = _frozen(np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1))  # channels
