"""The errors of the engine: each says what was given and what would work."""


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
        """Return the whole sentence."""
        return str(self)

    def of_layer(self, number: int) -> "SpecError":
        """Return the same error about the setting of layer `number`, as the address names it."""
        return SpecError(f"{self.field}{number}", self.detail)


class ShapeError(EngineError):
    """An array does not have the shape that the settings promise."""


class PlaceError(EngineError):
    """A layer, channel, row or column that does not exist was asked for; `field` names which."""

    def __init__(self, field: str, given: int, valid: range) -> None:
        super().__init__(f"{field} is {given}; {valid[0]} to {valid[-1]} would work.")
        self.field = field
