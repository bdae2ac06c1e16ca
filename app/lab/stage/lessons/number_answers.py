"""Guesses that are numbers: how they are read, and what each of them is answered with, on a page and in a file."""

from collections.abc import Hashable
from dataclasses import dataclass
from math import inf

import numpy as np

from app.figures import Figure, Typed, plain
from app.languages import ENGLISH, speaking
from app.messages import Message

DIGITS_OFF = 2
# Values of a sentence that depend on the guess: as it was typed, and how far it is off. A file fills them in.
GUESS, OFF = "{guess}", "{off}"


@dataclass(frozen=True, kw_only=True)
class NumberGuess:
    """A guess that is a number from `least` to `most`; `label` says what it counts.

    `grouped` is false for numbers that are never so large that their digits are grouped.
    """

    label: Message
    least: float
    most: float
    grouped: bool = True


@dataclass(frozen=True, kw_only=True)
class Gap:
    """The guess next to the measured value, on a line from `least` to `most`. `label` says what is measured.

    `places` says where the two lie on a line that is not evenly spaced, from 0 to 1.
    """

    label: Message
    guess: float
    truth: float
    least: float
    most: float
    places: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class NumberAnswer:
    """What a guess from `least` to `most` is answered with; values of `says` may be GUESS and OFF.

    `gap` tells whether the guess and the truth are shown on a line.
    """

    right: bool
    says: Message
    least: float = -inf
    most: float = inf
    gap: bool = True


@dataclass(frozen=True, kw_only=True)
class NumberAnswers:
    """The answers to all guesses of a number: that of a guess is the first of `each` that holds it.

    `skipped` is said to a reader who did not guess. `label`, `truth`, `least` and `most` are those of the gap; its
    line goes on to a guess that lies beyond. `places` are points of a line that is not evenly spaced.
    """

    each: tuple[NumberAnswer, ...]
    skipped: Message
    label: Message
    truth: float
    least: float
    most: float
    places: tuple[tuple[float, float], ...] = ()

    def right(self, guess: float | None) -> bool | None:
        """Tell whether a guess is right; None where there is none."""
        return None if guess is None else self._answer(guess).right

    def says(self, guess: float | None, typed: str) -> Message:
        """Return the sentence for a guess, which was `typed` as an address has it."""
        if guess is None:
            return self.skipped
        known: dict[Hashable, Hashable] = {
            GUESS: Typed(typed),
            OFF: Figure(abs(guess - self.truth), DIGITS_OFF),
        }
        says = self._answer(guess).says
        return says.having(**{name: known.get(value, value) for name, value in says.values})

    def gap(self, guess: float | None) -> Gap | None:
        """Return the guess next to the truth; None where there is nothing to show."""
        if guess is None or not self._answer(guess).gap:
            return None
        least, most = min(self.least, guess), max(self.most, guess)
        if least == most:
            return None  # a map of one value, and that was the guess
        return Gap(
            label=self.label,
            guess=guess,
            truth=self.truth,
            least=least,
            most=most,
            places=(self.place(guess), self.place(self.truth)) if self.places else None,
        )

    def place(self, value: float) -> float:
        """Return where a value lies on a line that is not evenly spaced, from 0 to 1."""
        values, places = zip(*self.places, strict=True)
        return float(np.interp(value, values, places))

    def _answer(self, guess: float) -> NumberAnswer:
        return next(one for one in self.each if one.least <= guess <= one.most)


def as_number(guess: str) -> float | None:
    """Read a guess as addresses have it, in English, with thousands separated or not; None if it is none.

    A comma that separates no thousands could be a decimal one: 3,2 is refused instead of read as 32.
    """
    with speaking(ENGLISH):
        text = plain(guess)
    return None if text is None else float(text)
