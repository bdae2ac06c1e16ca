"""Dear computations take turns of their own, within one budget of memory, and stop when nobody waits for them."""

import asyncio
import threading
import traceback
from contextlib import contextmanager

import pytest

from app.engine.compute import forward
from app.lab.compute import layer_cache
from app.lab.compute.prices import MIB
from app.lab.stopping import Abandoned
from app.main import create_app
from app.settings import Settings
from tests.web.gate.asgi import PendingRequest, settled, until

DEAR = "/images/cat/layers/1/maps.json?size=400&filters1=128&activation1=gelu"
CHEAP = "/images/cat.json?size=32&filters1=2&filters2=1"


@pytest.fixture
def app(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, threads=1, queue_length=8))
    yield app
    assert app.state.admission.running == app.state.admission.waiting == 0
    assert app.state.lab.slots._memory.taken == 0
    app.state.lab.close()


@contextmanager
def held(app, monkeypatch):
    """Hold every dear computation at its pass, until the context ends; yield those that have begun."""
    begun: list[object] = []
    go_on, run = threading.Event(), type(app.state.lab.passes).run

    def slow(self, state):
        if state.stack.size > 300:
            begun.append(state)
            assert go_on.wait(20)
        return run(self, state)

    monkeypatch.setattr(type(app.state.lab.passes), "run", slow)
    try:
        yield begun
    finally:
        go_on.set()


def test_with_one_thread_a_cheap_page_is_answered_beside_any_number_of_dear_ones(app, monkeypatch):
    async def scene():
        with held(app, monkeypatch) as begun:
            dear = [PendingRequest(app, f"{DEAR}&seed={n}&weights1=random") for n in range(5)]
            await until(lambda: len(begun) == 1)
            await settled()
            assert app.state.admission.waiting == 4
            assert app.state.lab.slots._memory.taken >= 128 * MIB
            for number in range(3):
                cheap = await PendingRequest(app, f"{CHEAP}&seed={number}").answer()
                assert cheap.status == 200
            assert len(begun) == 1
        for one in dear:
            assert (await one.answer()).status == 200

    asyncio.run(scene())


def test_what_nobody_waits_for_any_more_stops_and_the_next_begins(app, monkeypatch):
    ended: list[BaseException] = []
    compute = forward.forward_layer

    def noted(*given, **more):
        try:
            return compute(*given, **more)
        except BaseException as error:
            ended.append(error)
            raise

    monkeypatch.setattr(layer_cache, "forward_layer", noted)

    async def scene():
        with held(app, monkeypatch) as begun:
            gone = PendingRequest(app, f"{DEAR}&seed=1&weights1=random")
            await until(lambda: len(begun) == 1)
            gone.leave()
            await gone.answer()
            stays = PendingRequest(app, f"{DEAR}&seed=2&weights1=random")
            await settled()
        assert (await stays.answer()).status == 200
        assert gone.sent == []
        await until(lambda: app.state.admission.running == 0)

    asyncio.run(scene())
    assert [type(error) for error in ended] == [Abandoned]
    frames = [frame for frame, _ in traceback.walk_tb(ended[0].__traceback__)]
    computing = [
        frame for frame in frames if frame.f_code.co_filename.endswith("engine/compute/forward.py")
    ]
    assert computing
    assert not any(frame.f_locals for frame in computing)  # they would keep the arrays of the view


def test_a_reader_who_stays_gets_the_answer_that_another_gave_up(app, monkeypatch):
    async def scene():
        with held(app, monkeypatch) as begun:
            pair = [PendingRequest(app, f"{DEAR}&seed=1&weights1=random") for _ in range(2)]
            await until(lambda: len(begun) == 1)
            pair[0].leave()
            await settled()
        assert (await pair[1].answer()).status == 200

    asyncio.run(scene())


@pytest.mark.parametrize(
    "address",
    [
        "/images/cat/layers/2/maps/0/projections?samples=1&size=512",
        "/embed/images/cat/layers/2/maps/0/projections?samples=1&size=512",
        "/images/cat?size=512&filters1=128&filters2=128&activation1=linear&activation2=linear"
        "&kernel1=1&kernel2=1&mute=1",
    ],
)
def test_what_is_too_dear_for_one_view_is_refused_before_it_waits(app, address):
    async def scene():
        one = await PendingRequest(app, address).answer()
        assert one.status == 422
        assert "would work" in one.body.decode()
        assert app.state.admission.computations == 0

    asyncio.run(scene())
