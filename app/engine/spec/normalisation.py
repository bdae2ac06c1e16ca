"""Normalisation: from a picture's values, 0 to 1, to the input of layer 1."""

from math import isfinite
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import SpecError, listed

Word = Literal["centre", "none", "imagenet"]
Figures: TypeAlias = tuple[
    float, ...
]  # a mean for each channel, then a standard deviation for each
Normalise: TypeAlias = Word | Figures
Float = NDArray[np.float32]

# The statistics that torchvision's models were trained with, for red, green and blue in [0, 1].
IMAGENET_MEANS = (0.485, 0.456, 0.406)
IMAGENET_DEVIATIONS = (0.229, 0.224, 0.225)

LARGEST_MEAN = 1000.0  # limit for a mean given by the user, far beyond any in use
DEVIATIONS = (0.001, 1000.0)


def check(how: Normalise, channels: int) -> None:
    """Refuse a normalisation that does not fit a picture with that many channels.

    Raises:
        SpecError: says what would work.
    """
    words = get_args(Word)
    if isinstance(how, str):
        if how not in words:
            raise SpecError(
                "normalise",
                f"is {how}; {listed(words)} would work, or means and deviations such as 0.5,0.25.",
            )
        return
    if len(how) != 2 * channels:
        raise SpecError(
            "normalise",
            f"has {len(how)} figures; {channels} means and then {channels} deviations would work.",
        )
    means, (least, most) = how[:channels], DEVIATIONS
    if not all(isfinite(mean) and abs(mean) <= LARGEST_MEAN for mean in means):
        raise SpecError("normalise", f"has a mean beyond ±{LARGEST_MEAN:g}; less would work.")
    if not all(least <= deviation <= most for deviation in how[channels:]):
        raise SpecError(
            "normalise", f"has a deviation outside {least:g} to {most:g}; one inside would work."
        )


def normalise(image: Float, how: Normalise) -> Float:
    """Normalise a picture, values in [0, 1], to the float32 input of layer 1.

    `centre` subtracts 0.5; `none` changes nothing; `imagenet` subtracts the mean of each channel over ImageNet
    and divides by its standard deviation. ImageNet has no such figures for grey pictures: they use the average
    of the three means and of the three deviations. Custom figures are used in the same way.

    Shapes:
        image   (C, H, W)  with C = 1 or 3
        return  (C, H, W)
    """
    image = np.asarray(image, np.float32)
    if how == "none":
        return image
    if how == "centre":
        return image - np.float32(0.5)
    means, deviations = (
        np.array(values, np.float32).reshape(-1, 1, 1) for values in _figures(how, len(image))
    )
    return (image - means) / deviations


def _figures(how: Normalise, channels: int) -> tuple[Figures, Figures]:
    if not isinstance(how, str):
        return how[:channels], how[channels:]
    if channels == 3:
        return IMAGENET_MEANS, IMAGENET_DEVIATIONS
    return (float(np.mean(IMAGENET_MEANS)),), (float(np.mean(IMAGENET_DEVIATIONS)),)
