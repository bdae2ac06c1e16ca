"""Why a weight file was refused: what was found and what would work, never a parser's text."""

from app.messages import Refusal


class WeightsError(Refusal):
    """Anything about a weight file that is refused. `message` is for the person who sent it.

    `field` is the form field to correct: the file, or the name of one of the two convolutions chosen from it.
    """

    field = "file"


class NotWeights(WeightsError):
    """The file is in none of the accepted formats."""


class BrokenWeights(WeightsError):
    """The file is damaged or cut off, or its header is wrong."""


class UnsupportedWeights(WeightsError):
    """The format is accepted, but this file uses a part of it that is not."""


class WeightsTooLarge(WeightsError):
    """The file, or the chosen convolution, is larger than is accepted."""


class NoConvolutions(WeightsError):
    """The file holds no tensor that can be the filters of a convolution."""


class NoPair(WeightsError):
    """No two convolutions can follow each other, or the two that were chosen cannot."""


class NoSuchConvolution(WeightsError):
    """The file holds no convolution of that name."""


class BadValues(WeightsError):
    """The values are not finite."""
