"""Rooms, on disk and in a server: ballots count once, only the key tells more, and neither is stored."""

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from app.lab.errors import NoSuchRoom, RoomsFull, WrongKey
from app.lab.keep.rooms import base, disk, remote
from app.lab.keep.rooms.base import Rooms
from app.lab.keep.rooms.disk import DiskRooms
from app.lab.keep.rooms.remote import RemoteRooms

Opens = Callable[[], Rooms]


@pytest.fixture(params=["disk", "server"])
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opens]:
    """Return what opens the same rooms, as each replica does."""
    where = tmp_path / "rooms.sqlite"
    on_disk = request.param == "disk"
    url = "" if on_disk else request.getfixturevalue("in_server").url
    with ExitStack() as opened:

        def one() -> Rooms:
            rooms: Rooms = DiskRooms(where) if on_disk else RemoteRooms(url)
            opened.callback(rooms.release)
            return rooms

        yield one


@pytest.fixture
def rooms(opens: Opens) -> Rooms:
    return opens()


def test_a_ballot_counts_once(rooms):
    code, key = rooms.open("sum")

    assert rooms.vote(code, "ballot 1", "mean") == "counted"
    assert rooms.vote(code, "ballot 1", "sum") == "already"
    assert rooms.vote(code, "ballot 2", "sum") == "counted"

    assert rooms.counts(code, key) == {"mean": 1, "sum": 1}
    assert rooms.find(code).ballots == 2


def test_another_replica_sees_the_same_room(opens):
    code, key = opens().open("sum")
    opens().vote(code, "ballot", "mean")

    assert opens().counts(code, key) == {"mean": 1}
    assert opens().find(code).lesson == "sum"


def test_two_hundred_votes_at_once_are_all_counted(rooms):
    code, key = rooms.open("sum")
    voters = [
        threading.Thread(target=rooms.vote, args=(code, f"ballot {number}", "sum"))
        for number in range(200)
    ]
    for voter in voters:
        voter.start()
    for voter in voters:
        voter.join()

    assert rooms.counts(code, key) == {"sum": 200}


def test_a_closed_room_takes_no_ballots_and_a_revealed_one_is_closed(rooms):
    code, key = rooms.open("sum")
    rooms.close(code, key)

    assert rooms.vote(code, "ballot", "mean") == "closed"
    assert not rooms.find(code).is_revealed

    rooms.reveal(code, key)
    room = rooms.find(code)
    assert room.is_closed
    assert room.is_revealed


def test_only_the_key_of_the_room_tells_counts_closes_and_reveals(rooms):
    code, _ = rooms.open("sum")
    _, other = rooms.open("sum")

    for does in (rooms.counts, rooms.close, rooms.reveal):
        with pytest.raises(WrongKey):
            does(code, other)
        with pytest.raises(WrongKey):
            does(code, "")
    assert not rooms.find(code).is_closed


def test_a_code_that_there_is_not_is_no_room(rooms):
    assert rooms.find("ABCDEF") is None
    with pytest.raises(NoSuchRoom):
        rooms.vote("ABCDEF", "ballot", "sum")
    for does in (rooms.counts, rooms.close, rooms.reveal):
        with pytest.raises(NoSuchRoom):
            does("ABCDEF", "key")


def test_a_room_takes_a_bounded_number_of_ballots(rooms, monkeypatch):
    for module in (disk, remote):
        monkeypatch.setattr(module, "MAX_BALLOTS", 3)
    code, key = rooms.open("sum")

    outcomes = [rooms.vote(code, f"ballot {number}", "sum") for number in range(5)]

    assert outcomes == ["counted"] * 3 + ["full"] * 2
    assert rooms.counts(code, key) == {"sum": 3}


def test_of_too_many_rooms_the_oldest_without_ballots_gives_way(rooms, monkeypatch):
    for module in (disk, remote):
        monkeypatch.setattr(module, "MAX_ROOMS", 3)
        monkeypatch.setattr(module, "FRESH_SECONDS", -1)
    voted, empty, third = (rooms.open("sum")[0] for _ in range(3))
    rooms.vote(voted, "ballot", "sum")

    fourth, _ = rooms.open("sum")

    kept = [code for code in (voted, empty, third, fourth) if rooms.find(code)]
    assert voted in kept
    assert fourth in kept
    assert len(kept) == 3


def test_a_room_just_opened_does_not_give_way(rooms, monkeypatch):
    for module in (disk, remote):
        monkeypatch.setattr(module, "MAX_ROOMS", 1)
    code, _ = rooms.open("sum")

    with pytest.raises(RoomsFull):
        rooms.open("sum")

    assert rooms.find(code)


def test_with_votes_in_all_rooms_no_more_is_opened(rooms, monkeypatch):
    for module in (disk, remote):
        monkeypatch.setattr(module, "MAX_ROOMS", 2)
    for _ in range(2):
        code, _ = rooms.open("sum")
        rooms.vote(code, "ballot", "sum")

    with pytest.raises(RoomsFull):
        rooms.open("sum")


def test_a_room_ends_after_its_day(rooms, monkeypatch):
    for module in (disk, remote):
        monkeypatch.setattr(module, "ROOM_SECONDS", 1)
    code, _ = rooms.open("sum")
    assert rooms.find(code)
    monkeypatch.setattr(disk, "ROOM_SECONDS", -1)
    ended = threading.Event()
    ended.wait(1.2 if isinstance(rooms, RemoteRooms) else 0)

    assert rooms.find(code) is None


def test_neither_keys_nor_ballots_are_stored(tmp_path):
    rooms = DiskRooms(tmp_path / "rooms.sqlite")
    code, key = rooms.open("sum")
    rooms.vote(code, "a ballot of a reader", "mean")

    rooms.release()
    written = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert key.encode() not in written
    assert b"a ballot of a reader" not in written
    assert code.encode() in written


def test_codes_have_no_letters_that_look_like_others():
    assert not set("01IO") & set(base.CODE_LETTERS)
    assert len(base.new_code()) == base.CODE_LENGTH
