"""The lessons: their list, and one question with its answer once a guess is given."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.figures import MINUS, Typed, marked, plain
from app.lab.lab import Lab
from app.lab.stage.lessons.build import lesson_state, lesson_view, lessons_view
from app.lab.stage.lessons.lesson import SKIPPED, Lesson
from app.lab.stage.lessons.views import RoomView
from app.lab.stage.lessons.voting import outcome_of, room_view
from app.lab.state.state import State
from app.web import htmx
from app.web.address.lessons import PRESENT
from app.web.address.origin import origin_of
from app.web.address.params import image_in, state_from_query, whole_or_none
from app.web.address.subpath import root_of
from app.web.answer_form import wants_json
from app.web.pages.question_pages import QuestionPages
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab
from app.web.route_facts import LESSON, LESSON_DATA, LISTED_PAGE, SHARED_DATA, FactRouter

router = FactRouter(prefix="/lessons")
# A guess as the reader's language writes it; addresses that stay have `guess` instead.
TYPED = "typed"


async def get_given(request: Request) -> State:
    """Return the reader's picture and settings, which the address of a lesson holds in its query."""
    return state_from_query(image_in(request.query_params), request.query_params)


TheLab = Annotated[Lab, Depends(get_lab)]
Given = Annotated[State, Depends(get_given)]


@router.get("", LISTED_PAGE, name="lessons")
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
    lesson, query = lab.lessons.lesson(name), request.query_params
    guess = query.get("guess", "").strip() or as_plain(lesson, query.get(TYPED, "")) or None
    if TYPED in query and not wants_json(request) and (guess is None or lesson.accepts(guess)):
        return RedirectResponse(_without_typed(request, given, name, guess), 303)
    code, key = query.get("room"), query.get("key")
    room = (
        room_view(lab.rooms, lesson, code, key=key, outcome=outcome_of(query.get("outcome")))
        if code
        else None
    )

    def make() -> Response:
        return _answer(request, given, lab, lesson, guess=guess, room=room)

    alike = room and not (
        key or guess or room.outcome or wants_json(request) or htmx.wants_fragment(request)
    )
    if room and alike and lab.pictures.has(given.image_id):
        scope = request.scope
        where = (str(request.url), root_of(scope), origin_of(scope))
        pages: QuestionPages = request.app.state.question_pages
        response = pages.page(given, (where, room.is_closed, room.is_revealed), room.ballot, make)
    else:
        response = make()
    if room:
        response.headers["Cache-Control"] = "no-store"
    return response


def _answer(
    request: Request,
    given: State,
    lab: Lab,
    lesson: Lesson,
    *,
    guess: str | None,
    room: RoomView | None,
) -> Response:
    book, query = lab.lessons, request.query_params
    plan = query.get("plan")
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
    return render(
        request,
        "lesson",
        view,
        state,
        status=422 if view.refused else 200,
        own=own,
        here=own.lessons.page(
            lesson.name,
            guess=view.guess,
            room=room.code if room else None,
            plan=view.plan,
            part=view.number if view.plan else None,
        ),
        presented=query.get(PRESENT) == "on",
        typed=_in_field(view.guess, query.get(TYPED, "") or guess or ""),
        said=Typed(view.guess or ""),
    )


def as_plain(lesson: Lesson, typed: str) -> str:
    """Return a guess from a text field as addresses have it; what is no number stays as it is."""
    grouped = lesson.number is None or lesson.number.grouped
    return plain(typed, grouped=grouped) or typed.strip()


def _in_field(accepted: str | None, given: str) -> str:
    """Return what the field shows: a guess with the marks of the language, or what was refused as it was.

    No digits are grouped: where a number is never large, a group would be read as decimals.
    """
    if accepted is None:
        return given
    return "" if accepted == SKIPPED else marked(accepted.replace(",", "").replace("-", MINUS))


def _without_typed(request: Request, given: State, name: str, guess: str | None) -> str:
    query = request.query_params
    return urls_of(request, given).lessons.page(
        name,
        guess=guess,
        room=query.get("room"),
        present=query.get(PRESENT) == "on",
        plan=query.get("plan"),
        part=whole_or_none("part", query),
    )
