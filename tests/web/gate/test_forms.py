"""Forms: how many fields and bytes they may have, of which types, and from which sites."""

import asyncio

import pytest
from fastapi.routing import iter_route_contexts

from app.web.route_facts import (
    FORM_LIMIT,
    MOST_FIELDS,
    MOST_FIELDS_OF_WEIGHTS,
    declared_facts,
    most_fields,
)
from tests.web.gate.asgi import PendingRequest
from tests.web.gate.test_connections import app  # noqa: F401  (fixture)

UPLOADS = ("/images", "/weights", "/weights/contents", "/embed/images", "/embed/weights")
ROOM = "/lessons/sum/rooms/ABCDEF"
FORMS = ("/images/cat/delete", "/weights/x/delete", f"{ROOM}/ballots", f"{ROOM}/close")
URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
DATA = {"Accept": "application/json"}


def field(name: str, text: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()


def multipart(*parts: bytes) -> dict[str, object]:
    return {
        "content": b"".join((*parts, b"--b--\r\n")),
        "headers": {"Content-Type": "multipart/form-data; boundary=b", **DATA},
    }


@pytest.mark.parametrize("address", UPLOADS)
@pytest.mark.parametrize(
    "parts",
    [
        [field("x", "x" * (FORM_LIMIT + 1))],
        [field(f"x{number}", "x") for number in range(MOST_FIELDS_OF_WEIGHTS + 1)],
        [field("file", "x").replace(b'"file"', b'"file"; filename="x"')] * 2,
    ],
    ids=["a long field", "many fields", "two files"],
)
def test_an_upload_has_one_file_and_few_short_fields(client, address, parts):
    answer = client.post(address, **multipart(*parts))

    assert answer.status_code == 400
    assert "in the field named file" in answer.json()["message"]


def test_a_picture_comes_with_fewer_fields(client):
    parts = [field(f"x{number}", "x") for number in range(MOST_FIELDS + 1)]

    assert client.post("/images", **multipart(*parts)).status_code == 400


def test_every_route_takes_as_many_fields_as_it_reads(app):  # noqa: F811
    read = {}
    for one in iter_route_contexts(app.routes):
        facts = declared_facts(one.original_route)
        dependant = getattr(one.original_route, "dependant", None)
        if facts and dependant and facts.body != "none":
            texts = [each for each in dependant.body_params if each.name != "file"]
            read[one.name] = len(texts)
            assert len(texts) <= most_fields(facts), one.name
    assert read["import"] == 11


@pytest.mark.parametrize("address", UPLOADS)
@pytest.mark.parametrize(
    "kind", [*URLENCODED.values(), "application/json", "text/plain", "multipart/mixed", ""]
)
def test_an_upload_of_another_type_than_multipart_is_refused_before_it_is_read(app, address, kind):  # noqa: F811
    async def scene():
        headers = {"Content-Type": kind, "Content-Length": str(2**20)} | DATA
        return await PendingRequest(
            app, address, method="POST", headers=headers, body=None
        ).answer()

    answer = asyncio.run(scene())

    assert answer.status == 415
    assert "file in the field named file" in answer.json["message"].replace("picture", "file")


@pytest.mark.parametrize("address", FORMS)
@pytest.mark.parametrize(
    "length", [{"Content-Length": str(FORM_LIMIT + 1)}, {}], ids=["declared", "chunked"]
)
def test_a_form_of_a_page_has_4_kib(client, address, length):
    sent = iter([b"&" * (FORM_LIMIT + 1)])
    answer = client.post(address, content=sent, headers=URLENCODED | DATA | length)

    assert answer.status_code == 413
    assert "4 KiB" in answer.json()["message"]


@pytest.mark.parametrize(
    ("method", "address"), [("POST", "/lessons/sum/rooms"), ("DELETE", "/images/cat"), ("GET", "/")]
)
def test_what_reads_no_body_refuses_a_long_one(client, method, address):
    length = {"Content-Length": str(FORM_LIMIT + 1)}
    answer = client.request(
        method, address, content=b"&" * (FORM_LIMIT + 1), headers=URLENCODED | DATA | length
    )

    assert answer.status_code == 413


SITES = {
    "a script or command": ({}, True),
    "this server": ({"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}, True),
    "this server without TLS": ({"Origin": "http://testserver"}, True),
    "a page of this server that keeps its address": (
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        True,
    ),
    "the person": ({"Sec-Fetch-Site": "none"}, True),
    "another site": ({"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}, False),
    "a neighbour": ({"Origin": "https://a.testserver", "Sec-Fetch-Site": "same-site"}, False),
    "another site without TLS": ({"Origin": "http://evil.example"}, False),
    "another port": ({"Origin": "http://testserver:81"}, False),
    "no origin at all": ({"Origin": "testserver"}, False),
    "a sandbox": ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, None),
}


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("POST", "/images"),
        ("POST", "/embed/images"),
        ("POST", "/embed/weights"),
        ("POST", "/lessons/sum/rooms"),
        ("POST", "/embed/lessons/sum/rooms/ABCDEF/ballots"),
        ("POST", "/embed/images/cat/delete"),
        ("DELETE", "/images/cat"),
    ],
)
def test_what_another_site_sends_is_refused_except_from_a_view_in_a_sandboxed_frame(
    client, site, method, address
):
    headers, passes = SITES[site]
    if passes is None:
        passes = address.startswith("/embed/")
    answer = client.request(method, address, headers=headers | DATA)
    refused = answer.status_code == 403 and "another site" in answer.json()["message"]

    assert refused == (not passes)


@pytest.mark.parametrize("site", SITES)
def test_every_site_may_link_here(client, site):
    assert client.get("/about", headers=SITES[site][0]).status_code == 200
