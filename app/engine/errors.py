"""The errors of the engine: each says what was given and what would work."""

from app.messages import Message, Refusal, listed, sentence


class EngineError(Refusal):
    """Anything that the engine refuses."""


class SpecError(EngineError):
    """A setting is out of range or contradicts another.

    `field` names the setting to change, also in the sentence, where it has the name {field}.
    """

    def __init__(self, field: str, message: Message) -> None:
        super().__init__(message.having(field=field))
        self.field = field

    def of_layer(self, number: int) -> "SpecError":
        """Return the same error about the setting of layer `number`, as the address names it."""
        return SpecError(f"{self.field}{number}", self.message)


class ShapeError(EngineError):
    """An array does not have the shape that the settings promise."""


class PlaceError(EngineError):
    """The layer, channel, row or column that was requested does not exist; `field` names which."""

    def __init__(self, field: str, given: int, valid: range) -> None:
        super().__init__(_outside(given, valid).having(field=field))
        self.field = field


def check_range(name: str, given: object, allowed: range) -> None:
    """Refuse anything but a whole number in a range.

    Raises:
        SpecError: states the range.
    """
    if type(given) is not int or given not in allowed:
        raise SpecError(name, _outside(given, allowed))


def check_choice(name: str, given: object, allowed: tuple[str, ...]) -> None:
    """Refuse anything but one of the allowed words.

    Raises:
        SpecError: lists the words.
    """
    if given not in allowed:
        words = listed(allowed)
        raise SpecError(
            name, sentence("{field} is {given}; {words} would work.", given=given, words=words)
        )


def _outside(given: object, allowed: range) -> Message:
    return sentence(
        "{field} is {given}; {first} to {last} would work.",
        given=given,
        first=allowed[0],
        last=allowed[-1],
    )
