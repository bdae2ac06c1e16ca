"""Two applications on one store answer as one, and one without its store answers all that needs none."""

import asyncio
import io
import socket
import time
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.web.gate.asgi import PendingRequest
from tools.scale.programs import Missing
from tools.scale.store import StoreServer

JSON = {"Accept": "application/json"}
UPLOAD = f"/images/{'0' * 32}"
SMALL = "size=32&filters1=2&filters2=2"


@pytest.fixture(scope="module")
def replicas(tmp_path_factory) -> Iterator[tuple[TestClient, TestClient]]:
    try:
        server = StoreServer(tmp_path_factory.mktemp("store"))
    except Missing as reason:
        pytest.skip(f"Replicas are not tested: {reason}")
    with (
        TestClient(create_app(Settings(store=server.url)), follow_redirects=False) as one,
        TestClient(create_app(Settings(store=server.url)), follow_redirects=False) as other,
    ):
        yield one, other
    server.stop()


@pytest.fixture
def alone():
    """An application whose store is there and answers nobody."""
    with socket.create_server(("127.0.0.1", 0), backlog=50) as listener:
        yield create_app(Settings(store=f"redis://127.0.0.1:{listener.getsockname()[1]}/0"))


def file_of(seed: int) -> bytes:
    out = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (40, 60, 3), np.uint8)
    Image.fromarray(pixels).save(out, "PNG")
    return out.getvalue()


def upload(client: TestClient, seed: int) -> dict[str, str]:
    answer = client.post("/images", files={"file": file_of(seed)}, headers=JSON)
    assert answer.status_code == 201
    return answer.json()


def test_a_picture_uploaded_to_one_replica_is_shown_by_the_other_in_the_same_way(replicas):
    added = upload(replicas[0], 1)
    addresses = [f"{added['url']}{end}?{SMALL}" for end in (".json", "/layers/1/maps.png")]

    for address in addresses:
        mine, theirs = (client.get(address) for client in replicas)
        assert mine.status_code == theirs.status_code == 200
        assert mine.content == theirs.content
        assert mine.headers["ETag"] == theirs.headers["ETag"]


def test_the_same_file_sent_to_both_is_one_picture_with_two_holders(replicas):
    one, other = (upload(client, 2) for client in replicas)

    assert one["url"] == other["url"]
    assert replicas[1].delete(one["delete_url"]).status_code == 204
    assert replicas[1].get(f"{one['url']}?{SMALL}").status_code == 200
    assert replicas[0].delete(other["delete_url"]).status_code == 204
    assert replicas[0].get(f"{one['url']}?{SMALL}").status_code == 404


def test_what_one_replica_has_in_memory_is_not_answered_after_a_deletion_by_the_other(replicas):
    added = upload(replicas[0], 3)
    address = f"{added['url']}/layers/1/maps.png?{SMALL}"
    assert [client.get(address).status_code for client in replicas] == [200, 200]

    replicas[0].delete(added["delete_url"])

    assert replicas[0].get(address).status_code == 404
    ends = time.monotonic() + 10
    while replicas[1].get(address).status_code == 200 and time.monotonic() < ends:
        time.sleep(0.05)
    assert replicas[1].get(address).status_code == 404


def test_a_deletion_by_one_replica_is_swept_from_the_memory_of_the_other(replicas):
    added = upload(replicas[0], 4)
    other = replicas[1].app.state
    replicas[1].get(f"{added['url']}?{SMALL}")
    told: list[str] = []
    other.lab.pictures.when_forgotten(told.append)

    replicas[0].delete(added["delete_url"])
    other.lab.pictures.sweep()

    assert added["id"] in told


def test_without_an_answer_of_the_store_samples_work_and_uploads_are_told_when_to_return(alone):
    with TestClient(alone, follow_redirects=False) as client:
        page, data = client.get(UPLOAD), client.get(f"{UPLOAD}.json")
        posted = client.post("/images", files={"file": file_of(5)}, headers=JSON)
        deleted = client.delete(f"{UPLOAD}?token=x", headers=JSON)
        sample, ready = client.get("/images/cat"), client.get("/readyz")
        numbers = client.get("/metrics").text

    for answer in (page, data, posted, deleted):
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert "samples still work" in answer.text
    assert page.headers["Refresh"] == page.headers["Retry-After"]
    assert "Refresh" not in posted.headers
    assert sample.status_code == 200
    assert (ready.status_code, ready.json()["uploads"]) == (200, "unreachable")
    assert "\nconvfold_store_reachable 0.0" in numbers


def test_while_a_request_waits_for_the_store_others_are_answered(alone):
    async def scene():
        waits = PendingRequest(alone, UPLOAD)
        sample = await PendingRequest(alone, f"/images/cat.json?{SMALL}").answer()
        assert sample.status == 200
        assert waits.status is None
        assert (await waits.answer()).status == 503

    asyncio.run(scene())
    alone.state.lab.close()
