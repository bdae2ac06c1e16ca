"""Sentences with named values, and notes as codes: what is said below the web, put into words at its edge.

A sentence is whole, so that it can be translated: what differs from one time to the next is a named value.
`sentence` and `counted` mark the texts for `make messages`, which finds them by these names.
"""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from gettext import NullTranslations
from typing import Literal, SupportsFloat

from app.figures import marked
from app.languages import ENGLISH, speaking, spoken

IN_ENGLISH = NullTranslations()

Values = tuple[tuple[str, Hashable], ...]


@dataclass(frozen=True)
class Message:
    """A sentence: `text` with fields as `str.format` has them, and their values by name.

    A value may be a message, such as a list of words. Where a sentence depends on a count, `text` is
    for one and `several` for any other `count`.
    """

    text: str
    values: Values = ()
    several: str | None = None
    count: int = 1

    def __str__(self) -> str:
        """Return the sentence in English."""
        with speaking(ENGLISH):
            return self.in_words(IN_ENGLISH)

    def in_words(self, translations: NullTranslations) -> str:
        """Return the sentence in the language of `translations`, its numbers in that which is spoken."""
        text = (
            translations.gettext(self.text)
            if self.several is None
            else translations.ngettext(self.text, self.several, self.count)
        )
        return text.format(**{name: _in_words(value, translations) for name, value in self.values})

    def having(self, **values: Hashable) -> "Message":
        """Return the message with more values, or other ones; a `count` also chooses the text."""
        count = values.get("count", self.count)
        assert isinstance(count, int)
        return replace(self, values=tuple((dict(self.values) | values).items()), count=count)


def sentence(text: str, /, **values: Hashable) -> Message:
    """Return a sentence with its values."""
    return Message(text, tuple(values.items()))


def counted(one: str, several: str, count: int, /, **values: Hashable) -> Message:
    """Return the sentence for that many; both texts have the number as `count`."""
    return Message(one, (("count", count), *values.items()), several, count)


def listed(values: Iterable[object]) -> Message | str:
    """Return values as a list in a sentence."""
    *most, last = _parts(values)
    return sentence("{most} and {last}", most=enumerated(most), last=last) if most else last


def enumerated(values: Iterable[object]) -> Message:
    """Return values one after the other, with the comma of the language between them."""
    return chained(Mark("comma"), _parts(values))


def paragraph(*sentences: Message) -> Message:
    """Return whole sentences, one after the other."""
    return chained(Mark("gap"), sentences)


@dataclass(frozen=True)
class Mark:
    """A mark of the language that is spoken, as a value: between the things of a list, or between sentences."""

    name: Literal["comma", "gap"]

    def __str__(self) -> str:
        """Return the mark as text."""
        return str(getattr(spoken(), self.name))


def chained(mark: Mark | str, parts: Iterable[Message | str]) -> Message:
    """Return parts with a mark between them, such as an arrow; nothing else holds them together."""
    values: dict[str, Hashable] = {f"part{index}": part for index, part in enumerate(parts)}
    text = "{mark}".join(f"{{{name}}}" for name in values)
    return Message(text, (*values.items(), ("mark", mark)))


def span(first: int, last: int) -> Message | str:
    """Return what lies from one number to another, as words in a sentence."""
    return sentence("{first} to {last}", first=first, last=last) if first != last else str(first)


class Refusal(Exception):
    """An error that a person reads: `message` is the sentence, which names what was given and what would work."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Note:
    """What was done to a picture: a code, put into words at the edge, with its values by name."""

    code: str
    values: Values = ()


def note(code: str, /, **values: Hashable) -> Note:
    """Return a note with its values."""
    return Note(code, tuple(values.items()))


class _Number:
    """A number in a sentence: a field such as {count:,} writes it with the marks of the spoken language."""

    def __init__(self, value: SupportsFloat) -> None:
        self._value = value

    def __format__(self, how: str) -> str:
        if how or isinstance(self._value, int):
            return marked(format(self._value, how))
        return marked(f"{Decimal(str(float(self._value))):f}")  # 0.00001, where Python writes 1e-05


def _parts(values: Iterable[object]) -> list[Message | str]:
    return [one if isinstance(one, Message) else str(one) for one in values]


def _in_words(value: Hashable, translations: NullTranslations) -> Hashable:
    if isinstance(value, Message):
        return value.in_words(translations)
    # Text comes first, because a protocol takes long to say no.
    if isinstance(value, str) or not isinstance(value, (int, float, SupportsFloat)):
        return value
    return _Number(value)
