"""The lessons: their list, and one question with its answer once a guess is given."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.lab.lab import Lab
from app.lab.stage.lessons.build import lesson_state, lesson_view, lessons_view
from app.lab.stage.lessons.voting import room_view
from app.lab.state.state import State
from app.web.address.lessons import PRESENT
from app.web.address.params import image_in, state_from_query, whole_or_none
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab
from app.web.route_facts import LESSON, LESSON_DATA, PAGE, SHARED_DATA, FactRouter

router = FactRouter(prefix="/lessons")


async def get_given(request: Request) -> State:
    """Return the reader's picture and settings, which the address of a lesson holds in its query."""
    return state_from_query(image_in(request.query_params), request.query_params)


TheLab = Annotated[Lab, Depends(get_lab)]
Given = Annotated[State, Depends(get_given)]


@router.get("", PAGE, name="lessons")
@router.get(".json", SHARED_DATA, name="lessons.json")
def show_lessons(request: Request, given: Given, lab: TheLab) -> Response:
    """Answer the list of the lessons, or of those of a plan."""
    book, lessons = lab.lessons, urls_of(request, given).lessons
    name = request.query_params.get("plan")
    plan = book.plan(name) if name else None
    here = lessons.of_plan(plan.name) if plan else lessons.all
    return render(request, "lessons", lessons_view(book, plan), given, here=here)


@router.get("/{name}", LESSON, name="lesson")
@router.get("/{name}.json", LESSON_DATA, name="lesson.json")
def show_lesson(request: Request, name: str, given: Given, lab: TheLab) -> Response:
    """Answer a question; with a guess, also what decides it. In a room, that waits for its presenter."""
    book, query = lab.lessons, request.query_params
    lesson, plan = book.lesson(name), query.get("plan")
    guess = query.get("guess", "").strip() or None
    code, key = query.get("room"), query.get("key")
    room = (
        room_view(lab.rooms, lesson, code, key=key, outcome=query.get("outcome")) if code else None
    )
    view = lesson_view(
        lab.passes,
        given,
        lesson,
        book,
        plan=book.plan(plan) if plan else None,
        part=whole_or_none("part", query),
        guess=guess,
        room=room,
    )
    state, _ = lesson_state(lesson, given)
    own = urls_of(request, given)
    response = render(
        request,
        "lesson",
        view,
        state,
        status=422 if view.refused else 200,
        own=own,
        here=own.lessons.page(
            name,
            guess=view.guess,
            room=code,
            plan=view.plan,
            part=view.number if view.plan else None,
        ),
        presented=query.get(PRESENT) == "on",
    )
    if room:
        response.headers["Cache-Control"] = "no-store"
    return response
