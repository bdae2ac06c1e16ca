"""Dropped and pasted: a picture on every page of one, anything else named, and refused before it is sent."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from app.untrusted.pictures.errors import NotAPicture
from app.untrusted.pictures.formats import ACCEPTED, recognise
from tools.fuzz.seeds import seeds
from tools.picture_files.heif import Part, grid, heif, part_of, size
from tools.picture_files.photographs import jpeg_that_claims, photograph, saved
from tools.serving import ROOT

CAT = ROOT / "static/samples/cat.jpg"
COFFEE = ROOT / "static/samples/coffee.jpg"


def large_stills() -> list[ParameterSet]:
    if "HEIC" not in ACCEPTED:
        return []
    heic, avif = [
        part_of(saved(photograph(64, 64), kind)).with_property(*size(6000, 5000))
        for kind in ("HEIF", "AVIF")
    ]
    tile = Part(b"hvc1", b"?", (size(512, 512), (b"hvcC", bytes(23))))
    links = [(b"dimg", 1, tuple(range(2, 194)))]
    files = {
        "large HEIC": heif([heic]),
        "large AVIF": heif([avif], brand=b"avif"),
        "large HEIC in tiles": heif([grid(12, 16, 8192, 6144), *[tile] * 192], links),
    }
    return [pytest.param(data, TOO_LARGE, id=name) for name, data in files.items()]


TOO_LARGE = "The picture is too large"
LARGE_GIF = b"GIF89a\x88\x13\x89\x13\0\0\0,\0\0\0\0\x88\x13\x89\x13\0\2\1\x44\0;"  # 5000 × 5001
QUERY = "?size=64&filters1=4&filters2=2"
PAGES = (
    "/images/cat",
    "/images/cat/layers/2/maps/1/contributions",
    "/images/cat/layers/2/wall",
    "/images/cat/layers/1/maps",
    "/lessons/sum",
)
LINK = ("text/uri-list", "https://example.org/cat.jpg")
OF_A_PAGE = ("text/html", "<a href='/'><img src='https://example.org/cat.jpg'></a>")
PASTE = """([type, text]) => {
  const clipboardData = new DataTransfer()
  if (type) clipboardData.setData(type, text)
  document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }))
}"""
IS_TAKEN = """(begun) => {
  document.body.dispatchEvent(new DragEvent(begun, { bubbles: true }))
  const dataTransfer = new DataTransfer()
  dataTransfer.items.add(new File(["GIF89a"], "map.gif"))
  const over = new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true })
  return !document.body.dispatchEvent(over)
}"""
REFUSALS = """async (files) => {
  const main = document.querySelector("script[src$='main.js']").src
  const { prepared } = await import(main.replace("built/main.js", "js/lib/picture/prepare.js"))
  const said = (text) => prepared(new File([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], "a"))
  return Promise.all(files.map((text) => said(text).then(() => "", (error) => error.message)))
}"""
STARTS = (
    *(b"%PDF-1.7\n", b"<svg xmlns=''/>", b"<?xml version='1.0'?>\n<!-- --><svg/>", b"<?xml?><note/>"),
    *(b"<!DOCTYPE html><html>", b"\xef\xbb\xbf\n<HTML>", b"II*\0\x08\0\0\0", b"8BPS\0\1", b"hello\n"),
    *(b"\0\0\0\x18ftypisom\0\0\2\0isommp42", b"\x1aE\xdf\xa3\1\0", b"RIFF\x24\0\0\0WAVEfmt ", b"P6 2 2"),
    *(b"\x1f\x8b\x08\0", b"7z\xbc\xaf\x27\x1c", b"\xff\x0a\xfa\x1f", b"\0\0\1\0\1\0", b"\0\1\2\3 unknown"),
    *(b"BMI values\n", b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", b"\0\0\0\x10ftypmp42\0\0\0\0avif"),
)  # fmt: skip


Drag = Callable[..., None]


@pytest.fixture
def drag(page: Page) -> Drag:
    """A function that drags files or data over the page as a person does, and drops them unless told otherwise."""
    wire = page.context.new_cdp_session(page)

    def drag(*files: Path, data: tuple[str, str] | None = None, drop: bool = True) -> None:
        items = [{"mimeType": data[0], "data": data[1]}] if data else []
        given = {"items": items, "files": [str(one) for one in files], "dragOperationsMask": 1}
        for kind in ("dragEnter", "dragOver", *(["drop"] if drop else [])):
            place: dict[str, Any] = {"type": kind, "x": 200, "y": 200}
            wire.send("Input.dispatchDragEvent", {**place, "data": given})

    return drag


@pytest.mark.parametrize("path", PAGES)
def test_a_picture_dropped_on_a_page_of_a_picture_takes_its_place(page: Page, drag, path):
    page.goto(path + QUERY)
    drag(COFFEE)

    same = path.replace("/images/cat", "/images/[0-9a-f]{32}")
    if page.locator(".upload__file").count():  # there the upload leads to the lab
        same = "/images/[0-9a-f]{32}"
    expect(page).to_have_url(re.compile(rf"{same}\?.*filters1=4"))
    expect(page).to_have_url(re.compile("[0-9a-f]{32}"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_who_dropped_a_picture_on_the_wall_can_delete_it(page: Page, drag):
    page.goto(f"/images/cat/layers/2/wall{QUERY}")
    drag(CAT)
    expect(page).to_have_url(re.compile("/images/[0-9a-f]{32}/layers/2/wall"))
    page.get_by_role("link", name="Back to the lab").click()

    expect(page.get_by_role("button", name="Delete now")).to_be_visible()


@pytest.mark.parametrize("path", ["/images/cat", "/images/cat/layers/2/wall"])
def test_what_is_dropped_instead_of_one_picture_is_named_and_nothing_is_sent(
    page: Page, drag, path
):
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto(path + QUERY)
    for said, files, data in (
        ("This is a folder.", [ROOT / "static"], None),
        ("These are 2 files.", [CAT, COFFEE], None),
        ("This is a link", [], LINK),
        ("Only the address of this picture came", [], OF_A_PAGE),
        ("This is text.", [], ("text/plain", "a cat")),
        ("The file is an SVG drawing", [ROOT / "static/img/icon.svg"], None),
    ):
        drag(*files, data=data)
        expect(page.get_by_role("alert")).to_contain_text(said)
        expect(page.get_by_role("alert")).to_be_in_viewport()
    assert "POST" not in sent
    assert path in page.url


@pytest.mark.parametrize(
    ("data", "said"),
    [(LINK, "This is a link"), (("text/plain", "a cat"), "This is text."), (("", ""), "holds nothing")],
)  # fmt: skip
def test_what_is_pasted_instead_of_a_picture_is_named(page: Page, data, said):
    page.goto(f"/{QUERY}")
    page.evaluate(PASTE, data)

    expect(page.get_by_role("alert")).to_contain_text(said)


def test_only_a_file_dragged_over_the_page_is_shown_as_one_that_can_be_dropped(
    page: Page, drag, axe
):
    page.goto(f"/images/cat/layers/2/wall{QUERY}")
    words = page.get_by_text("Drop the picture to run it through the stack")
    drag(data=LINK, drop=False)
    expect(words).to_be_hidden()
    drag(CAT, drop=False)

    expect(words).to_be_visible()
    expect(words).to_be_hidden()  # nothing is dragged any more


def test_a_picture_dragged_from_the_page_itself_is_left_alone(page: Page):
    page.goto(f"/{QUERY}")

    assert not page.evaluate(IS_TAKEN, "dragstart")
    assert page.locator("picture-drop[data-over]").count() == 0
    assert page.evaluate(IS_TAKEN, "dragend")


def test_a_file_that_cannot_be_taken_is_refused_in_the_words_of_the_server_before_it_is_sent(
    page: Page,
):
    page.goto(f"/{QUERY}")
    starts = [*STARTS, *(data for files in seeds().values() for data in files)]
    said = page.evaluate(REFUSALS, [base64.b64encode(data).decode() for data in starts])

    assert said == [refusal_of(data) for data in starts]


def refusal_of(data: bytes) -> str:
    try:
        recognise(data)
    except NotAPicture as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("data", "title"),
    [
        pytest.param(b"", "An empty file", id="empty"),
        pytest.param(b"%PDF-1.7", "Not a picture that can be read", id="a document"),
        pytest.param(b"GIF89a" + bytes(10 * 2**20), TOO_LARGE, id="many bytes"),
        pytest.param(LARGE_GIF, TOO_LARGE, id="large GIF"),
        *large_stills(),
        pytest.param(jpeg_that_claims(16_000, 16_000), TOO_LARGE, id="large JPEG"),
        pytest.param(jpeg_that_claims(11_000, 500), TOO_LARGE, id="long JPEG"),
        pytest.param(jpeg_that_claims(60_000, 3_000), TOO_LARGE, id="long JPEG at a quarter"),
        pytest.param(
            jpeg_that_claims(14_000, 12_000, progressive=True), TOO_LARGE, id="progressive JPEG"
        ),
        pytest.param(
            jpeg_that_claims(9_130, 9_130, progressive=True, subsampling=0),
            TOO_LARGE,
            id="progressive JPEG in full colour",
        ),
    ],
)
def test_a_refusal_looks_as_that_of_the_server_and_the_file_can_be_another(page: Page, data, title):
    payload = FilePayload(name="a", mimeType="image/gif", buffer=data)
    answer = page.request.post(
        "/images", multipart={"file": payload}, headers={"Accept": "application/json"}
    ).json()
    page.goto(f"/{QUERY}")
    page.locator(".upload__file").set_input_files(payload)

    expect(page.get_by_role("alert").locator(".error__title")).to_have_text(title)
    expect(page.get_by_role("alert").locator(".error__message")).to_have_text(answer["message"])
    assert answer["title"] == title
    page.locator(".upload__file").set_input_files(COFFEE)
    expect(page.locator("#picture-title")).to_have_text("Your picture")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_jpeg_of_48_megapixels_is_taken(page: Page):
    data = saved(Image.new("RGB", (8_000, 6_000), (9, 90, 200)), "JPEG")
    page.goto(f"/{QUERY}")
    page.locator(".upload__file").set_input_files(
        FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=data)
    )

    expect(page.locator("#picture-title")).to_have_text("Your picture")


@pytest.mark.parametrize(
    ("address", "taken"),
    [
        ("/embed/images/cat/layers/2/wall", 1),
        ("/embed/images/cat/layers/2/wall?hide=upload", 0),
        ("/embed/images/cat?hide=upload&lock=all", 0),
        ("/about", 0),
    ],
)
def test_nothing_can_be_dropped_where_an_upload_is_not_offered(page: Page, address, taken):
    page.goto(address)

    assert page.locator("picture-drop").count() == taken
    assert page.evaluate(IS_TAKEN, "dragend") == bool(taken)
