"""A lesson as a view: its question before a guess, its answer after one."""

from collections.abc import Sequence
from dataclasses import replace

from app.engine.errors import SpecError
from app.figures import Figure, Typed
from app.lab.compute.passes import Passes
from app.lab.stage.lessons.book import LessonBook
from app.lab.stage.lessons.lesson import SKIPPED, Lesson, Scene
from app.lab.stage.lessons.number_answers import as_number
from app.lab.stage.lessons.plan import Plan
from app.lab.stage.lessons.scenes import SCENES
from app.lab.stage.lessons.views import (
    FixedView,
    LessonLinkView,
    LessonsView,
    LessonView,
    PlanLinkView,
    RoomView,
    SceneView,
)
from app.lab.state.state import DISPLAY_SETTINGS, State, build, flatten, text_of
from app.messages import Message, sentence
from app.shown_text import shown_text

LIMIT_DIGITS = 6  # of the numbers that a guess may lie between
MOST_SHOWN = 40  # characters of a guess that is refused
NOT_OF_THE_NET = ("size", "fit", *DISPLAY_SETTINGS)


def lessons_view(book: LessonBook, plan: Plan | None = None) -> LessonsView:
    """Return the list of all lessons, or of those in a plan."""
    return LessonsView(
        lessons=tuple(
            replace(one, question=book.lesson(one.name).question) for one in _links(book, plan)
        ),
        plan=plan.name if plan else None,
        title=plan.title if plan else None,
        plans=tuple(PlanLinkView(name=one.name, title=one.title) for one in book.plans),
    )


def lesson_state(lesson: Lesson, given: State) -> tuple[State, bool]:
    """Return the state that a lesson shows: the reader's, with what the lesson fixes.

    Where the two cannot go together, the reader's net gives way to the usual one; the flag tells that.
    """
    values, fixed = flatten(given), dict(lesson.fixed)
    try:
        return build(given.image_id, values | fixed), False
    except SpecError:
        kept = {name: values[name] for name in NOT_OF_THE_NET}
        return build(given.image_id, kept | fixed), True


def lesson_view(
    passes: Passes,
    given: State,
    lesson: Lesson,
    book: LessonBook,
    *,
    plan: Plan | None = None,
    part: int | None = None,
    guess: str | None = None,
    room: RoomView | None = None,
) -> LessonView:
    """Return a lesson for the reader's picture and settings; with a guess that it accepts, also its answer.

    It is number `part` of a `plan`, where there is one. In a `room`, the answer comes when it is revealed, and
    then without a guess too.

    Raises:
        UnknownImage: the picture is not kept.
        SpecError: the pass costs more than the limits, or the plan has no such part.
    """
    state, usual = lesson_state(lesson, given)
    accepted = guess is not None and lesson.accepts(guess)
    answered = guess if accepted else None
    if room:
        answered = (answered or SKIPPED) if room.is_revealed else None
    reveal = lesson.reveal(passes, state, answered) if answered else None
    scenes = reveal.scenes if reveal else lesson.scenes
    links = _links(book, plan)
    place = _place(lesson, links, part)
    return LessonView(
        name=lesson.name,
        number=place + 1,
        plan=plan.name if plan else None,
        lessons=links,
        following=links[place + 1] if place + 1 < len(links) else None,
        title=lesson.title,
        question=lesson.question,
        seen=lesson.seen,
        reason=lesson.reason,
        options=lesson.options,
        asks_number=lesson.number,
        fixed=tuple(FixedView(name=name, value=text_of(value)) for name, value in lesson.fixed),
        usual=usual,
        scenes=tuple(_scene_view(passes, state, scene) for scene in scenes),
        guess=guess if accepted else None,
        refused=None if guess is None or accepted else refusal(lesson, guess),
        reveal=reveal,
        room=room,
    )


def refusal(lesson: Lesson, guess: str) -> Message:
    """Return what is said of a guess that the lesson does not accept."""
    if lesson.number:
        return sentence(
            "{guess} is no answer here; a number from {least} to {most} would work.",
            guess=shown_text(guess, most=MOST_SHOWN) if as_number(guess) is None else Typed(guess),
            least=Figure(lesson.number.least, LIMIT_DIGITS),
            most=Figure(lesson.number.most, LIMIT_DIGITS),
        )
    return sentence(
        "{guess} is none of the answers; choose one of them.",
        guess=shown_text(guess, most=MOST_SHOWN),
    )


def _scene_view(passes: Passes, state: State, scene: Scene) -> SceneView:
    changed = build(state.image_id, flatten(state) | dict(scene.changes))
    return SceneView(
        kind=scene.kind,
        layer=scene.layer,
        channel=scene.channel,
        row=scene.row,
        col=scene.col,
        settings=tuple((name, text_of(value)) for name, value in scene.changes),
        view=SCENES[scene.kind](passes, changed, scene),
    )


def _place(lesson: Lesson, links: Sequence[LessonLinkView], part: int | None) -> int:
    """Return where a lesson stands among others: at its `part` of a plan, else where its name comes first."""
    places = [place for place, link in enumerate(links) if link.name == lesson.name]
    if part is not None and part - 1 in places:
        return part - 1
    if part is not None or not places:
        raise SpecError(
            "part",
            sentence("{field} is no part of the plan with this lesson; its list has the parts."),
        )
    return places[0]


def _links(book: LessonBook, plan: Plan | None) -> tuple[LessonLinkView, ...]:
    if plan is None:
        return tuple(LessonLinkView(name=one.name, title=one.title) for one in book.lessons)
    return tuple(
        LessonLinkView(
            name=step.lesson,
            title=book.lesson(step.lesson).title,
            part=part,
            image=step.image,
            settings=step.settings,
        )
        for part, step in enumerate(plan.steps, 1)
    )
