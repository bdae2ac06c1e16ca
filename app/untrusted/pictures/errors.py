"""Why a file was refused: what was given and what would work, never the text of a decoder."""

from app.messages import Refusal


class PictureError(Refusal):
    """Any file that cannot be shown as a picture. `message` is for the person who sent it."""


class EmptyFile(PictureError):
    """The file has no bytes."""


class NotAPicture(PictureError):
    """The file is in none of the accepted formats."""


class BrokenPicture(PictureError):
    """The file is in an accepted format, but damaged, cut off or of an unusual kind."""


class PictureTooLarge(PictureError):
    """The picture has more pixels, or longer sides, than are accepted."""
