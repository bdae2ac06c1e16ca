"""A class votes on a lesson's question in a room."""

from typing import get_args

from app.lab.keep.rooms.base import Outcome, Room, Rooms, new_secret, no_such_room
from app.lab.stage.lessons.lesson import SKIPPED, Lesson
from app.lab.stage.lessons.number_answers import as_number
from app.lab.stage.lessons.views import CountView, RoomView


def room_view(
    rooms: Rooms,
    lesson: Lesson,
    code: str,
    *,
    key: str | None = None,
    outcome: Outcome | None = None,
) -> RoomView:
    """Return a room with a new ballot; with the presenter's `key`, also the counts.

    Raises:
        NoSuchRoom: there is none with this code for this lesson.
        WrongKey: the key is not that of the room.
    """
    room = _room(rooms, lesson, code)
    return RoomView(
        code=room.code,
        is_closed=room.is_closed,
        is_revealed=room.is_revealed,
        ballots=room.ballots,
        ballot=new_secret(),
        outcome=outcome,
        key=key,
        counts=None if key is None else _counts(lesson, rooms.counts(room.code, key)),
    )


def vote(rooms: Rooms, lesson: Lesson, code: str, ballot: str, guess: str) -> Outcome | None:
    """Count a guess, once for each ballot; return None for a guess that is no answer.

    Raises:
        NoSuchRoom: there is none with this code for this lesson.
    """
    room = _room(rooms, lesson, code)
    if guess == SKIPPED or not ballot or not lesson.accepts(guess):
        return None
    return rooms.vote(room.code, ballot, _as_counted(lesson, guess))


def close(rooms: Rooms, lesson: Lesson, code: str, key: str) -> str:
    """Take no more ballots, and return the code of the room.

    Raises:
        NoSuchRoom: there is none with this code for this lesson.
        WrongKey: the key is not that of the room.
    """
    room = _room(rooms, lesson, code)
    rooms.close(room.code, key)
    return room.code


def reveal(rooms: Rooms, lesson: Lesson, code: str, key: str) -> str:
    """Let everybody see the answer, and return the code of the room. Raises as `close`."""
    room = _room(rooms, lesson, code)
    rooms.reveal(room.code, key)
    return room.code


def outcome_of(text: str | None) -> Outcome | None:
    """Return what an address says became of a ballot; None for what cannot be."""
    return next((one for one in get_args(Outcome) if one == text), None)


def _room(rooms: Rooms, lesson: Lesson, code: str) -> Room:
    found = rooms.find(code.strip().upper()[:20])
    if found is None or found.lesson != lesson.name:
        raise no_such_room()
    return found


def _as_counted(lesson: Lesson, guess: str) -> str:
    """Return a guess so that equal numbers are written equally."""
    number = as_number(guess) if lesson.number else None
    return guess if number is None else f"{number + 0.0:.12g}"  # 0 for -0


def _counts(lesson: Lesson, found: dict[str, int]) -> tuple[CountView, ...]:
    texts = {option.value: option.text for option in lesson.options}
    if texts:
        given = [(value, found.get(value, 0)) for value in texts]
    else:
        given = sorted(found.items(), key=lambda one: float(one[0]))
    return tuple(
        CountView(guess=value, text=texts.get(value), count=count) for value, count in given
    )
