"""What a lesson is: a question with its answers, the settings that it fixes, and what stands next to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.lab.compute.passes import Passes
from app.lab.stage.lessons.number_answers import Gap, NumberAnswers, NumberGuess, as_number
from app.lab.state.state import State
from app.messages import Message

SceneKind = Literal[
    "picture",
    "maps",
    "parts",
    "fold",
    "wall",
    "row",
    "pixel",
    "counts",
    "both_sizes",
    "added_row",
    "spot",
    "sight",
    "one_layer",
    "filters",
    "training",
    "sizes",
    "faces",
    "ladder",
    "filter",
    "costs",
    "between",
]
SKIPPED = "show"  # the guess of a reader who wants to see the answer


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A view of the lab that stands in a lesson, with the settings in `changes` instead of the lesson's."""

    kind: SceneKind
    layer: int = 2
    channel: int = 0
    row: int = 0
    col: int = 0
    changes: tuple[tuple[str, object], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Option:
    """One answer to choose: `value` stands in the address."""

    value: str
    text: Message


@dataclass(frozen=True, kw_only=True)
class Explanation:
    """A further question, and its answer, which the reader opens."""

    question: Message
    answer: Message


@dataclass(frozen=True, kw_only=True)
class Reveal:
    """What a guess is answered with.

    `right` is None for a reader who skipped the guess. `correct` is the value of the right option, None for a
    number. `says` is the sentence for the reader's own answer, with what was measured. `see` is what follows the
    picture in the address of the deciding view in the lab: a path, and fields of its own after a question mark.
    """

    right: bool | None
    verdict: Message
    says: Message
    correct: str | None
    scenes: tuple[Scene, ...]
    see: str
    why: Explanation
    carry: Explanation
    gap: Gap | None = None


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One question. `reveal` answers a guess that is one of the `options`, a number, or SKIPPED.

    `answers` are those to every `number`; its verdict and what stands there then are the same for each.

    `seen` says what stands next to the question (`scenes`), and `reason` why it is asked before it is shown.
    `fixed` are the settings that the question names; None is the default for the shape.
    """

    name: str
    title: Message
    question: Message
    seen: Message
    reason: Message
    scenes: tuple[Scene, ...]
    reveal: Callable[[Passes, State, str], Reveal]
    options: tuple[Option, ...] = ()
    number: NumberGuess | None = None
    answers: Callable[[Passes, State], NumberAnswers] | None = None
    fixed: tuple[tuple[str, object], ...] = ()

    def accepts(self, guess: str) -> bool:
        """Tell whether a guess can be answered."""
        if guess == SKIPPED or any(option.value == guess for option in self.options):
            return True
        found = as_number(guess)
        return (
            self.number is not None
            and found is not None
            and self.number.least <= found <= self.number.most
        )


Setting = tuple[str, object]
NOTHING_MUTED: tuple[Setting, ...] = (("mute", frozenset()), ("solo", frozenset()))


def of_both_layers(**settings: object) -> tuple[Setting, ...]:
    """Return settings of both layers by their names in an address: `kernel` as `kernel1` and `kernel2`."""
    return tuple((f"{name}{layer}", value) for name, value in settings.items() for layer in (1, 2))
