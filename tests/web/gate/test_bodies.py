"""Bodies that arrive: the places for them, the pace that they keep, and who gives way."""

import asyncio
import subprocess
import sys
from asyncio import Queue
from contextlib import ExitStack
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException

from app.messages import sentence
from app.web.errors import Busy
from app.web.gate import bodies
from app.web.gate.admission import BODIES
from app.web.gate.bodies import BODY_SECONDS, LEAST_BYTES, WINDOW_SECONDS, BodyPlaces, PacedBody
from tests.web.gate.asgi import PendingRequest, settled, until
from tests.web.gate.test_admission import DATA, FAR, FORM, NEAR, busy_with_files, form, run  # noqa: F401  (fixture)

THIRD = "203.0.113.5"
HALF = BODIES // 2
ROOT = Path(__file__).parents[3]


def send_slowly(app, client: str, body: bytes = b"", address: str = "/images") -> PendingRequest:
    """Begin a body that does not end."""
    one = PendingRequest(app, address, client=client, method="POST", headers=FORM | DATA, body=None)
    if body:
        one.send_body(body, last=False)
    return one


async def fill(app, *clients: str) -> list[PendingRequest]:
    """Take half of the places from each client, with bodies that stall at once."""
    slow = [send_slowly(app, client) for client in clients for _ in range(HALF)]
    await settled()
    assert app.state.admission.receiving == len(slow)
    return slow


async def leave(requests: list[PendingRequest]) -> None:
    for one in requests:
        one.leave()
        await one.answer()


