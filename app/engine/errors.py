"""The errors of the engine: each says what was given and what would work."""

from collections.abc import Iterable


class EngineError(Exception):
    """Anything that the engine refuses."""


class SpecError(EngineError):
    """A setting is out of range or contradicts another.

    `field` names the setting to change; the message is the field's name followed by `detail`, which
    says what was given and what would work.
    """

    def __init__(self, field: str, detail: str) -> None:
        super().__init__(f"{field} {detail}")
        self.field = field
        self.detail = detail

    @property
    def message(self) -> str:
        """Return the message as a whole sentence."""
        return str(self)

    def of_layer(self, number: int) -> "SpecError":
        """Return the same error about the setting of layer `number`, as the address names it."""
        return SpecError(f"{self.field}{number}", self.detail)


class ShapeError(EngineError):
    """An array does not have the shape that the settings promise."""


class PlaceError(EngineError):
    """The layer, channel, row or column that was requested does not exist; `field` names which."""

    def __init__(self, field: str, given: int, valid: range) -> None:
        super().__init__(f"{field} is {given}; {valid[0]} to {valid[-1]} would work.")
        self.field = field


def check_range(name: str, given: object, allowed: range, *, also: str = "") -> None:
    """Refuse anything but a whole number in a range.

    Raises:
        SpecError: states the range.
    """
    if type(given) is not int or given not in allowed:
        raise SpecError(name, f"is {given}; {also}{allowed[0]} to {allowed[-1]} would work.")


def check_choice(name: str, given: object, allowed: tuple[str, ...]) -> None:
    """Refuse anything but one of the allowed words.

    Raises:
        SpecError: lists the words.
    """
    if given not in allowed:
        raise SpecError(name, f"is {given}; {listed(allowed)} would work.")


def listed(values: Iterable[object]) -> str:
    """Write values as a list in a sentence."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
