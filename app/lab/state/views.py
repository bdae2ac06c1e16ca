"""Settings as form fields."""

from dataclasses import dataclass

from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class OptionView:
    """One choice of a field; `refusal` is the reason if it cannot be chosen now."""

    value: str
    label: Message | str
    chosen: bool
    refusal: Message | None = None


@dataclass(frozen=True, kw_only=True)
class FieldView:
    """One setting as a form field: a number, a choice or a text with a pattern.

    `why` says which values work now and why no others do; `narrowed` whether other settings ruled out values.
    Fields with `more` are hidden behind "more". If the value `speaks` for itself, the label need not be visible.
    """

    name: str
    label: Message
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
