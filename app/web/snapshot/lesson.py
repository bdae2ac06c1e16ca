"""A lesson as a file: its question, both stages, and the answers to every guess."""

import re
from collections.abc import Iterator
from dataclasses import replace
from math import isfinite
from typing import Any

from app.figures import LONGEST, number_form
from app.lab.stage.lessons.build import MOST_SHOWN, lesson_state, lesson_view, refusal
from app.lab.stage.lessons.lesson import SKIPPED, Lesson
from app.lab.stage.lessons.number_answers import (
    DIGITS_OFF,
    GUESS,
    OFF,
    NumberAnswers,
    NumberGuess,
)
from app.lab.stage.lessons.views import LessonView
from app.lab.stage.snapshots.fold import fold_pictures
from app.lab.stage.snapshots.views import FoldPicturesView
from app.lab.state.state import State, build, flatten
from app.languages import ENGLISH, Language, spoken
from app.web.language.in_words import in_words
from app.web.script_words import number_marks
from app.web.snapshot.making import Contents, Making, with_folds
from app.web.snapshot.training import training_steps

STAGES = ("question", "answer")
OF_PARTS = 440_000  # characters of the contributions to a map, as the page shows them


def fill_lesson(making: Making) -> Contents:
    """Return a lesson with all of its answers; those to a number are data, from which a script chooses."""
    lab, given = making.lab, making.place.state
    lesson = lab.lessons.lesson(making.place.name)
    state, _ = lesson_state(lesson, given)

    def view(guess: str | None) -> LessonView:
        return lesson_view(lab.passes, given, lesson, lab.lessons, guess=guess)

    asked, answered = view(None), view(SKIPPED)
    assert answered.reveal  # nobody votes on a file
    reveals = {
        **{one.value: lesson.reveal(lab.passes, state, one.value) for one in lesson.options},
        SKIPPED: answered.reveal,
    }
    answers = lesson.answers(lab.passes, state) if lesson.answers else None
    urls = replace(making.urls, state=state)
    folds = dict(_folds(making, state, asked, answered))
    trained = any(scene.kind == "training" for scene in answered.scenes)
    steps, of_steps = training_steps(making, urls) if trained else ((), 0)
    context = {
        "lesson": asked,
        "answered": answered,
        "reveals": reveals,
        "answers": answers,
        "truth_places": 2 * (answers.place(answers.truth),) if answers and answers.places else None,
        "data": _data(lesson, lesson.number, answers) if lesson.number and answers else None,
        "marks": number_marks(spoken()),
        "own": making.urls,
        "folds": folds,
        "training_steps": steps,
        "presented": False,
    }
    contents = with_folds(context, urls, folds)
    return replace(contents, fitted=contents.fitted + of_steps)


def _folds(
    making: Making, state: State, *stages: LessonView
) -> Iterator[tuple[str, FoldPicturesView]]:
    """Yield the pictures of the folds, by the stage and the scene in which they stand."""
    scenes = [
        (f"-{name}-{index}", scene)
        for name, stage in zip(STAGES, stages, strict=True)
        for index, scene in enumerate(stage.scenes)
        if scene.kind == "fold"
    ]
    parts = sum(scene.kind == "parts" for stage in stages for scene in stage.scenes)
    for at, scene in scenes:
        its = build(state.image_id, flatten(state) | dict(scene.settings))
        room = making.room_with(OF_PARTS * parts) // len(scenes)
        yield at, fold_pictures(making.lab.passes, its, scene.layer, scene.channel, room=room)


def _data(lesson: Lesson, guess: NumberGuess, answers: NumberAnswers) -> dict[str, Any]:
    """Return what a script needs to read a number as the page does, and to answer it."""
    return {
        "forms": [
            {"form": _as_scripts_write(number_form(language)), "grouped": grouped, "kept": kept}
            for language, grouped, kept in _forms(guess)
        ],
        "longest": LONGEST,
        "least": guess.least,
        "most": guess.most,
        "refused": in_words(refusal(lesson, GUESS)),
        "most_shown": MOST_SHOWN,
        "digits_off": DIGITS_OFF,
        "answers": [
            {
                "least": one.least if isfinite(one.least) else None,
                "most": one.most if isfinite(one.most) else None,
                "right": one.right,
                "says": in_words(one.says),
                "open": [value for _, value in one.says.values if value in (GUESS, OFF)],
                "gap": one.gap,
            }
            for one in answers.each
        ],
        "truth": answers.truth,
        "line": (answers.least, answers.most),
        "places": answers.places or None,
    }


def _forms(guess: NumberGuess) -> Iterator[tuple[Language, bool, bool]]:
    """Yield how a number may be written: in which language, with groups of digits or not, kept as typed or not.

    What the field does not take as a number is at last read as in an address.
    """
    yield spoken(), guess.grouped, False
    yield ENGLISH, guess.grouped, False
    yield ENGLISH, True, True


def _as_scripts_write(form: re.Pattern[str]) -> str:
    return form.pattern.replace("(?P<", "(?<").replace("(?P=group)", r"\k<group>")
