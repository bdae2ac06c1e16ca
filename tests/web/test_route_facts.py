"""The facts that routes declare are true: routes that compute wait in the queue, and the others never do."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from app.main import create_app
from app.settings import Settings
from app.web.route_facts import (
    ROUTE,
    FoundRouter,
    RouteFacts,
    declared_facts,
    template_of,
)
from app.web.watch.route_names import NO_ROUTE, MatchedRoute, Routes
from tests.web.gate.asgi import PendingRequest, settled, until
from tests.web.test_headers import FRAME, FRAME_TYPE, METHODS, ROUTES, SMALL

FORM = {"Content-Type": "multipart/form-data; boundary=b"}
BODY = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n'
CROWD = 11  # requests, in addition to the one that the queue has room for


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """An application with one slot and a queue of one."""
    folder = tmp_path_factory.mktemp("data")
    app = create_app(Settings(data_dir=folder, threads=1, queue_length=1))
    app.state.lifecycle.phase = "serving"
    yield app
    app.state.lab.close()


@pytest.fixture(scope="module")
def facts(app: FastAPI) -> dict[str, RouteFacts]:
    """The facts of each route by name; None if it declares none."""
    routes = iter_route_contexts(app.routes)
    declared = {one.name or "": declared_facts(one.original_route) for one in routes}
    return {name: facts for name, facts in declared.items() if facts is not None}


@asynccontextmanager
async def busy(app: FastAPI) -> AsyncIterator[None]:
    """Hold the only slot of each lane, like a computation."""
    lab = app.state.lab
    lanes = (lab.slots, lab.file_slots, lab.live_slots)
    for slots in lanes:
        await until(slots.take_if_free)
    try:
        yield
    finally:
        for slots in lanes:
            slots.give_back()


def ask(app: FastAPI, name: str, number: int = 0) -> PendingRequest:
    """Request a route. Each number gives a different address, so that no answer is shared."""
    address, _ = ROUTES[name]
    mark = "&" if "?" in address else "?"
    method = METHODS.get(name, "GET")
    headers, body = (FORM, BODY) if method == "POST" else ({}, b"")
    if name.endswith("frame"):
        headers, body = FRAME_TYPE, FRAME
    return PendingRequest(
        app,
        f"{address}{mark}{SMALL}&seed={number}",
        method=method,
        headers=headers,
        body=body,
    )


def matched(app: FastAPI, path: str, method: str = "GET") -> MatchedRoute:
    return Routes(app.routes).match({"path": path, "method": method})


def chosen(app: FastAPI, path: str, method: str) -> tuple[int, Match]:
    """Return which router of the application takes a request, as Starlette chooses, and how well it matches."""
    found = {"state": {ROUTE: matched(app, path, method)}, "root_path": "", "headers": []}
    scope = {"type": "http", "path": path, "method": method} | found
    matches = [route.matches(dict(scope))[0] for route in app.router.routes]
    best = max(matches, key=lambda match: match.value)
    return matches.index(best), best


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_the_route_that_was_found_is_the_one_that_a_search_of_all_finds(app, monkeypatch, method):
    paths = [address.partition("?")[0] for address, _ in ROUTES.values()]
    paths += [f"{path}/" for path in paths] + ["/static/built/main.js", "/static", "/nowhere"]
    fast = {path: chosen(app, path, method) for path in paths}
    monkeypatch.setattr(FoundRouter, "matches", APIRouter.matches)

    assert fast == {path: chosen(app, path, method) for path in paths}
    assert len(set(fast.values())) > 10


@pytest.mark.parametrize("address", ["/about", "/images/cat/layers/2/maps", "/lessons/sum"])
def test_another_slash_at_the_end_leads_to_the_route(app, address):
    answer = TestClient(app).get(f"{address}/?size=48", follow_redirects=False)

    assert answer.status_code == 307
    assert answer.headers["location"] == f"http://testserver{address}?size=48"


def test_a_websocket_is_closed_since_no_route_takes_one(app):
    with pytest.raises(WebSocketDisconnect), TestClient(app).websocket_connect("/live"):
        pass


def test_every_route_declares_its_facts(app, facts):
    names = {one.name for one in iter_route_contexts(app.routes)}

    assert names == set(facts) == set(ROUTES) - {"nowhere"}


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_while_the_only_slot_is_taken_routes_that_compute_wait_and_all_others_answer(
    app, facts, name
):
    computes = name in facts and facts[name].computes

    asyncio.run(waits(app, name) if computes else is_answered(app, name))

    assert app.state.admission.running == app.state.admission.waiting == 0


async def waits(app: FastAPI, name: str) -> None:
    admission = app.state.admission
    before = admission.computations
    async with busy(app):
        first = ask(app, name)
        await settled()
        assert (admission.waiting, first.sent) == (1, [])
        for number in range(CROWD):
            beyond = await ask(app, name, 1 + number).answer()
            assert beyond.status == 503
            assert int(beyond.headers["retry-after"]) >= 1
        assert (admission.waiting, first.sent) == (1, [])
    assert (await first.answer()).status != 503
    assert admission.computations == before + 1


async def is_answered(app: FastAPI, name: str) -> None:
    admission = app.state.admission
    before = (admission.computations, admission.refused)
    async with busy(app):
        answer = await ask(app, name).answer()
    assert answer.status != 503
    assert (admission.computations, admission.refused) == before
    # It lists each kind of computation, so a route that draws without declaring it is found here.
    took = dict(re.findall(r"(\w+);dur=([\d.]+)", answer.headers["server-timing"]))
    assert set(took) == {"app", "queue"}
    assert took["queue"] == "0.0"


@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/images/cat/delete"), ("PUT", "/images/cat")]
)
def test_a_method_that_a_route_does_not_accept_is_refused_without_a_turn(app, method, address):
    async def scene() -> None:
        async with busy(app):
            answer = await PendingRequest(app, address, method=method).answer()
        assert answer.status == 405

    asyncio.run(scene())


def test_a_route_declares_a_body_where_its_handler_reads_one(app, facts):
    reads = {one.name for one in iter_route_contexts(app.routes) if getattr(one, "body_field", 0)}

    assert reads == {name for name, declared in facts.items() if declared.body != "none"}
    assert reads == {name for name, method in METHODS.items() if method == "POST"} - {"room.open"}


def test_every_route_that_accepts_a_file_computes(facts):
    taking = {name for name, one in facts.items() if one.body in ("picture", "weights", "frame")}

    endings = ("upload", "import", "contents", "frame")
    assert taking == {name for name in facts if name.endswith(endings)}
    assert all(facts[name].computes for name in taking)


def test_the_limit_of_a_body_is_that_of_the_file_that_the_route_accepts(app, facts):
    limits = {
        one.name: getattr(one, "max_body_size", None) for one in iter_route_contexts(app.routes)
    }
    of_weights = {limits[name] for name, declared in facts.items() if declared.body == "weights"}
    of_pictures = {limits[name] for name, declared in facts.items() if declared.body == "picture"}

    assert len(of_weights) == len(of_pictures) == 1
    assert of_weights.pop() > of_pictures.pop() > 2**20


def test_the_declared_kind_of_a_route_is_that_of_its_answers(facts):
    kinds = {name: kind for name, (_, kind) in ROUTES.items() if name != "nowhere"}
    answers = {name: kind for name, kind in kinds.items() if METHODS.get(name) != "DELETE"}

    assert {name: facts[name].kind for name in answers} == answers


def test_a_matched_route_has_the_picture_of_its_address_or_the_default_sample(app):
    assert matched(app, "/images/coffee/layers/1/maps/0").image_id == "coffee"
    assert matched(app, "/images/coffee.json").image_id == "coffee"
    assert matched(app, "/embed/images/coffee").image_id == "coffee"
    assert matched(app, "/").image_id == matched(app, "/ladder/preview.png").image_id == "cat"


def test_an_unknown_address_computes_nothing(app):
    for path in ("/nowhere", "/images/cat/nothing", "/images/cat/layers/1/maps/0/nothing.png"):
        assert matched(app, path) == NO_ROUTE
    assert not NO_ROUTE.facts.computes


def test_openapi_lists_the_settings_for_views_of_a_picture_and_for_nothing_else(app, facts):
    with TestClient(app) as client:
        paths = client.get("/openapi.json").json()["paths"]
    templates = {
        template_of(one.path): one.name
        for one in iter_route_contexts(app.routes)
        if one.methods == {"GET"}
    }

    for path, operations in paths.items():
        if "get" in operations:
            told = {field["name"] for field in operations["get"].get("parameters", ())}
            of_picture = facts[templates[path]].kept and path not in ("/", "/samples.jpg")
            assert ("filters1" in told) == of_picture
