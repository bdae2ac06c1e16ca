"""Compression of what is made on request: only text, only where it is accepted, never where a secret is."""

import asyncio
import gzip

import pytest
from starlette.applications import Starlette
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from app.web.gate.compression import SMALLEST_PACKED, UNPACKED_AT_ONCE, Compress, Unpack
from app.web.route_facts import PAGE, ROUTE, VIEW
from app.web.watch.route_names import MatchedRoute

PLAIN = {"Accept-Encoding": "identity"}
PACKED = {"Accept-Encoding": "gzip"}
LAB = "/images/cat"


def raw(client, address, headers, method="GET"):
    with client.stream(method, address, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize(
    "address",
    [LAB, f"{LAB}.json", f"{LAB}/qr.svg", f"{LAB}/layers/2/maps/0/pixel.csv?row=1&col=1", "/about"],
)
def test_text_is_sent_in_gzip_where_that_is_accepted(client, address):
    plain, whole = raw(client, address, PLAIN)
    packed, body = raw(client, address, PACKED)

    assert plain.status_code == packed.status_code == 200
    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert len(body) < len(whole) / 2
    assert gzip.decompress(body) == whole
    for answer, content in ((plain, whole), (packed, body)):
        assert int(answer.headers["content-length"]) == len(content)
        assert "Accept-Encoding" in answer.headers["vary"]
    assert plain.headers.get("etag") == packed.headers.get("etag")


@pytest.mark.parametrize("first", [PLAIN, PACKED])
def test_a_kept_answer_suits_every_client_whoever_asked_first(client, first):
    address = f"{LAB}/layers/1/maps?seed1={7 if first is PLAIN else 8}&weights1=random"
    raw(client, address, first)
    before = client.app.state.answers.hits
    plain, whole = raw(client, address, PLAIN)
    packed, body = raw(client, address, PACKED)

    assert client.app.state.answers.hits == before + 2
    assert ("content-encoding" in plain.headers, "content-encoding" in packed.headers) == (
        False,
        True,
    )
    assert gzip.decompress(body) == whole


def test_head_has_the_headers_of_get(client):
    for headers in (PLAIN, PACKED):
        head, nothing = raw(client, LAB, headers, "HEAD")
        got, body = raw(client, LAB, headers)

        assert nothing == b""
        for name in ("content-length", "content-encoding", "etag", "vary"):
            assert head.headers.get(name) == got.headers.get(name)
        assert int(head.headers["content-length"]) == len(body)


def test_unchanged_is_said_in_every_coding(client):
    tag = client.get(LAB).headers["etag"]
    for headers in (PLAIN, PACKED):
        answer, body = raw(client, LAB, {**headers, "If-None-Match": tag})

        assert (answer.status_code, body) == (304, b"")
        assert "Accept-Encoding" in answer.headers["vary"]
        assert "content-encoding" not in answer.headers


FILES = (
    "/static/built/main.js",
    "/static/js/main.js",
    "/static/css/screen.css",
    "/static/img/icon.svg",
    "/static/samples/cat.jpg",
)
FORMS = (
    LAB,
    f"{LAB}.json",
    f"{LAB}/qr.svg",
    f"{LAB}/layers/2/maps/0/contributions/snapshot.html?size=32",
    f"{LAB}/picture.png",
    f"{LAB}/layers/2/maps/0/values",
    *(f"{LAB}/layers/2/maps/0/pixel.{end}?row=1&col=1" for end in ("csv", "xlsx")),
    *(f"{LAB}/export/{name}" for name in ("stack_keras.py", "stack.ipynb", "maps.csv")),
    *(f"{LAB}/export/weights.{end}" for end in ("npz", "safetensors")),
)


@pytest.mark.parametrize("accepts", ["identity", "gzip", "br, gzip"])
@pytest.mark.parametrize("address", [*FILES, *FORMS])
def test_unchanged_has_the_etag_and_the_vary_of_the_whole(client, address, accepts):
    headers = {"Accept-Encoding": accepts}
    whole, _ = raw(client, address, headers)
    unchanged, _ = raw(client, address, {**headers, "If-None-Match": whole.headers["etag"]})

    assert (whole.status_code, unchanged.status_code) == (200, 304)
    for name in ("etag", "vary", "cache-control"):
        assert unchanged.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize("accepts", ["identity", "gzip", "br, gzip"])
@pytest.mark.parametrize("address", FILES)
def test_a_range_continues_only_a_copy_that_has_the_same_bytes(client, address, accepts):
    headers = {"Accept-Encoding": accepts}
    whole, body = raw(client, address, headers)
    tag = whole.headers["etag"]
    part, rest = raw(client, address, {**headers, "Range": "bytes=10-", "If-Range": tag})
    for other in ('"other"', f"W/{tag.removeprefix('W/')}"):
        again, all_of_it = raw(
            client, address, {**headers, "Range": "bytes=10-", "If-Range": other}
        )
        assert (again.status_code, all_of_it) == (200, body)

    assert tag.startswith('"') is (address in ("/static/built/main.js", "/static/samples/cat.jpg"))
    assert part.status_code == (206 if tag.startswith('"') else 200)
    assert rest == (body[10:] if tag.startswith('"') else body)


@pytest.mark.parametrize(
    "address",
    [
        f"{LAB}/picture.png",
        f"{LAB}/layers/2/maps.png",
        f"{LAB}/layers/2/maps/0/values",
        f"{LAB}/layers/2/maps/0/pixel.xlsx?row=1&col=1",
        "/healthz",
    ],
)
def test_packed_files_numbers_and_small_answers_are_not_compressed(client, address):
    answer, _ = raw(client, address, PACKED)

    assert answer.status_code == 200
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("query", ["token=secret", "room=abc&key=secret", "key=secret"])
def test_an_address_with_a_secret_is_never_compressed(client, query):
    for path in (LAB, "/lessons/count"):
        answer, body = raw(client, f"{path}?{query}", PACKED)

        assert len(body) > SMALLEST_PACKED
        assert "content-encoding" not in answer.headers


TEXT = ("0123456789 " * 50_000).encode()


async def whole(request) -> Response:
    return Response(TEXT, headers={"ETag": '"strong"'}, media_type="text/plain")


async def streamed(request) -> StreamingResponse:
    async def pieces():
        for start in range(0, len(TEXT), 100_000):
            yield TEXT[start : start + 100_000]

    return StreamingResponse(pieces(), media_type="text/plain")


async def posted(request) -> Response:
    return Response(TEXT, media_type="text/plain")


@pytest.fixture(params=[PAGE, VIEW], ids=["for one", "for many"])
def small_app(request):
    """Return a client of the two layers alone, for a route of one reader and for a kept one."""
    app = Starlette(
        routes=[
            Route("/whole", whole),
            Route("/streamed", streamed),
            Route("/posted", posted, methods=["POST"]),
        ]
    )
    app.add_middleware(Compress)
    app.add_middleware(Unpack)

    async def named(scope, receive, send):
        if scope["type"] == "http":
            scope.setdefault("state", {})[ROUTE] = MatchedRoute("one", "/one", request.param)
        await app(scope, receive, send)

    return TestClient(named)


@pytest.mark.parametrize("path", ["/whole", "/streamed"])
def test_a_large_or_streamed_text_is_the_same_in_both_codings(small_app, path):
    packed, body = raw(small_app, path, PACKED)
    plain, text = raw(small_app, path, PLAIN)

    assert packed.headers["content-encoding"] == "gzip"
    assert len(body) < len(TEXT) / 50
    assert gzip.decompress(body) == text == TEXT
    assert "content-encoding" not in plain.headers
    assert ("content-length" in packed.headers) is (path == "/whole")


def test_a_strong_etag_becomes_weak_where_the_bytes_are_others(small_app):
    packed, _ = raw(small_app, "/whole", PACKED)

    assert packed.headers["etag"] == 'W/"strong"'


def test_the_answer_to_a_form_is_not_compressed(small_app):
    answer, body = raw(small_app, "/posted", PACKED, "POST")

    assert "content-encoding" not in answer.headers
    assert body == TEXT


@pytest.mark.parametrize("piece", [2**10, 2**30], ids=["in pieces", "at once"])
@pytest.mark.parametrize("size", [0, 1, UNPACKED_AT_ONCE, 20 * 2**20 + 1])
def test_a_small_answer_that_is_a_long_text_is_unpacked_in_bounded_pieces(piece, size):
    text = bytes(size)
    packed = gzip.compress(text)
    pieces = [packed[at : at + piece] for at in range(0, len(packed), piece)]
    sent = []

    async def answer(scope, receive, send):
        headers = [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % len(packed))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for number, one in enumerate(pieces, 1):
            more = number < len(pieces)
            await send({"type": "http.response.body", "body": one, "more_body": more})

    async def keep(message):
        sent.append(message)

    scope = {"type": "http", "headers": [], "state": {ROUTE: MatchedRoute("one", "/one", VIEW)}}
    asyncio.run(Unpack(answer)(scope, asyncio.Queue().get, keep))
    start, *bodies = sent

    assert max(len(one["body"]) for one in bodies) <= UNPACKED_AT_ONCE
    assert b"".join(one["body"] for one in bodies) == text
    assert [one["more_body"] for one in bodies] == [True] * (len(bodies) - 1) + [False]
    assert dict(start["headers"]).get(b"content-length") == (
        b"%d" % size if len(pieces) == 1 else None
    )
