"""The log, the id of a request and what it took, from outside."""

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
    """Collect what is logged as JSON lines."""
    text, root = io.StringIO(), logging.getLogger()
    handler, level = logging.StreamHandler(text), root.level
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel("INFO")
    logging.getLogger(
        "convfold.requests"
    ).disabled = False  # a tool that another test runs may have
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
    """A server with routes that fail as nobody foresaw: before the answer, and half-way through it."""
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


def test_a_request_is_one_line_with_what_it_took(client):
    with log_lines() as lines:
        answer = client.get("/about", headers={"X-Request-ID": "abc-123"})

    (line,) = lines
    assert line["route"] == "/about"
    assert (line["method"], line["status"], line["id"]) == ("GET", 200, "abc-123")
    assert line["bytes"] == len(answer.content)
    assert 0 <= line["waited_ms"] <= line["ms"] <= line["sent_ms"]
    assert (line["level"], line["message"]) == ("info", "request")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])


def test_a_head_is_logged_as_one(client):
    with log_lines() as lines:
        client.head("/about")

    assert lines[0]["method"] == "HEAD"


def test_nothing_that_a_request_was_about_is_logged(client, cat_file):
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
def test_an_id_that_is_long_or_odd_is_replaced_by_our_own(client, given):
    ids = {
        client.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"]
        for _ in range(2)
    }

    assert len(ids) == 2
    assert all(re.fullmatch(r"[0-9a-f]{16}", one) for one in ids)


def test_a_failure_is_our_own_page_with_the_id_that_its_traceback_is_logged_under(broken):
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


def test_an_id_of_a_picture_in_a_traceback_is_not_logged(broken):
    with TestClient(broken) as client, log_lines() as lines:
        client.get("/fails")

    assert "abab" not in json.dumps(lines)
    assert "about (id)" in lines[0]["traceback"]


def test_a_failure_half_way_through_an_answer_breaks_it_off_and_is_logged(broken):
    with TestClient(broken, raise_server_exceptions=False) as client, log_lines() as lines:
        client.get("/half/x")

    assert [line["level"] for line in lines] == ["error", "info"]


def test_every_answer_says_what_the_server_took(client):
    for address in ("/", "/about", "/nowhere", "/static/js/main.js", "/images/cat/picture.png"):
        for _ in range(2):
            timing = client.get(address).headers["Server-Timing"]
            assert re.match(r"app;dur=\d+\.\d, queue;dur=\d+\.\d", timing)


def test_what_was_computed_for_an_answer_is_said_by_kind_and_not_repeated_by_a_kept_one(client):
    address = "/images/coffee/layers/1/maps/5.png?size=75"

    first, second = (client.get(address).headers["Server-Timing"] for _ in range(2))

    took = {name: float(ms) for name, ms in re.findall(r"(\w+);dur=([\d.]+)", first)}
    assert set(took) == {"app", "queue", "pass", "draw"}
    assert took["pass"] + took["draw"] <= took["app"]
    assert set(re.findall(r"(\w+);", second)) == {"app", "queue"}
