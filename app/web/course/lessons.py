"""A lesson from a teacher's file."""

from collections.abc import Sequence

from app.lab.compute.passes import Passes
from app.lab.stage.lessons.lesson import (
    SKIPPED,
    Explanation,
    Gap,
    Lesson,
    NumberGuess,
    Option,
    Reveal,
    Scene,
    as_number,
)
from app.lab.state.state import State
from app.messages import Message, sentence
from app.web.course.files import FurtherFile, LessonFile, NumberFile, SceneFile


def lesson_of(name: str, file: LessonFile, fixed: tuple[tuple[str, object], ...]) -> Lesson:
    """Return the lesson of a file; `fixed` are its settings as values."""

    def reveal(passes: Passes, state: State, guess: str) -> Reveal:
        return _reveal(file, guess)

    number = file.number
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
        fixed=fixed,
    )


def _reveal(file: LessonFile, guess: str) -> Reveal:
    right, says = _judged(file, guess)
    return Reveal(
        right=None if guess == SKIPPED else right,
        verdict=_text(file.verdict),
        says=says,
        correct=next((one.value for one in file.options if one.right), None),
        scenes=_scenes(file.after),
        see=file.see,
        why=_further(file.why),
        carry=_further(file.carry),
        gap=_gap(file.number, guess) if file.number else None,
    )


def _judged(file: LessonFile, guess: str) -> tuple[bool, Message]:
    """Tell whether a guess is right, with its sentence; one that was skipped gets that of the right one."""
    if file.number:
        truth, found = file.number.truth, as_number(guess)
        right = found is None or abs(found - truth) <= file.number.near
        return right, _text(file.number.says_right if right else file.number.says_wrong)
    chosen = next((one for one in file.options if one.value == guess), None)
    one = chosen or next(one for one in file.options if one.right)
    return one.right, _text(one.says)


def _gap(number: NumberFile, guess: str) -> Gap | None:
    found = as_number(guess)
    if found is None:
        return None
    return Gap(
        label=_text(number.label),
        guess=found,
        truth=number.truth,
        least=number.least,
        most=number.most,
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
