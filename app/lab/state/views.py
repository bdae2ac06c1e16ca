"""Settings as form fields."""

from dataclasses import dataclass

from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One choice of a field; `refusal` says why it cannot be chosen now, if it cannot."""

    value: str
    label: str
    chosen: bool
    refusal: Message | None = None


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One setting as a form field: a number, a choice or a text with a pattern.

    `why` says what works now and why nothing else does; `narrowed` whether other settings took values away.
    `more` fields stand behind "more". Where the value `speaks` for itself the label need not be seen.
    """

    name: str
    label: str
    value: str
    default: bool
    why: Message | None = None
    narrowed: bool = False
    more: bool = False
    speaks: bool = False
    minimum: int | None = None
    maximum: int | None = None
    step: int | None = None
    pattern: str | None = None
    options: tuple[OptionView, ...] = ()
