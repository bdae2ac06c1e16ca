"""The log, the request id and Server-Timing, as seen from outside."""

import io
import json
import logging
import re
from contextlib import contextmanager

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.watch.logs import JsonLines

JSON = {"Accept": "application/json"}


@contextmanager
def log_lines():
    """Collect the JSON lines of the log."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel("INFO")
    logging.getLogger(
        "convfold.requests"
    ).disabled = False  # a tool in another test may have disabled it
    lines: list[dict] = []
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        found = [json.loads(line) for line in text.getvalue().splitlines()]
        lines.extend(one for one in found if one["logger"].startswith("convfold"))


@pytest.fixture
def broken(tmp_path):
    """A server with two routes that raise unexpected errors: before the answer, and in the middle of it."""
    app = create_app(Settings(data_dir=tmp_path))

    def fail():
        raise ZeroDivisionError(f"about {'ab' * 16}")

    async def half(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"half", "more_body": True})
        raise ZeroDivisionError

    app.add_api_route("/fails", fail)
    app.mount("/half", half)
    return app


def test_a_request_is_one_log_line_with_its_timings(client):
    with log_lines() as lines:
        answer = client.get("/about", headers={"X-Request-ID": "abc-123"})

    (line,) = lines
    assert line["route"] == "/about"
    assert (line["method"], line["status"], line["id"]) == ("GET", 200, "abc-123")
    assert line["bytes"] == int(answer.headers["content-length"])
    assert 0 <= line["waited_ms"] <= line["ms"] <= line["sent_ms"]
    assert (line["level"], line["message"]) == ("info", "request")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_a_head_request_is_logged_as_head(client):
    with log_lines() as lines:
        client.head("/about")

    assert lines[0]["method"] == "HEAD"


def test_the_log_contains_no_address_id_or_query_of_a_request(client, cat_file):
    headers = JSON | {"User-Agent": "my-agent", "X-Forwarded-For": "203.0.113.7"}
    with log_lines() as lines:
        files = {"file": ("my-name.jpg", cat_file)}
        body = client.post("/images?size=77", files=files, headers=headers).json()
        client.get(f"{body['delete_url']}&size=77", headers=headers)
        client.get("/my-path", headers=headers)
        client.delete(body["delete_url"], headers=headers)

    assert len(lines) == 4
    text = json.dumps(lines)
    for secret in (body["id"], body["delete_token"], "my-", "203.0", "testclient", "77"):
        assert secret not in re.sub(r'"(time|ms|sent_ms|waited_ms|bytes|id)": [^,}]+', "", text)


@pytest.mark.parametrize("given", ["", "x" * 65, "two words", "ümlaut".encode(), 'quote"'])
def test_a_request_id_that_is_too_long_or_invalid_is_replaced(client, given):
    ids = {
        client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        for _ in range(2)
    }

    assert len(ids) == 2
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in ids)


def test_an_unexpected_error_shows_a_page_with_the_id_of_its_logged_traceback(broken):
    with TestClient(broken) as client, log_lines() as lines:
        page = client.get("/fails")
        data = client.get("/fails", headers=JSON)

    failed = [line for line in lines if line["level"] == "error"]
    assert (page.status_code, data.status_code) == (500, 500)
    for answer, line in zip((page, data), failed, strict=True):
        assert line["id"] == answer.headers["X-Request-ID"]
        assert line["id"] in answer.text
        assert "ZeroDivisionError" in line["traceback"]
        assert "ZeroDivisionError" not in answer.text
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert data.json()["status"] == 500


def test_the_id_of_a_picture_is_removed_from_a_logged_traceback(broken):
    with TestClient(broken) as client, log_lines() as lines:
        client.get("/fails")

    assert "abab" not in json.dumps(lines)
    assert "about (id)" in lines[0]["traceback"]


def test_an_error_in_the_middle_of_an_answer_cuts_it_off_and_is_logged(broken):
    with TestClient(broken, raise_server_exceptions=False) as client, log_lines() as lines:
        client.get("/half/x")

    assert [line["level"] for line in lines] == ["error", "info"]


def test_every_answer_has_server_timing(client):
    for address in ("/", "/about", "/nowhere", "/static/js/main.js", "/images/cat/picture.png"):
        for _ in range(2):
            timing = client.get(address).headers["Server-Timing"]
            assert re.match(r"app;dur=\d+\.\d, queue;dur=\d+\.\d", timing)


def test_server_timing_lists_the_computations_of_an_answer_and_none_for_a_cached_one(client):
    address = "/images/coffee/layers/1/maps/5.png?size=75"

    first, second = (client.get(address).headers["Server-Timing"] for _ in range(2))

    took = {name: float(ms) for name, ms in re.findall(r"(\w+);dur=([\d.]+)", first)}
    assert set(took) == {"app", "queue", "pass", "draw"}
    assert took["pass"] + took["draw"] <= took["app"]
    assert set(re.findall(r"(\w+);", second)) == {"app", "queue"}
