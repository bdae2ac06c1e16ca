"""Requests take turns, bodies and downloads are limited, and refusals say when to retry."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import pytest

from app.lab.keep import decoding
from app.main import create_app
from app.settings import Settings
from app.web.gate import bodies, clients
from tests.web.gate.asgi import PendingRequest, record_end, settled, until
from tools import failing_decoder

PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
DATA = {"Accept": "application/json"}
NEAR, FAR = "192.0.2.1", "198.51.100.7"
FORM = {"Content-Type": "multipart/form-data; boundary=b"}


def view(number: int) -> str:
    return f"/images/cat.json?size=32&filters1=2&filters2=1&seed={number}"


def form(data: bytes) -> bytes:
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    return head + data + b"\r\n--b--\r\n"


@pytest.fixture
def run(tmp_path):
    """Run a scene with an application that has one slot and a queue of four."""

    def run(scene: Callable[..., Coroutine[Any, Any, None]]) -> None:
        app = create_app(Settings(data_dir=tmp_path, threads=1, queue_length=4))
        try:
            asyncio.run(scene(app))
        finally:
            app.state.lab.close()
        assert app.state.admission.running == app.state.admission.waiting == 0
        assert app.state.admission.receiving == app.state.admission.downloads.taken == 0

    return run


@asynccontextmanager
async def busy(app) -> AsyncIterator[None]:
    """Hold the only slot of pages, like a computation."""
    await until(app.state.lab.slots.take_if_free)
    try:
        yield
    finally:
        app.state.lab.slots.give_back()


@asynccontextmanager
async def busy_with_files(app) -> AsyncIterator[None]:
    """Hold the only slot of files, like a file that is read."""
    await until(app.state.lab.file_slots.take_if_free)
    try:
        yield
    finally:
        app.state.lab.file_slots.give_back()


def test_only_as_many_requests_compute_as_there_are_slots_and_the_others_wait(run):
    async def scene(app):
        async with busy(app):
            requests = [PendingRequest(app, view(number)) for number in range(4)]
            await settled()
            assert app.state.admission.waiting == 4
            assert not any(one.sent for one in requests)
        for one in requests:
            assert (await one.answer()).status == 200
            assert one.scope["state"]["waited"] > 0
        assert app.state.admission.computations == 4

    run(scene)


def test_when_the_queue_is_full_pages_fragments_and_data_say_how_many_wait_and_when_to_retry(run):
    async def scene(app):
        async with busy(app):
            waiting = [PendingRequest(app, view(number)) for number in range(4)]
            await settled()
            page, part, data = [
                await PendingRequest(app, "/images/cat?size=32", headers=headers).answer()
                for headers in ({}, PART, DATA)
            ]
            for one in (page, part, data):
                assert one.status == 503
                assert 1 <= int(one.headers["retry-after"]) <= 30
                assert b"4 computations wait" in one.body
                assert f"in {one.headers['retry-after']} s" in one.body.decode()
            assert page.body.startswith(b"<!doctype html>")
            assert page.headers["refresh"] == page.headers["retry-after"]
            assert part.body.lstrip().startswith(b'<div id="error"')
            assert part.headers["hx-retarget"] == "#error"
            assert data.json["status"] == 503
            assert "refresh" not in part.headers
            assert "refresh" not in data.headers
            assert app.state.admission.refused == 3
        for one in waiting:
            assert (await one.answer()).status == 200

    run(scene)


def test_requests_without_a_computation_are_answered_while_the_queue_is_full(run):
    async def scene(app):
        async with busy(app):
            waiting = [PendingRequest(app, view(number)) for number in range(4)]
            await settled()
            for address in ("/about", "/static/js/main.js", "/nowhere"):
                one = await PendingRequest(app, address).answer()
                assert one.status == (404 if address == "/nowhere" else 200)
        for one in waiting:
            await one.answer()

    run(scene)


def test_a_flood_from_one_network_delays_another_network_by_one_turn_at_most(run):
    async def scene(app):
        order: list[PendingRequest] = []
        async with busy(app):
            flood = [PendingRequest(app, view(number)) for number in range(3)]
            await settled()
            other = PendingRequest(app, view(9), client=FAR)
            await settled()
            for one in (*flood, other):
                one.task.add_done_callback(partial(record_end, order, one))
        for one in (*flood, other):
            assert (await one.answer()).status == 200
        assert order.index(other) <= 1

    run(scene)


def test_a_full_queue_makes_room_for_another_network(run):
    async def scene(app):
        async with busy(app):
            flood = [PendingRequest(app, view(number)) for number in range(4)]
            await settled()
            other = PendingRequest(app, view(9), client=FAR)
            assert (await flood[-1].answer()).status == 503
        for one in (*flood[:-1], other):
            assert (await one.answer()).status == 200

    run(scene)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:ffff::1", True),
        ("2001:db8:1:2::1", "2001:db8:2:2::1", False),
        ("no address", "another one", True),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
    ],
)
def test_a_network_is_an_ipv4_address_or_the_first_48_bits_of_an_ipv6_address(run, one, two, same):
    async def scene(app):
        async with busy(app):
            first = [PendingRequest(app, view(number), client=one) for number in range(4)]
            await settled()
            second = PendingRequest(app, view(9), client=two)
            await settled()
            assert (second.status == 503) == same
        for request in (*first, second):
            await request.answer()

    run(scene)


def test_a_request_whose_client_disconnects_while_it_waits_is_not_computed(run):
    async def scene(app):
        async with busy(app):
            addresses = (view(0), "/images/cat/trace.npz?size=32", "/?size=32&seed=3")
            requests = [PendingRequest(app, address) for address in addresses]
            await settled()
            assert app.state.admission.waiting == 3
            for one in requests:
                one.leave()
            for one in requests:
                assert (await one.answer()).sent == []
            await settled()
            assert app.state.admission.waiting == 0
        await settled()
        assert app.state.admission.computations == 0

    run(scene)


def test_a_slow_body_holds_no_slot_and_waits_for_its_turn_once_it_is_complete(run, cat_file):
    async def scene(app):
        upload = PendingRequest(app, "/images", method="POST", headers=FORM, body=None)
        body = form(cat_file)
        upload.send_body(body[:1000], last=False)
        await settled()
        assert (app.state.admission.running, app.state.admission.receiving) == (0, 1)
        assert (await PendingRequest(app, view(0), client=FAR).answer()).status == 200
        async with busy_with_files(app):
            upload.send_body(body[1000:], last=True)
            await settled()
            assert app.state.admission.waiting == 1
            assert not upload.sent
        assert (await upload.answer()).status == 303

    run(scene)


def test_pages_are_computed_while_files_take_all_of_their_slots(run):
    async def scene(app):
        async with busy_with_files(app):
            assert (await PendingRequest(app, view(0)).answer()).status == 200

    run(scene)


def test_an_upload_whose_sender_disconnects_while_it_waits_is_not_stored(run, cat_file):
    async def scene(app):
        async with busy_with_files(app):
            upload = PendingRequest(
                app, "/images", method="POST", headers=FORM, body=form(cat_file)
            )
            await settled()
            assert app.state.admission.waiting == 1
            upload.leave()
            await upload.answer()
        await settled()
        assert app.state.admission.computations == 0
        assert list(app.state.lab.settings.data_dir.rglob("*.npz")) == []

    run(scene)


def test_an_upload_whose_sender_disconnects_while_it_is_decoded_stops(run, cat_file, monkeypatch):
    monkeypatch.setattr(decoding, "decode", failing_decoder.decode)
    monkeypatch.setattr(decoding, "SECONDS", 60)

    async def scene(app):
        upload = PendingRequest(
            app, "/images", method="POST", headers=FORM, body=form(cat_file + b"hang")
        )
        await until(lambda: app.state.admission.running == 1)
        upload.leave()
        assert (await upload.answer()).sent == []
        assert app.state.admission.running == 0

    run(scene)


def test_an_upload_gets_a_retry_time_when_the_queue_is_full(run, cat_file):
    async def scene(app):
        async with busy_with_files(app):
            waiting = [
                PendingRequest(
                    app,
                    "/images",
                    client=f"192.0.2.{number}",
                    method="POST",
                    headers=FORM,
                    body=form(cat_file),
                )
                for number in range(4)
            ]
            await settled()
            upload = PendingRequest(
                app, "/images", method="POST", headers=FORM, body=form(cat_file)
            )
            assert (await upload.answer()).status == 503
            assert int(upload.headers["retry-after"]) >= 1
            assert "refresh" not in upload.headers
        for one in waiting:
            await one.answer()

    run(scene)


@pytest.mark.parametrize("limit", ["WINDOW_SECONDS", "BODY_SECONDS"])
def test_a_body_that_stalls_gets_408(run, monkeypatch, limit):
    async def scene(app):
        monkeypatch.setattr(bodies, limit, 0.05)
        upload = PendingRequest(app, "/images", method="POST", headers=FORM | DATA, body=None)
        upload.send_body(form(b"x")[:20], last=False)
        assert (await upload.answer()).status == 408
        assert "too slowly" in upload.json["title"]
        assert upload.headers["connection"] == "close"

    run(scene)


def test_a_body_that_is_too_long_and_stalls_gets_413(run, monkeypatch):
    async def scene(app):
        monkeypatch.setattr(bodies, "WINDOW_SECONDS", 0.05)
        headers = FORM | {"Content-Length": str(2**40)}
        upload = PendingRequest(app, "/images", method="POST", headers=headers, body=None)
        upload.send_body(b"x", last=False)
        assert (await upload.answer()).status == 413

    run(scene)


def test_one_network_can_send_at_most_half_of_the_bodies(run):
    async def scene(app):
        slow = [
            PendingRequest(app, "/images", method="POST", headers=FORM, body=None)
            for _ in range(33)
        ]
        await settled()
        assert app.state.admission.receiving == 32
        assert (await slow[-1].answer()).status == 503
        assert "32 uploads are being received" in slow[-1].body.decode()
        other = PendingRequest(
            app, "/images", client=FAR, method="POST", headers=FORM, body=form(b"x")
        )
        assert (await other.answer()).status == 415
        for one in slow:
            one.leave()
            await one.answer()

    run(scene)


def test_a_reader_that_stalls_holds_no_slot_and_is_cut_off(run, monkeypatch):
    async def scene(app):
        monkeypatch.setattr(clients, "STALL_SECONDS", 0.3)
        slow = PendingRequest(app, "/images/cat/trace.npz?size=64")
        slow.reads.clear()
        await until(lambda: app.state.admission.computations == 1)
        assert app.state.admission.running == 0
        assert app.state.admission.downloads.taken == 1
        await slow.answer()
        assert slow.sent == []

    run(scene)


def test_one_network_can_have_at_most_half_of_the_downloads(run):
    async def scene(app):
        address = "/images/cat/trace.npz?size=64"
        slow = [PendingRequest(app, address) for _ in range(2)]
        for one in slow:
            one.reads.clear()
        await until(lambda: app.state.admission.computations == 2)
        assert (await PendingRequest(app, address).answer()).status == 503
        assert (await PendingRequest(app, address, client=FAR).answer()).status == 200
        for one in slow:
            one.reads.set()
            assert (await one.answer()).status == 200

    run(scene)


def test_nothing_is_drawn_ahead_while_a_request_waits_or_all_slots_are_taken(run):
    async def scene(app):
        lab = app.state.lab
        async with busy(app):
            lab.ahead.draw(lab.first_state())
            assert app.state.admission.running == 1
        app.state.lab.slots.waiting = 1
        lab.ahead.draw(lab.first_state())
        assert app.state.admission.running == 0
        app.state.lab.slots.waiting = 0
        lab.ahead.draw(lab.first_state())
        await until(lambda: app.state.admission.running == 0)

    run(scene)
