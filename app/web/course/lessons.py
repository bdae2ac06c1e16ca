"""A lesson from a teacher's file."""

from collections.abc import Sequence
from dataclasses import replace

from app.lab.compute.passes import Passes
from app.lab.stage.lessons.lesson import (
    SKIPPED,
    Explanation,
    Lesson,
    Option,
    Reveal,
    Scene,
)
from app.lab.stage.lessons.number_answers import (
    NumberAnswer,
    NumberAnswers,
    NumberGuess,
    as_number,
)
from app.lab.state.state import State
from app.messages import Message, sentence
from app.web.course.files import FurtherFile, LessonFile, NumberFile, SceneFile


def lesson_of(name: str, file: LessonFile, fixed: tuple[tuple[str, object], ...]) -> Lesson:
    """Return the lesson of a file; `fixed` are its settings as values."""
    number = file.number
    answers = _answers(number) if number else None

    def reveal(passes: Passes, state: State, guess: str) -> Reveal:
        return _of_a_number(file, answers, guess) if answers else _of_an_option(file, guess)

    return Lesson(
        name=name,
        title=_text(file.title),
        question=_text(file.question),
        seen=_text(file.seen),
        reason=_text(file.reason),
        scenes=_scenes(file.before),
        reveal=reveal,
        options=tuple(Option(value=one.value, text=_text(one.text)) for one in file.options),
        number=(
            NumberGuess(label=_text(number.label), least=number.least, most=number.most)
            if number
            else None
        ),
        answers=(lambda passes, state: answers) if answers else None,
        fixed=fixed,
    )


def _answers(number: NumberFile) -> NumberAnswers:
    right = NumberAnswer(
        right=True,
        says=_text(number.says_right),
        least=number.truth - number.near,
        most=number.truth + number.near,
    )
    return NumberAnswers(
        each=(right, NumberAnswer(right=False, says=_text(number.says_wrong))),
        skipped=right.says,
        label=_text(number.label),
        truth=number.truth,
        least=number.least,
        most=number.most,
    )


def _of_a_number(file: LessonFile, answers: NumberAnswers, guess: str) -> Reveal:
    number = as_number(guess)
    return replace(
        _reveal(file, answers.says(number, guess)),
        right=answers.right(number),
        gap=answers.gap(number),
    )


def _of_an_option(file: LessonFile, guess: str) -> Reveal:
    """Answer an option; one who skips the guess is told of the right one."""
    right = next(one for one in file.options if one.right)
    chosen = next((one for one in file.options if one.value == guess), right)
    return replace(
        _reveal(file, _text(chosen.says)),
        right=None if guess == SKIPPED else chosen.right,
        correct=right.value,
    )


def _reveal(file: LessonFile, says: Message) -> Reveal:
    return Reveal(
        right=None,
        verdict=_text(file.verdict),
        says=says,
        correct=None,
        scenes=_scenes(file.after),
        see=file.see,
        why=_further(file.why),
        carry=_further(file.carry),
    )


def _scenes(files: Sequence[SceneFile]) -> tuple[Scene, ...]:
    return tuple(
        Scene(kind=one.kind, layer=one.layer, channel=one.channel, row=one.row, col=one.col)
        for one in files
    )


def _further(file: FurtherFile) -> Explanation:
    return Explanation(question=_text(file.question), answer=_text(file.answer))


def _text(text: str) -> Message:
    return sentence("{text}", text=text)
