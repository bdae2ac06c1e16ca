"""The errors of the lab: pictures, weights, maps and files that do not exist, and stores that are full."""

from app.messages import Refusal, sentence


class LabError(Refusal):
    """Anything that the lab refuses; the message says what would work."""


class UnknownImage(LabError):
    """No picture has this id, or it is no longer kept."""


class UnknownWeights(LabError):
    """No imported weights have this id, or they are no longer kept."""


class NoSuchMap(LabError):
    """The layer or the map does not exist in the current stack."""


class NoSuchFile(LabError):
    """There is no export in the requested form."""


class NoSuchLesson(LabError):
    """There is no lesson or plan of this name."""


class NoSuchRoom(LabError):
    """There is no room with this code, or its day is over."""


class WrongKey(LabError):
    """The given key does not belong to this room."""


class VotesNotKept(LabError):
    """The storage of rooms cannot be read or written."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Rooms and votes cannot be kept now: the disk of this server is full or cannot be written. "
                "The lesson works without a room; please tell the operator."
            )
        )


class LessonsUnusable(LabError):
    """A teacher's own lessons or plans cannot be used, so the server cannot start."""


class RoomsFull(LabError):
    """No more rooms can be opened now."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "This server has as many rooms as it keeps, and votes in all of them. Rooms end after a day; the "
                "lesson works without one."
            )
        )


class StoreFull(LabError):
    """An upload cannot be stored: there is no room, or a folder cannot be written."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "The server has no room for uploads now. The samples still work; try again later, or tell "
                "the operator of this server that its store is full or cannot be written."
            )
        )


class StoreUnreachable(LabError):
    """The server that stores the uploads does not answer."""

    def __init__(self) -> None:
        super().__init__(
            sentence(
                "Uploaded pictures cannot be reached just now. The samples still work; trying again in a few "
                "seconds may work."
            )
        )


class WrongToken(LabError):
    """The given token does not belong to this picture, so it cannot delete it."""


class FolderUnusable(LabError):
    """The folder for uploads cannot be created or written, so the server cannot start."""


class SamplesUnusable(LabError):
    """The operator's own samples cannot be used, so the server cannot start."""
