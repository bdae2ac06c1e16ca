"""The lessons: their list, and one question with its answer once a guess is given."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.lab.errors import NoSuchLesson
from app.lab.lab import DEFAULT_SAMPLE, Lab
from app.lab.stage.lessons.build import lesson_state, lesson_view, lessons_view
from app.lab.stage.lessons.lesson import Lesson
from app.lab.stage.lessons.table import LESSONS
from app.lab.state.state import State
from app.messages import listed, sentence
from app.web.address.lessons import IMAGE
from app.web.address.params import state_from_query
from app.web.rendering import render, urls_of
from app.web.route_context import IMAGE_ID, get_lab
from app.web.route_facts import LESSON, LESSON_DATA, PAGE, SHARED_DATA, FactRouter

router = FactRouter(prefix="/lessons")


async def get_given(request: Request) -> State:
    """Return the reader's picture and settings, which the address of a lesson holds in its query."""
    query = request.query_params
    image_id = query.get(IMAGE, "")
    known = image_id if IMAGE_ID.fullmatch(image_id) else DEFAULT_SAMPLE
    return state_from_query(known, query)


Given = Annotated[State, Depends(get_given)]


@router.get("", PAGE, name="lessons")
@router.get(".json", SHARED_DATA, name="lessons.json")
def show_lessons(request: Request, given: Given) -> Response:
    """Answer the list of the lessons."""
    here = urls_of(request, given).lessons.all
    return render(request, "lessons", lessons_view(LESSONS), given, here=here)


@router.get("/{name}", LESSON, name="lesson")
@router.get("/{name}.json", LESSON_DATA, name="lesson.json")
def show_lesson(
    request: Request, name: str, given: Given, lab: Annotated[Lab, Depends(get_lab)]
) -> Response:
    """Answer a question; with a guess, also what decides it."""
    lesson = _lesson(name)
    guess = request.query_params.get("guess", "").strip() or None
    view = lesson_view(lab.passes, given, lesson, LESSONS, guess=guess)
    state, _ = lesson_state(lesson, given)
    own = urls_of(request, given)
    here = own.lessons.page(name, guess=view.guess)
    status = 422 if view.refused else 200
    return render(request, "lesson", view, state, status=status, own=own, here=here)


def _lesson(name: str) -> Lesson:
    for one in LESSONS:
        if one.name == name:
            return one
    raise NoSuchLesson(
        sentence(
            "There is no lesson {name}; {names} would work.",
            name=name[:40],
            names=listed(one.name for one in LESSONS),
        )
    )
