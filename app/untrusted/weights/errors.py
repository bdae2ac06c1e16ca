"""Why a weight file was refused: what was found and what would work, never a parser's text."""

from app.messages import Refusal


class WeightsError(Refusal):
    """Anything about a weight file that is refused. `message` is for the person who sent it.

    `field` is what was sent wrong: the file, or the name of one of the two that were chosen from it.
    """

    field = "file"


class NotWeights(WeightsError):
    """The file is in none of the accepted formats."""


class BrokenWeights(WeightsError):
    """The file is damaged, cut off, or its header lies."""


class UnsupportedWeights(WeightsError):
    """The format is accepted, but not the way in which this file uses it."""


class WeightsTooLarge(WeightsError):
    """The file, or what was chosen from it, is larger than is accepted."""


class NoConvolutions(WeightsError):
    """The file holds no tensor that can be the filters of a convolution."""


class NoPair(WeightsError):
    """No two convolutions follow one another, or not the two that were asked for."""


class NoSuchConvolution(WeightsError):
    """The file holds no convolution of that name."""


class BadValues(WeightsError):
    """The values are not finite."""
