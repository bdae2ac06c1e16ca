"""The votes of a class: a room is opened, ballots are cast, the presenter closes and reveals."""

from typing import Annotated

from fastapi import Depends, Form, Response
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse

from app.lab.lab import Lab
from app.lab.stage.lessons.voting import close, outcome_of, reveal, room_view, vote
from app.web import htmx
from app.web.address.params import whole_or_none
from app.web.answer_form import wants_json
from app.web.pages.lessons import Given, as_plain
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab
from app.web.route_facts import DATA, FORM, PAGE, FactRouter

router = FactRouter(prefix="/lessons/{name}/rooms")
TheLab = Annotated[Lab, Depends(get_lab)]
NEVER_KEPT = {"Cache-Control": "no-store"}


@router.post("", PAGE, name="room.open")
def open_room(request: Request, name: str, given: Given, lab: TheLab) -> Response:
    """Open a room and lead its presenter to it."""
    code, key = lab.rooms.open(lab.lessons.lesson(name).name)
    lessons = urls_of(request, given).lessons
    presented = _presented_at(request, name, code, key, given)
    if wants_json(request):
        body = {
            "room": code,
            "key": key,
            "url": lessons.page(name, room=code),
            "present": presented,
        }
        return JSONResponse(body, 201, {"Location": presented, **NEVER_KEPT})
    return RedirectResponse(presented, 303, NEVER_KEPT)


@router.get("/{code}", PAGE, name="room")
@router.get("/{code}.json", DATA, name="room.json")
def show_room(
    request: Request, name: str, code: str, given: Given, lab: TheLab, key: str | None = None
) -> Response:
    """Answer how the vote stands; a page that still asks loads again once the answer is revealed."""
    lesson = lab.lessons.lesson(name)
    room = room_view(
        lab.rooms, lesson, code, key=key, outcome=outcome_of(request.query_params.get("outcome"))
    )
    plan, part = _plan(request)
    response = render(request, "room", room, given, lesson_name=name, plan=plan, part=part)
    response.headers.update(NEVER_KEPT)
    if room.is_revealed and htmx.wants_fragment(request):
        htmx.reload(response)
    return response


@router.post("/{code}/ballots", FORM, name="room.vote")
def cast_ballot(
    request: Request,
    name: str,
    code: str,
    given: Given,
    lab: TheLab,
    guess: Annotated[str, Form()] = "",
    typed: Annotated[str, Form()] = "",
    ballot: Annotated[str, Form()] = "",
) -> Response:
    """Count a guess once, and lead to the question with what became of it.

    `typed` is a guess as the language of the page has it.
    """
    lesson = lab.lessons.lesson(name)
    guess = guess.strip() or as_plain(lesson, typed)
    outcome = vote(lab.rooms, lesson, code, ballot, guess)
    if wants_json(request):
        body = {"outcome": outcome}
        return JSONResponse(body, 422 if outcome is None else 201, NEVER_KEPT)
    lessons = urls_of(request, given).lessons
    return RedirectResponse(
        lessons.page(name, room=code, guess=guess or "-", outcome=outcome), 303, NEVER_KEPT
    )


@router.post("/{code}/close", FORM, name="room.close")
def close_room(
    request: Request,
    name: str,
    code: str,
    given: Given,
    lab: TheLab,
    key: Annotated[str, Form()] = "",
) -> Response:
    """Take no more ballots."""
    code = close(lab.rooms, lab.lessons.lesson(name), code, key)
    return _presented(request, name, code, key, given)


@router.post("/{code}/reveal", FORM, name="room.reveal")
def reveal_answer(
    request: Request,
    name: str,
    code: str,
    given: Given,
    lab: TheLab,
    key: Annotated[str, Form()] = "",
) -> Response:
    """Let everybody see the answer."""
    code = reveal(lab.rooms, lab.lessons.lesson(name), code, key)
    return _presented(request, name, code, key, given)


def _presented(request: Request, name: str, code: str, key: str, given: Given) -> Response:
    return RedirectResponse(_presented_at(request, name, code, key, given), 303, NEVER_KEPT)


def _presented_at(request: Request, name: str, code: str, key: str, given: Given) -> str:
    plan, part = _plan(request)
    lessons = urls_of(request, given).lessons
    return lessons.page(name, room=code, key=key, present=True, plan=plan, part=part)


def _plan(request: Request) -> tuple[str | None, int | None]:
    """Return the plan in which the lesson is presented, and its part of it."""
    query = request.query_params
    return query.get("plan"), whole_or_none("part", query)
