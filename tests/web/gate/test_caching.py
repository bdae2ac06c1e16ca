"""Answers are cached, shared and revalidated, and are dropped with their picture."""

import asyncio
import os
import re
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.address.version import BUILD, build_of
from tests.web.gate.asgi import PendingRequest, record_end, settled
from tests.web.gate.test_admission import FAR, PART, busy, view

PICTURE = "/images/cat/layers/1/maps.png?size=32&filters1=2"
ADDRESSES = (view(0), "/images/cat?size=32", "/?size=32", PICTURE, "/images/cat/trace.npz?size=32")


@pytest.fixture
def app(tmp_path):
    settings = Settings(data_dir=tmp_path, threads=1, queue_length=4, trace_cache_mib=1)
    app = create_app(settings)
    yield app
    app.state.lab.close()
    assert app.state.admission.running == app.state.admission.waiting == 0


@pytest.fixture
def own(app):
    """A client of a server that no other test uses."""
    with TestClient(app, follow_redirects=False) as client:
        yield client


def play(scene: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(scene())


def upload(client: TestClient, file: bytes) -> dict[str, str]:
    answer = client.post("/images", files={"file": file}, headers={"Accept": "application/json"})
    assert answer.status_code == 201
    return answer.json()


def remove(client: TestClient, added: dict[str, str]) -> None:
    assert client.delete(added["delete_url"]).status_code == 204


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_answer_that_the_client_already_has_needs_no_computation_and_no_turn(app, address):
    async def scene():
        first = await PendingRequest(app, address).answer()
        computed = app.state.admission.computations
        async with busy(app):
            known = {"If-None-Match": f'"other", {first.headers["etag"]}'}
            again = await PendingRequest(app, address, headers=known).answer()
        assert (first.status, again.status) == (200, 304)
        assert again.body == b""
        for name in ("etag", "cache-control", "vary"):
            assert again.headers.get(name) == first.headers.get(name)
        assert app.state.admission.computations == computed

    play(scene)


def test_a_cached_answer_is_sent_again_without_a_turn(app):
    async def scene():
        first = await PendingRequest(app, PICTURE).answer()
        async with busy(app):
            again = await PendingRequest(app, PICTURE).answer()
        assert again.body == first.body
        own = {"x-request-id", "server-timing"}  # these differ in every answer
        assert all(
            again.headers[name] == first.headers[name] for name in first.headers.keys() - own
        )
        assert (app.state.answers.hits, app.state.answers.misses) == (1, 1)
        assert app.state.answers.nbytes >= len(first.body)

    play(scene)


def test_page_fragment_and_data_are_cached_separately_for_one_address(app):
    async def scene():
        address = "/images/cat?size=32&filters1=2"
        headers_sent = [{}, PART, PART | {"HX-Target": "p#x"}, {"Accept": "application/json"}] * 2
        answers = [
            await PendingRequest(app, address, headers=headers).answer() for headers in headers_sent
        ]
        assert len({one.headers["etag"] for one in answers}) == 4
        for one, again in zip(answers[:4], answers[4:], strict=True):
            assert one.body == again.body
            assert "HX-Request" in one.headers["vary"]
        assert answers[0].body.startswith(b"<!doctype html>")
        assert not answers[1].body.startswith(b"<!doctype html>")
        assert answers[3].json["picture"]["id"] == "cat"

    play(scene)


def test_an_error_is_not_cached(app):
    async def scene():
        for _ in range(2):
            one = await PendingRequest(app, "/images/cat?stride1=9").answer()
            assert one.status == 422
            assert "etag" not in one.headers
        assert app.state.answers.hits == app.state.answers.nbytes == 0

    play(scene)


@pytest.mark.parametrize("length", [10, 3000])
def test_the_answer_to_an_overlong_address_is_not_cached(app, length):
    async def scene():
        one = await PendingRequest(app, f"{PICTURE}&other={'x' * length}").answer()
        assert one.status == 200
        assert (app.state.answers.nbytes > 0) == (length < 2000)

    play(scene)


def test_simultaneous_requests_for_one_address_are_computed_once(app):
    async def scene():
        async with busy(app):
            requests = [PendingRequest(app, view(1)) for _ in range(30)]
            await settled()
            assert app.state.admission.waiting == 1
        answers = [await one.answer() for one in requests]
        assert {one.status for one in answers} == {200}
        assert len({one.body for one in answers}) == 1
        assert all(one.scope["state"]["waited"] > 0 for one in answers)
        assert app.state.admission.computations == 1

    play(scene)


@pytest.mark.parametrize("leaving", [[0], [1, 2], [0, 1, 2]])
def test_a_shared_computation_is_dropped_only_if_all_clients_disconnect_before_it_begins(
    app, leaving
):
    async def scene():
        async with busy(app):
            requests = [PendingRequest(app, view(1)) for _ in range(3)]
            await settled()
            for number in leaving:
                requests[number].leave()
                await requests[number].answer()
            await settled()
            assert app.state.admission.waiting == (0 if len(leaving) == 3 else 1)
        for number, one in enumerate(requests):
            assert (await one.answer()).status == (None if number in leaving else 200)
        assert app.state.admission.computations == (0 if len(leaving) == 3 else 1)
        assert (await PendingRequest(app, view(1)).answer()).status == 200

    play(scene)


def test_a_client_that_joins_a_waiting_computation_waits_in_the_queue_of_its_own_network(app):
    async def scene():
        order: list[PendingRequest] = []
        async with busy(app):
            flood = [PendingRequest(app, view(number)) for number in range(3)]
            await settled()
            other = PendingRequest(
                app, view(2), client=FAR
            )  # the same address as the last one of the flood
            await settled()
            for one in (*flood, other):
                one.task.add_done_callback(partial(record_end, order, one))
        for one in (*flood, other):
            assert (await one.answer()).status == 200
        assert order.index(other) <= 2
        assert order[-1] is flood[1]
        assert app.state.admission.computations == 3

    play(scene)


def test_nothing_about_a_deleted_picture_is_answered_from_the_cache(app, own, cat_file):
    added = upload(own, cat_file)
    addresses = [f"{added['url']}{end}" for end in ("", ".json", "/picture.png", "/layers/2/wall")]
    tags = [own.get(address).headers["ETag"] for address in addresses]
    assert app.state.answers.nbytes > 0

    remove(own, added)

    assert app.state.answers.nbytes == 0
    for address, tag in zip(addresses, tags, strict=True):
        assert own.get(address).status_code == 404
        assert own.get(address, headers={"If-None-Match": tag}).status_code == 404


def test_an_answer_is_not_cached_if_its_picture_is_deleted_during_the_computation(
    app, own, cat_file
):
    added = upload(own, cat_file)

    async def scene():
        async with busy(app):
            one = PendingRequest(app, f"{added['url']}.json")
            await settled()
            await asyncio.to_thread(remove, own, added)
        assert (await one.answer()).status == 404
        assert app.state.answers.nbytes == 0

    play(scene)


def test_an_expired_picture_is_not_answered_from_the_cache(app, own, cat_file):
    url = upload(own, cat_file)["url"]
    tag = own.get(url).headers["ETag"]
    (file,) = app.state.lab.settings.data_dir.rglob("*.npz")
    old = time.time() - 25 * 3600
    os.utime(file, (old, old))

    for headers in ({}, {"If-None-Match": tag}):
        assert own.get(url, headers=headers).status_code == 404


def test_a_page_with_an_uploaders_token_is_not_cached(app, own, cat_file):
    added = upload(own, cat_file)
    token = added["delete_token"]
    before = app.state.answers.nbytes

    page = own.get(f"{added['url']}?token={token}")

    assert token in page.text
    assert "ETag" not in page.headers
    assert app.state.answers.nbytes == before


def test_pictures_of_a_sample_are_immutable_if_the_address_names_the_running_build(client):
    lasting = client.get(f"{PICTURE}&v={BUILD}")

    assert lasting.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Vary" not in lasting.headers
    for version in ("", "&v=0.0.1-0123456789", "&v="):
        other = client.get(f"{PICTURE}{version}")
        assert other.headers["Cache-Control"] == "no-cache"
        assert other.headers["ETag"] == lasting.headers["ETag"]


def test_pictures_of_an_upload_are_cached_for_a_day_but_never_longer_than_the_upload_exists(
    app, own, cat_file
):
    url = upload(own, cat_file)["url"]
    address = f"{url}/picture.png?v={BUILD}"
    whole = re.fullmatch(
        r"private, max-age=(\d+), immutable", own.get(address).headers["Cache-Control"]
    )
    (file,) = app.state.lab.settings.data_dir.rglob("*.npz")
    old = time.time() - 23 * 3600
    os.utime(file, (old, old))
    last = re.fullmatch(
        r"private, max-age=(\d+), immutable", own.get(address).headers["Cache-Control"]
    )

    assert whole
    assert last
    assert 23 * 3600 < int(whole[1]) <= 24 * 3600
    assert 0 < int(last[1]) <= 3600
    assert own.get(url).headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("address", ["/", "/images/cat/layers/1/maps/0/pixel?row=3&col=4"])
def test_every_picture_and_file_of_a_page_is_immutable_and_the_page_is_not(client, address):
    page = client.get(address)
    found = set(
        re.findall(r'(?:href|src)="(/(?:images|static)[^"]*)"', page.text.replace("&amp;", "&"))
    )
    lasting = {one for one in found if ".png" in one or one.startswith("/static")}

    assert len(lasting) > 10
    for one in lasting:
        assert "immutable" in client.get(one).headers["Cache-Control"], one
    for one in found - lasting:
        assert BUILD not in one
    assert page.headers["Cache-Control"] == "no-cache"


def test_the_build_in_an_address_does_not_change_the_page(client):
    plain, versioned = (client.get(f"/images/cat?size=32{end}") for end in ("", f"&v={BUILD}"))

    assert plain.text == versioned.text
    assert versioned.headers["Cache-Control"] == "no-cache"


def test_static_files_below_the_build_are_immutable_and_others_are_revalidated(client):
    good, plain, old = (
        client.get(f"/static/{start}js/main.js") for start in (f"{BUILD}/", "", "0.0.1-0123456789/")
    )

    assert good.text == plain.text == old.text
    assert "immutable" in good.headers["Cache-Control"]
    for one in (plain, old):
        assert one.headers["Cache-Control"] == "no-cache"
        known = {"If-None-Match": one.headers["ETag"]}
        again = client.get("/static/js/main.js", headers=known)
        assert again.status_code == 304
        assert again.headers["Cache-Control"] == "no-cache"
    assert client.get(f"/static/{BUILD}/nothing.js").status_code == 404
    assert client.get(f"/static/{BUILD}/../../app/main.py").status_code == 404


def test_the_build_depends_on_every_source_file_and_nothing_else(tmp_path):
    for name in ("app/a.py", "templates/b.html", "static/c.css", "app/a.pyc", "README.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("before")
    before = build_of(tmp_path)

    for name in ("app/a.py", "templates/b.html", "static/c.css"):
        (tmp_path / name).write_text("after")
        assert build_of(tmp_path) != before
        (tmp_path / name).write_text("before")
    for name in ("app/a.pyc", "README.md"):
        (tmp_path / name).write_text("after")
    assert build_of(tmp_path) == before
    Path(tmp_path / "static/c.css").rename(tmp_path / "static/d.css")
    assert build_of(tmp_path) != before


def test_head_is_answered_like_get_without_the_body(client):
    get, head = client.get(PICTURE), client.head(PICTURE)
    known = client.head(PICTURE, headers={"If-None-Match": get.headers["ETag"]})

    assert head.headers["ETag"] == get.headers["ETag"]
    assert head.content == b""
    assert known.status_code == 304


def test_cached_answers_have_the_security_headers(client):
    for _ in range(2):
        assert "default-src 'none'" in client.get(PICTURE).headers["Content-Security-Policy"]
