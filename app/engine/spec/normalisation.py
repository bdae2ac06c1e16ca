"""Normalisation of a picture: from values in [0, 1] to the values that layer 1 reads."""

from math import isfinite
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from app.engine.errors import SpecError
from app.messages import listed, sentence

Word = Literal["centre", "none", "imagenet"]
Figures: TypeAlias = tuple[float, ...]  # the means of all channels, then their standard deviations
Normalise: TypeAlias = Word | Figures
Float = NDArray[np.float32]

# The statistics that torchvision's models were trained with, for red, green and blue in [0, 1].
IMAGENET_MEANS = (0.485, 0.456, 0.406)
IMAGENET_DEVIATIONS = (0.229, 0.224, 0.225)

LARGEST_MEAN = 1000.0  # of the user's own means: far beyond any in use
DEVIATIONS = (0.001, 1000.0)


def check(how: Normalise, channels: int) -> None:
    """Refuse a normalisation that does not apply to a picture of that many channels.

    Raises:
        SpecError: says what would work.
    """
    words = get_args(Word)
    if isinstance(how, str):
        if how not in words:
            raise SpecError(
                "normalise",
                sentence(
                    "{field} is {how}; {words} would work, or means and deviations such as 0.5,0.25.",
                    how=how,
                    words=listed(words),
                ),
            )
        return
    if len(how) != 2 * channels:
        raise SpecError(
            "normalise",
            sentence(
                "{field} has {count} figures; {channels} means and then {channels} deviations "
                "would work.",
                count=len(how),
                channels=channels,
            ),
        )
    means, (least, most) = how[:channels], DEVIATIONS
    if not all(isfinite(mean) and abs(mean) <= LARGEST_MEAN for mean in means):
        raise SpecError(
            "normalise",
            sentence(
                "{field} has a mean beyond ±{largest:g}; less would work.", largest=LARGEST_MEAN
            ),
        )
    if not all(least <= deviation <= most for deviation in how[channels:]):
        raise SpecError(
            "normalise",
            sentence(
                "{field} has a deviation outside {least:g} to {most:g}; one inside would work.",
                least=least,
                most=most,
            ),
        )


def normalise(image: Float, how: Normalise) -> Float:
    """Turn the values of a picture, in [0, 1], into the float32 values that layer 1 reads.

    `centre` subtracts 0.5; `none` changes nothing; `imagenet` subtracts the mean of each channel over
    ImageNet and divides by its standard deviation. ImageNet has no grey channel: a grey picture gets the mean
    of the three means and the mean of the three deviations. `Figures` are used in the same way.

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
