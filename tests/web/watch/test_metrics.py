"""The metrics count requests, refusals, uploads and computations, and reveal nothing about them."""

import re

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A client of a server that no other test uses."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    with TestClient(app, follow_redirects=False) as client:
        yield client


def samples(client) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Return every sample by name and labels, parsed by an independent reader of the format."""
    text = client.get("/metrics").text
    families = text_string_to_metric_families(text)
    return {
        (one.name, tuple(sorted(one.labels.items()))): one.value
        for family in families
        for one in family.samples
    }


def grown(client, ask) -> dict[str, float]:
    before = samples(client)
    ask()
    after = samples(client)
    return {
        f"{name} {dict(labels)}" if labels else name: value - before.get((name, labels), 0.0)
        for (name, labels), value in after.items()
        if value != before.get((name, labels), 0.0)
    }


def test_a_request_is_counted_by_its_route_and_the_class_of_its_status(own):
    change = grown(own, lambda: (own.get("/about"), own.get("/images/nothing")))

    assert change["convfold_requests_total {'route': '/about', 'status': '2xx'}"] == 1
    assert change["convfold_requests_total {'route': '/images/{image_id}', 'status': '4xx'}"] == 1
    assert change["convfold_request_seconds_count {'route': '/about'}"] == 1
    assert change["convfold_refusals_total {'error': 'UnknownImage'}"] == 1


def test_a_cached_answer_counts_as_a_request_and_a_hit_but_not_as_a_computation(own):
    address = "/images/cat/layers/1/maps/3.png?size=64"

    first = grown(own, lambda: own.get(address))
    second = grown(own, lambda: own.get(address))

    label = "{'route': '/images/{image_id}/layers/{layer}/maps/{channel}.png', 'status': '2xx'}"
    assert first[f"convfold_requests_total {label}"] == 1
    assert second[f"convfold_requests_total {label}"] == 1
    assert first["convfold_cache_misses_total"] == 1
    assert first["convfold_computation_seconds_count"] == 1
    assert first["convfold_queue_wait_seconds_count"] == 1
    assert second["convfold_cache_hits_total"] == 1
    assert "convfold_computation_seconds_count" not in second


def test_stored_uploads_are_counted_until_they_are_deleted(own, cat_file):
    def put() -> None:
        answers.append(own.post("/images", files={"file": cat_file}, headers=JSON).json())

    answers: list[dict] = []
    added = grown(own, put)
    removed = grown(own, lambda: own.delete(answers[0]["delete_url"]))

    assert added["convfold_images_held"] == 1
    assert added["convfold_images_bytes"] == -removed["convfold_images_bytes"] > 0
    assert removed["convfold_images_held"] == -1


def test_refusals_are_counted_by_the_kind_of_error(own):
    asks = {
        "NotAPicture": lambda: own.post("/images", files={"file": b"text"}),
        "EmptyFile": lambda: own.post("/images", files={"file": b""}),
        "SpecError": lambda: own.get("/images/cat?stride1=9"),
        "WrongToken": lambda: own.delete("/images/cat?token=x"),
        "HTTP 404": lambda: own.get("/nowhere"),
        "HTTP 405": lambda: own.put("/about"),
    }
    for kind, ask in asks.items():
        assert grown(own, ask)[f"convfold_refusals_total {{'error': '{kind}'}}"] == 1


def test_metrics_include_the_queue_the_cache_and_the_memory(own):
    names = {name for name, _ in samples(own)}

    assert names >= {
        "convfold_queue_waiting",
        "convfold_queue_running",
        "convfold_queue_slots",
        "convfold_queue_refused_total",
        "convfold_cache_bytes",
        "process_resident_memory_bytes",
    }


def test_no_label_holds_an_id_a_name_or_an_address(own, cat_file):
    body = own.post("/images", files={"file": ("my-name.jpg", cat_file)}, headers=JSON).json()
    for address in (body["url"], f"{body['delete_url']}&size=99", "/my-secret-path"):
        own.get(address, headers={"X-Forwarded-For": "203.0.113.7", "User-Agent": "my-agent"})
    own.request("BREW", "/images/cat")

    text = own.get("/metrics").text

    for secret in (body["id"], body["delete_token"], "my-", "203.0", "testclient", "BREW"):
        assert secret not in text
    assert not re.search(r"[0-9a-f]{32}", text)


def test_two_servers_in_one_process_count_separately(own, tmp_path):
    other = create_app(Settings(data_dir=tmp_path)).state.metrics.text().decode()

    own.get("/about")

    assert "convfold_requests_total{" not in other
