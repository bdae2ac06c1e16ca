"""The store of several replicas: what they see of each other, and a server that is full, slow or away."""

import contextlib
import io
import logging
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.lab.errors import StoreFull, StoreUnreachable
from app.lab.keep.stores import remembered, remote, server
from app.lab.keep.stores.base import content_id
from app.lab.keep.stores.remembered import Remembered
from app.lab.keep.stores.remote import RemoteStore, prefix_of
from app.lab.keep.stores.stored_pictures import PICTURES
from tests.lab.stores import FILE, HOUR, InServer, picture
from tools.scale.programs import Missing
from tools.scale.store import StoreServer

IDS = [content_id(bytes([number])) for number in range(60)]


def until(holds: Callable[[], bool]) -> bool:
    ends = time.monotonic() + 10
    while not holds() and time.monotonic() < ends:
        time.sleep(0.01)
    return holds()


@contextmanager
def own_server(folder: Path, **settings: Any) -> Iterator[StoreServer]:
    try:
        own = StoreServer(folder, **settings)
    except Missing as reason:
        pytest.skip(f"The store of several replicas is not tested: {reason}")
    try:
        yield own
    finally:
        own.kill()


@contextmanager
def silent_server() -> Iterator[tuple[str, socket.socket]]:
    """Listen, and answer nobody."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield f"redis://127.0.0.1:{listener.getsockname()[1]}/0", listener


def asked_of_a_silent_server(
    monkeypatch: pytest.MonkeyPatch, *, questions: int, pause: float
) -> int:
    """Ask a server that answers nobody, one question after the other; return how many reached it."""
    monkeypatch.setattr(server, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(server, "PAUSE_SECONDS", pause)
    with silent_server() as (url, listener):
        store = RemoteStore(url, of=PICTURES, seconds=HOUR)
        for _ in range(questions):
            with pytest.raises(StoreUnreachable):
                store.has(FILE)
        return connections(listener)


def fill(store: RemoteStore) -> dict[str, str]:
    tokens = {}
    with contextlib.suppress(StoreFull):
        for number, image_id in enumerate(IDS):
            tokens[image_id] = store.put(image_id, picture(number, side=300))
    return tokens


def connections(listener: socket.socket) -> int:
    listener.settimeout(0.05)
    count = 0
    try:
        while True:
            listener.accept()[0].close()
            count += 1
    except TimeoutError:
        return count


def test_a_picture_is_one_key_that_the_server_itself_lets_expire(in_server):
    in_server.open().put(FILE, picture())

    assert in_server.client.keys() == [(prefix_of(PICTURES) + FILE).encode()]
    assert HOUR - 60 < in_server.client.ttl(prefix_of(PICTURES) + FILE) <= HOUR


def test_what_is_kept_of_a_picture_is_read_without_pickle(in_server):
    image = picture()
    in_server.open().put(FILE, image)

    file = in_server.client.hget(prefix_of(PICTURES) + FILE, "picture")

    with np.load(io.BytesIO(file), allow_pickle=False) as arrays:
        np.testing.assert_array_equal(arrays["pixels"], image.pixels)


def test_another_replica_sees_an_upload_at_once_also_when_it_asked_just_before(in_server):
    one, other = in_server.open(), in_server.open()
    assert not other.has(FILE)

    one.put(FILE, picture())

    assert other.has(FILE)


def test_a_replica_sees_its_own_deletion_at_once_and_another_one_soon(in_server):
    one, other = in_server.open(), in_server.open()
    token = one.put(FILE, picture())
    assert one.has(FILE)
    assert other.has(FILE)

    one.remove(FILE, token)

    assert not one.has(FILE)
    assert until(lambda: not other.has(FILE))


def test_the_next_sweep_of_another_replica_tells_what_to_forget(in_server):
    one, other = in_server.open(), in_server.open()
    token = one.put(FILE, picture())
    other.has(FILE)

    one.remove(FILE, token)

    assert other.sweep() == [FILE]
    assert not other.has(FILE)


def test_what_was_found_is_not_asked_for_again_for_a_moment(in_server):
    store = in_server.open()
    store.put(FILE, picture())
    assert store.known_seconds_left(FILE) is None

    asked = store.seconds_left(FILE)

    assert 0 < store.known_seconds_left(FILE) <= asked


def test_of_very_many_holders_the_oldest_can_no_longer_delete_the_picture(in_server, monkeypatch):
    monkeypatch.setattr(remote, "MAX_HOLDERS", 3)
    store = in_server.open()
    tokens = []
    for _ in range(5):
        tokens.append(store.put(FILE, picture()))
        in_server.age(FILE, 1)

    assert [store.is_held(FILE, token) for token in tokens] == [False, False, True, True, True]


def test_a_full_server_refuses_uploads_and_keeps_serves_and_deletes_what_it_has(tmp_path):
    with own_server(tmp_path, mebibytes=4, policy="noeviction") as own:
        store = RemoteStore(own.url, of=PICTURES, seconds=HOUR)
        tokens = fill(store)
        with pytest.raises(StoreFull, match="samples still work"):
            store.put(IDS[len(tokens)], picture(side=300))

        assert 0 < len(tokens) < len(IDS)
        assert store.is_reachable
        assert all(store.get(image_id) for image_id in tokens)
        assert not store.has(IDS[len(tokens)])
        assert all(store.remove(image_id, token) for image_id, token in tokens.items())
        assert store.put(FILE, picture(side=300))


def test_a_server_that_makes_room_takes_what_expires_next_and_its_holders_with_it(tmp_path):
    with own_server(tmp_path, mebibytes=8) as own:
        place = InServer(own.url)
        tokens = {}
        for number, image_id in enumerate(IDS):
            tokens[image_id] = place.open().put(image_id, picture(number, side=300))
            place.age(image_id, 1800 - 10 * number)

        store = place.open()
        kept = [image_id for image_id in IDS if store.has(image_id)]

        assert 3 < len(kept) < len(IDS)
        assert IDS[-1] in kept
        assert IDS[0] not in kept
        assert all(store.is_held(one, tokens[one]) == (one in kept) for one in IDS)
        place.client.close()


def test_a_server_that_is_away_refuses_everything_and_is_found_again(tmp_path, caplog):
    with own_server(tmp_path, persistent=True) as own:
        store = RemoteStore(own.url, of=PICTURES, seconds=HOUR)
        token = store.put(FILE, picture())
        own.stop()

        for ask in (
            lambda: store.put(FILE, picture()),
            lambda: store.get(FILE),
            lambda: store.has(FILE),
            lambda: store.is_held(FILE, token),
            lambda: store.remove(FILE, token),
        ):
            with pytest.raises(StoreUnreachable, match="samples still work"):
                ask()
        assert not store.is_reachable
        assert store.sweep() == []
        own.start()
        assert until(lambda: store.sweep() == [] and store.is_reachable)

        assert store.is_held(FILE, token)
    levels = [record.levelno for record in caplog.records]
    assert levels == [logging.ERROR, logging.WARNING]
    assert FILE not in caplog.text


def test_while_a_server_answers_nobody_only_one_question_at_a_time_waits_for_it(monkeypatch):
    assert asked_of_a_silent_server(monkeypatch, questions=20, pause=1000) == 1


def test_after_the_pause_a_server_is_asked_again(monkeypatch):
    assert asked_of_a_silent_server(monkeypatch, questions=3, pause=0) == 3


def test_an_id_that_cannot_be_is_not_asked_for():
    with silent_server() as (url, listener):
        store = RemoteStore(url, of=PICTURES, seconds=HOUR)

        assert not store.has("../images")
        assert store.get("cat") is None
        assert connections(listener) == 0


def test_the_log_of_a_failure_does_not_hold_the_password(caplog):
    store = RemoteStore("redis://name:secret@127.0.0.1:1/0", of=PICTURES, seconds=HOUR)

    with pytest.raises(StoreUnreachable) as refused:
        store.get(FILE)

    assert "127.0.0.1:1" in caplog.text
    assert "secret" not in caplog.text + str(refused.value)


def test_what_was_said_before_a_deletion_is_not_remembered_after_it():
    message = Remembered(seconds=1000)
    question = message.question()

    message.drop([FILE])
    message.add(FILE, 500, question)

    assert message.seconds_left(FILE) is None


def test_what_is_remembered_ends_when_the_picture_does():
    message = Remembered(seconds=1000)

    message.add(FILE, 0.0, message.question())

    assert message.seconds_left(FILE) is None
    assert message.ids() == [FILE]


def test_ids_that_give_way_to_others_are_told_once(monkeypatch):
    monkeypatch.setattr(remembered, "MAX_PICTURES", 2)
    message = Remembered(seconds=1000)

    for image_id in IDS[:4]:
        message.add(image_id, 500, message.question())

    assert message.ids() == IDS[2:4]
    assert message.displaced() == IDS[:2]
    assert message.displaced() == []
