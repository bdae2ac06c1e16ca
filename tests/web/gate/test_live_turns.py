"""Live frames: turns and places of their own, and refusals like everywhere."""

from contextlib import asynccontextmanager

import pytest

from app.lab.compute.memory import ComputeMemory
from app.lab.compute.prices import CHEAP_BYTES
from app.lab.compute.slots import Slots
from app.web.gate import admission, bodies
from tests.web.gate.asgi import PendingRequest, until
from tests.web.gate.test_admission import DATA, FAR, NEAR, busy, run, view  # noqa: F401  (fixture)
from tests.web.live import AS_PNG, drawn, taken_apart

FRAME = "/live?size=32&filters1=2&filters2=1&weights1=random"
LARGE = 2**13  # bytes, more than a body that needs no place


def send(app, client: str = NEAR, body: bytes | None = None) -> PendingRequest:
    """Send a frame, or `body` without an end."""
    whole = drawn(size=32, width=5) if body is None else None
    headers = AS_PNG | DATA
    one = PendingRequest(app, FRAME, client=client, method="POST", headers=headers, body=whole)
    if body:
        one.send_body(body, last=False)
    return one


@asynccontextmanager
async def busy_with_frames(app):
    """Hold the only turn of frames, like one that is computed."""
    await until(app.state.lab.live_slots.take_if_free)
    try:
        yield
    finally:
        app.state.lab.live_slots.give_back()


def test_frames_wait_for_one_another_and_pages_do_not_wait_for_them(run):  # noqa: F811
    async def scene(app):
        async with busy_with_frames(app):
            frames = [send(app) for _ in range(3)]
            await until(lambda: app.state.admission.waiting == len(frames))
            assert (await PendingRequest(app, view(1)).answer()).status == 200
            assert not any(one.sent for one in frames)
        for one in frames:
            assert (await one.answer()).status == 200
            assert taken_apart(one.body).head["approximate"]

    run(scene)


def test_a_frame_does_not_wait_for_pages(run):  # noqa: F811
    async def scene(app):
        async with busy(app):
            assert (await send(app).answer()).status == 200

    run(scene)


def test_of_many_cameras_in_one_network_and_one_in_another_the_one_is_next(run):  # noqa: F811
    async def scene(app):
        async with busy_with_frames(app):
            many = [send(app, NEAR) for _ in range(3)]
            await until(lambda: app.state.admission.waiting == len(many))
            one = send(app, FAR)
            await until(lambda: app.state.admission.waiting == len(many) + 1)
        await one.answer()
        assert sum(bool(frame.sent) for frame in many) <= 1
        for frame in many:
            assert (await frame.answer()).status == 200

    run(scene)


def test_a_flood_of_frames_is_told_when_to_come_back(run):  # noqa: F811
    async def scene(app):
        async with busy_with_frames(app):
            waiting = [send(app) for _ in range(4)]
            await until(lambda: app.state.admission.waiting == len(waiting))
            beyond = await send(app).answer()
            assert (beyond.status, beyond.headers["cache-control"]) == (503, "no-store")
            assert int(beyond.headers["retry-after"]) >= 1
        for one in waiting:
            assert (await one.answer()).status == 200

    run(scene)


def test_frames_that_arrive_take_no_place_of_an_upload(run):  # noqa: F811
    async def scene(app):
        half = admission.FRAMES // 2
        slow = [send(app, NEAR, bytes(LARGE)) for _ in range(half)]
        await until(lambda: app.state.admission.frames.taken == half)
        assert app.state.admission.bodies.taken == 0
        assert (await send(app, NEAR, bytes(LARGE)).answer()).status == 503
        for one in slow:
            one.leave()
            await one.answer()

    run(scene)


def test_a_slow_sender_is_cut_off(run, monkeypatch):  # noqa: F811
    async def scene(app):
        slow = await send(app, NEAR, b"\x89PNG").answer()
        assert slow.status == 408
        assert slow.headers["cache-control"] == "no-store"
        assert "frame" in slow.json["title"]

    monkeypatch.setattr(bodies, "WINDOW_SECONDS", 0.2)
    run(scene)


def test_a_frame_that_waits_for_memory_is_told_when_a_page_gives_some_back():
    memory, told = ComputeMemory(CHEAP_BYTES), []
    pages = Slots(2, memory)
    live = Slots(1, memory, beside=pages)
    live.when_free(lambda: told.append("live"))
    assert pages.take_if_free(CHEAP_BYTES)
    assert not live.take_if_free(CHEAP_BYTES)
    live.waiting = 1

    pages.give_back(CHEAP_BYTES)

    assert told == ["live"]
    assert live.take_if_free(CHEAP_BYTES, waited=True)


@pytest.mark.parametrize("large", [CHEAP_BYTES + 1, 3 * CHEAP_BYTES])
def test_a_large_frame_takes_memory_of_dear_views_so_that_pages_go_on_beside_it(large):
    memory = ComputeMemory(3 * CHEAP_BYTES)
    pages = Slots(2, memory)
    live = Slots(1, memory, beside=pages)

    assert live.take_if_free(large)
    assert pages.take_if_free(CHEAP_BYTES)
    live.give_back(large)
    pages.give_back(CHEAP_BYTES)
    assert memory.taken == 0