def test_stalled_bodies_from_two_networks_keep_no_third_one_out(run):  # noqa: F811
    async def scene(app):
        slow = await fill(app, NEAR, FAR)
        others = [send_slowly(app, THIRD, form(b"x")) for _ in range(HALF // 2)]
        await settled()
        assert app.state.admission.receiving == BODIES
        await until(lambda: sum(one.task.done() for one in slow) >= len(others))
        gone = [one for one in slow if one.sent]
        assert len(gone) == len(others)
        assert {one.status for one in gone} == {503}
        assert all(int(one.headers["retry-after"]) >= 1 for one in gone)
        for one in others:
            one.send_body(b"", last=True)
            assert (await one.answer()).status == 415
        await leave([one for one in slow if one not in gone])

    run(scene)


def test_the_slowest_body_of_the_largest_network_gives_way(run):  # noqa: F811
    async def scene(app):
        sizes = [9000, 1000, 5000]
        fast = [send_slowly(app, NEAR, form(bytes(9000))[:-10]) for _ in range(HALF - len(sizes))]
        slow = [send_slowly(app, NEAR, form(bytes(size))[:-10]) for size in sizes]
        few = [send_slowly(app, f"198.51.100.{number}", form(b"")[:9]) for number in range(HALF)]
        await settled()
        await until(lambda: all(one.incoming.empty() for one in (*fast, *slow, *few)))
        newcomer = send_slowly(app, THIRD)
        await until(lambda: any(one.sent for one in (*fast, *slow, *few)))
        await settled()
        assert [bool(one.sent) for one in slow] == [False, True, False]
        assert not any(one.sent for one in (*fast, *few, newcomer))
        await leave([*fast, *slow, *few, newcomer])

    run(scene)


def test_a_stalled_body_gives_way_within_its_own_network(run, monkeypatch):  # noqa: F811
    async def scene(app):
        steady = [send_slowly(app, NEAR, form(bytes(2**20))[:-10]) for _ in range(HALF - 1)]
        stalled = send_slowly(app, NEAR, form(b"")[:9])
        await settled()
        refused = await send_slowly(app, NEAR).answer()
        assert (refused.status, stalled.sent) == (503, [])
        await asyncio.sleep(bodies.SETTLING_SECONDS)
        newcomer = send_slowly(app, NEAR, form(bytes(2**20))[:-10])
        assert (await stalled.answer()).status == 503
        await settled()
        assert (await send_slowly(app, NEAR).answer()).status == 503
        assert not any(one.sent for one in (*steady, newcomer))
        await leave([*steady, newcomer])

    monkeypatch.setattr(bodies, "SETTLING_SECONDS", 0.2)
    run(scene)


def test_a_complete_body_that_waits_for_its_turn_gives_way_after_those_that_still_arrive(
    run,  # noqa: F811
    cat_file,
):
    async def scene(app):
        async with busy_with_files(app):
            waits = PendingRequest(app, "/images", method="POST", headers=FORM, body=form(cat_file))
            steady = [send_slowly(app, NEAR, form(b"")[:9]) for _ in range(HALF - 1)]
            await until(lambda: app.state.admission.waiting == 1)
            others = [send_slowly(app, FAR) for _ in range(HALF)]
            await settled()
            newcomers = [send_slowly(app, THIRD) for _ in range(HALF // 2)]
            await settled()
            assert not waits.sent
        assert (await waits.answer()).status == 303
        await leave([one for one in (*steady, *others, *newcomers) if not one.sent])

    run(scene)


def refusal() -> Busy:
    return Busy(sentence("Full."), 1)


async def newcomer_among_complete_bodies(*, used: bool) -> int:
    """Add a body of a third network to places of complete ones, and return how many of these still wait."""
    places, turn = BodyPlaces(4), asyncio.Event()
    with ExitStack() as held:
        waits = []
        for client in (NEAR, NEAR, FAR, FAR):
            body = PacedBody(Queue().get)
            body.ended, body.used = True, used
            held.enter_context(places.hold(client, body, refusal))
            waits.append(asyncio.create_task(body.while_kept(turn.wait)))
        await settled()
        held.enter_context(places.hold(THIRD, PacedBody(Queue().get), refusal))
        await settled()
        left = [one for one in waits if not one.done()]
        assert all(isinstance(one.exception(), Busy) for one in waits if one.done())
        turn.set()
        await asyncio.gather(*left)
        return len(left)


def test_complete_bodies_that_wait_for_a_turn_give_way():
    assert asyncio.run(newcomer_among_complete_bodies(used=False)) == 3


def test_bodies_that_are_worked_with_do_not_give_way():
    with pytest.raises(Busy):
        asyncio.run(newcomer_among_complete_bodies(used=True))


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("POST", "/images/cat/delete", 403),
        ("DELETE", "/images/cat", 403),
        ("POST", "/lessons/sum/rooms/ABCDEF/ballots", 404),
        ("POST", "/images", 415),
        ("POST", "/nowhere", 404),
        ("PUT", "/images", 405),
    ],
)
def test_small_bodies_need_no_place(run, method, address, status):  # noqa: F811
    async def scene(app):
        slow = await fill(app, NEAR, FAR)
        body = form(b"x")
        headers = FORM | DATA | {"Content-Length": str(len(body))}
        one = PendingRequest(app, address, method=method, headers=headers, body=body)
        assert (await one.answer()).status == status
        assert not any(one.sent for one in slow)
        await leave(slow)

    run(scene)


@pytest.mark.parametrize("headers", [{}, {"Content-Length": "9", "Transfer-Encoding": "chunked"}])
def test_a_body_of_unknown_length_needs_a_place(run, headers):  # noqa: F811
    async def scene(app):
        one = PendingRequest(app, "/images", method="POST", headers=FORM | headers, body=None)
        await settled()
        assert app.state.admission.receiving == 1
        await leave([one])

    run(scene)


def test_a_small_body_that_stalls_is_ended(run, monkeypatch):  # noqa: F811
    async def scene(app):
        headers = FORM | DATA | {"Content-Length": "100"}
        one = PendingRequest(app, "/images/cat/delete", method="POST", headers=headers, body=None)
        one.send_body(form(b"x")[:20], last=False)
        assert (await one.answer()).status == 408
        assert "form" in one.json["title"]

    monkeypatch.setattr(bodies, "WINDOW_SECONDS", 0.05)
    run(scene)


async def receive_all(size: int, pause: float) -> float:
    """Receive 20 MiB in chunks, one each `pause` seconds of a clock of its own; return the time that took."""
    now, left = [0.0], [20 * 2**20]

    async def receive():
        now[0] += pause
        left[0] -= size
        return {"type": "http.request", "body": bytes(size), "more_body": left[0] > 0}

    loop = asyncio.get_running_loop()
    now[0] = loop.time()
    began = now[0]
    body = PacedBody(receive)
    body._clock = lambda: now[0]
    while not body.ended:
        await body.receive()
    return now[0] - began


@pytest.mark.parametrize(
    ("size", "pause"), [(1, WINDOW_SECONDS / 2), (LEAST_BYTES // 11, 1.0), (LEAST_BYTES, 6.0)]
)
def test_a_body_below_the_least_pace_is_cut_off(size, pause):
    with pytest.raises(HTTPException) as found:
        asyncio.run(receive_all(size, pause))
    assert found.value.status_code == 408


@pytest.mark.parametrize(("size", "pause"), [(2**18, 0.5), (2**16, 0.1), (5 * 2**20, 9.0)])
def test_a_body_at_a_pace_has_its_time(size, pause):
    assert asyncio.run(receive_all(size, pause)) < BODY_SECONDS


# Thirty-two bodies that never end, of fields or of one file, and how many MiB the process grows.
FLOOD = """
import asyncio, resource, sys, tempfile
from contextlib import ExitStack
from pathlib import Path
from app.main import create_app
from app.settings import Settings
from tests.web.gate.asgi import PendingRequest, settled, until

FORM = {"Content-Type": "multipart/form-data; boundary=b"}
LINE = b'--b\\r\\nContent-Disposition: form-data; name="file"'
FIELD = LINE + b"\\r\\n\\r\\n" + b"x" * 1_000_000 + "\\U0001f600\\r\\n".encode()
FILE = LINE + b'; filename="x"\\r\\n\\r\\n' + b"x" * 1_000_000

async def scene(app, kind):
    most = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    before = most()
    slow = [PendingRequest(app, "/images", method="POST", headers=FORM, body=None) for _ in range(32)]
    for number in range(9):
        for one in slow:
            one.send_body(FIELD if kind == "fields" else FILE if not number else b"x" * 1_000_000, last=False)
        await until(lambda: all(one.incoming.empty() or one.sent for one in slow))
    await asyncio.sleep(0.5)
    print(round(most() - before), sum(not one.sent for one in slow))
    for one in slow:
        one.leave()
        await one.answer()

with tempfile.TemporaryDirectory() as folder:
    app = create_app(Settings(data_dir=Path(folder), threads=1))
    asyncio.run(scene(app, sys.argv[1]))
    app.state.lab.close()
"""


@pytest.mark.parametrize(("kind", "kept"), [("fields", 0), ("a file", 32)])
def test_bodies_that_never_end_take_little_memory(kind, kept):
    done = subprocess.run(
        (sys.executable, "-c", FLOOD, kind), cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    grown, left = map(int, done.stdout.split())
    assert grown < 192  # MiB; fields in memory were 1,013
    assert left == kept


def test_a_body_may_end_by_itself_at_the_moment_in_which_it_has_to_give_way(monkeypatch):
    monkeypatch.setattr(bodies, "WINDOW_SECONDS", 0.01)

    async def scene() -> None:
        async def nothing_comes():
            await asyncio.sleep(60)

        body = PacedBody(nothing_comes)
        receiving = asyncio.ensure_future(body.receive())
        await asyncio.sleep(0)
        assert body._waiting
        body._waiting.reschedule(0)  # its timer fires in the next step
        failed: list[RuntimeError] = []

        def give_way() -> None:
            try:
                body.give_way(Busy(sentence("Full."), 1))
            except RuntimeError as error:
                failed.append(error)

        asyncio.get_running_loop().call_soon(give_way)
        await asyncio.sleep(0.05)
        assert failed == []
        assert receiving.done()
        assert receiving.exception() is not None

    asyncio.run(scene())
