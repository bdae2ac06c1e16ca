import html
import io
import re
import struct
import zlib
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
UNKNOWN = "0" * 32


def header_only_png(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def cut_off_jpeg() -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(0).integers(0, 256, (200, 200, 3), np.uint8)
    Image.fromarray(pixels).save(file, "JPEG")
    return file.getvalue()[:5000]


UPLOADS = {
    "text": (b"not a picture at all", 415, "PNG"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', 415, "SVG"),
    "pdf": (b"%PDF-1.7\n", 415, "PDF"),
    "cut off": (cut_off_jpeg(), 422, "JPEG"),
    "empty": (b"", 400, "empty"),
    "wide": (header_only_png(10_001, 10), 413, "10,001"),
    "many pixels": (header_only_png(6_000, 5_000), 413, "30,000,000"),
    "heavy": (b"\xff\xd8\xff" + bytes(10 * 2**20), 413, "10 MiB"),
    "far too heavy": (bytes(30 * 2**20), 413, "10 MiB"),
}
ADDRESSES = {
    f"/images/{UNKNOWN}": (404, "upload it again"),
    "/images/nothing": (404, "upload it again"),
    f"/images/{UNKNOWN}/layers/1/maps": (404, "upload it again"),
    "/images/cat/layers/3/maps": (404, "1 and 2"),
    "/images/cat/layers/x/maps": (404, "Nothing is at this address"),
    "/images/cat/layers/02/maps": (404, "Nothing is at this address"),
    "/images/cat/layers/2/maps/32": (404, "0 to 31"),
    "/images/cat/layers/1/maps/64": (404, "0 to 63"),
    "/images/cat/layers/1/maps/-1": (404, "0 to 63"),
    "/images/cat/layers/1/maps/seven": (422, "channel"),
    "/images/cat?filters1=0": (422, "1 to 128"),
    "/images/cat?kernel1=3y5": (422, "3x5"),
    "/images/cat?groups2=3": (422, "groups2"),
    "/images/cat?filters1=16&weights2=handmade": (422, "weights2"),
    "/images/cat?size=32&padding1=valid&kernel1=11&dilation1=4": (422, "kernel1"),
    "/images/cat?size=512&filters1=128&filters2=128": (422, "multiply-adds"),
    "/images/cat?size=512&filters1=128&filters2=128&kernel1=1&kernel2=1": (422, "MiB"),
    "/?stride1=9": (422, "1 to 4"),
    "/nowhere": (404, "start page"),
}


@pytest.mark.parametrize("name", UPLOADS)
def test_a_bad_upload_is_refused_as_page_part_and_data(client, name):
    data, status, word = UPLOADS[name]
    files = {"file": ("picture.png", data)}

    page = client.post("/images", files=files)
    part = client.post("/images", files=files, headers=HTMX)
    json = client.post("/images", files=files, headers={"Accept": "application/json"})

    assert [page.status_code, part.status_code, json.status_code] == [status] * 3
    assert page.text.startswith("<!doctype html>")
    assert part.text.lstrip().startswith('<div id="error"')
    for text in (page.text, part.text, json.json()["message"]):
        assert word in text


def test_a_form_without_a_file_is_refused(client):
    for answer in (client.post("/images"), client.post("/images", files={"file": (None, "text")})):
        assert answer.status_code == 400
        assert "field named file" in answer.text


def test_the_decoder_is_never_quoted(client):
    for data, _, _ in UPLOADS.values():
        text = client.post("/images", files={"file": ("x", data)}).text.lower()
        for word in ("pil", "traceback", "truncated", "cannot identify", "exception", "bytesio"):
            assert word not in text.split("<main")[1].split("</main")[0].replace("compil", "")


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_bad_address_is_refused_as_page_part_and_data(client, address):
    status, word = ADDRESSES[address]
    path, mark, query = address.partition("?")

    page = client.get(address)
    part = client.get(address, headers=HTMX)
    data = client.get(
        f"{path}.json{mark}{query}" if path != "/" else address,
        headers={"Accept": "application/json"},
    )

    assert [page.status_code, part.status_code, data.status_code] == [status] * 3
    assert page.text.startswith("<!doctype html>")
    assert part.text.lstrip().startswith('<div id="error"')
    assert part.headers["HX-Retarget"] == "#error"
    assert part.headers["HX-Push-Url"] == "false"
    for text in (page.text, part.text, data.json()["message"]):
        assert word in text


def test_a_refused_setting_is_named_in_the_data(client):
    body = client.get("/images/cat.json?groups2=5").json()

    assert body["field"] == "groups2"
    assert body["status"] == 422


def test_what_was_given_is_escaped(client):
    page = client.get("/images/cat", params={"fit": "<script>alert(1)</script>"})

    assert page.status_code == 422
    assert "<script>alert" not in page.text


def test_a_body_without_a_length_is_cut_off_at_the_limit(client):
    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        for _ in range(12):
            yield bytes(2**20)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = client.post("/images", content=endless(), headers=headers)

    assert answer.status_code == 413
    assert "10 MiB" in answer.text


def test_a_method_that_an_address_does_not_take_is_refused(client):
    answer = client.post("/images/cat")

    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET"


def test_the_limits_of_the_operator_are_the_ones_told(tmp_path, cat_file):
    app = create_app(Settings(data_dir=tmp_path, upload_mib=1, max_multiply_adds=1000))
    with TestClient(app) as client:
        heavy = client.post("/images", files={"file": b"\xff\xd8\xff" + bytes(2**20)})
        costly = client.get("/images/cat")

    assert (heavy.status_code, costly.status_code) == (413, 422)
    assert "1 MiB" in heavy.text
    assert "multiply-adds" in costly.text


def test_every_answer_carries_the_security_headers(client):
    for address in ("/", "/about", "/nowhere", "/images/cat/picture.png", "/static/js/main.js"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"


def test_no_page_has_an_inline_script_or_style(client):
    for address in ("/", "/about", "/nowhere", "/images/cat/layers/1/maps"):
        page = client.get(address).text
        assert not re.search(
            r"<style|\sstyle=|\son\w+=|<script(?![^>]*\s(?:src=|type=.application/json))|hx-on|javascript:",
            page,
        )


GONE = (
    f"/images/{UNKNOWN}/layers/2/maps/3/contributions?filters1=16&weights1=random&filters2=8&sum=5"
)


def test_the_page_of_a_lost_picture_offers_the_same_view_of_a_sample(client):
    page = client.get(f"{GONE}&token=secret")
    offered = re.search(r'<a href="(/images/cat/[^"]*)"', page.text)

    assert page.status_code == 404
    assert html.unescape(offered[1]) == GONE.replace(UNKNOWN, "cat")
    assert client.get(html.unescape(offered[1])).status_code == 200
    assert "secret" not in page.text.split("<main")[1].split("</main")[0]


def test_the_page_of_a_lost_picture_takes_it_again_with_all_settings(client):
    page = client.get(GONE)
    form = re.search(r'<form class="lost__form" [^>]*action="([^"]*)"', page.text)
    picture = io.BytesIO()
    Image.new("RGB", (64, 64), "red").save(picture, "PNG")

    sent = client.post(
        html.unescape(form[1]),
        files={"file": ("again.png", picture.getvalue())},
        follow_redirects=False,
    )

    assert sent.status_code == 303
    fields = dict(parse_qsl(urlsplit(sent.headers["location"]).query))
    assert fields.pop("token")
    assert fields == {"filters1": "16", "filters2": "8", "weights1": "random"}


def test_a_lost_picture_in_a_frame_is_offered_in_a_frame(client):
    page = client.get(f"/embed{GONE}&hide=upload")

    assert f'href="/embed{GONE.replace(UNKNOWN, "cat").replace("&", "&amp;")}' in page.text
    assert "lost__form" not in page.text


def test_only_a_page_of_a_picture_has_offers(client):
    addresses = {
        f"/images/{UNKNOWN}/picture.png": 404,
        "/images/cat/layers/2/maps/99": 404,
        "/nowhere": 404,
    }

    for address, status in addresses.items():
        answer = client.get(address)
        assert answer.status_code == status
        assert 'class="lost"' not in answer.text
    gone = client.get(GONE, headers={"Accept": "application/json"}).json()
    assert set(gone) == {"status", "title", "message", "field"}


@pytest.mark.parametrize(
    "address",
    [
        "/images/cat?pool1=a%E2%80%AEb%0A",
        "/images/cat?below=a%E2%80%AEb%0A",
        "/images/cat?size=a%E2%80%AEb%0A",
        "/embed/images/cat?hide=a%E2%80%AEb%0A",
        "/images/cat/layers/2/maps/a%E2%80%AEb%0A",
    ],
)
def test_what_an_address_says_is_repeated_in_one_direction_and_on_one_line(client, address):
    answer = client.get(address, headers={"Accept": "application/json"})

    assert answer.status_code in (400, 404, 422)
    assert "a?b" in answer.text
    assert "\u202e" not in answer.text
    assert "\\u202e" not in answer.text
