"""What the lab refuses, beside the errors of the engine and of imaging."""


class LabError(Exception):
    """Anything that the lab refuses; the message says what would work."""


class UnknownImage(LabError):
    """No picture has this id, or it is no longer kept."""


class NoSuchMap(LabError):
    """The layer or the map does not exist in the current stack."""
