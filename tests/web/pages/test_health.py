import gc
import threading

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings


def workers() -> set[int | None]:
    return {one.ident for one in threading.enumerate() if one.name.startswith("AnyIO")}


@pytest.fixture
def app(tmp_path):
    return create_app(Settings(data_dir=tmp_path))


def test_a_server_that_runs_is_alive_and_ready(client):
    alive, ready = client.get("/healthz"), client.get("/readyz")

    assert (alive.status_code, alive.json()) == (200, {"status": "alive"})
    assert ready.status_code == 200
    assert ready.json()["status"] == "serving"
    assert set(ready.json()) == {"status", "waiting", "running", "slots", "uploads"}


def test_what_lives_as_long_as_the_server_is_not_searched_by_the_collector(app):
    with TestClient(app):
        assert gc.get_freeze_count() > len(gc.get_objects()) > 0

    assert gc.get_freeze_count() == 0  # its memory can be given back


def test_a_server_that_has_not_started_is_alive_and_not_ready(app):
    client = TestClient(app)  # not as a context: the start has not run

    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["status"] == "starting"


def test_a_server_that_stops_is_alive_and_not_ready_and_begins_nothing(app):
    with TestClient(app) as client:
        app.state.lifecycle.phase = "stopping"

        ready, page = client.get("/readyz"), client.get("/")

    assert (ready.status_code, ready.json()["status"]) == (503, "stopping")
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert page.headers["Connection"] == "close"


def test_a_server_with_a_full_queue_is_not_ready(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, queue_length=1))
    with TestClient(app) as client:
        app.state.lab.slots.waiting += 1

        ready = client.get("/readyz")

        app.state.lab.slots.waiting -= 1
    assert (ready.status_code, ready.json()["status"]) == (503, "full")
    assert ready.json()["waiting"] == 1


def test_what_the_operator_asks_needs_no_thread(app):
    with TestClient(app) as client:
        before = workers()

        for address in ("/healthz", "/readyz", "/metrics"):
            client.get(address)
        after = workers()
        client.get("/images/cat/picture.png")  # as other routes do

        assert after == before
        assert workers() > before


@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/metrics"])
def test_what_the_operator_asks_is_kept_by_no_cache(client, address):
    assert client.get(address).headers["Cache-Control"] == "no-store"
