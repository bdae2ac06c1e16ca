"""Sending a picture and taking it back: reduced where it is large, told how far it is, deleted by its uploader."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.stage import change
from tools.serving import ROOT

CAT = ROOT / "static/samples/cat.jpg"
SMALL = "/?size=64&filters1=8&filters2=4"  # quick to compute
UPLOADED = re.compile(r"/images/[0-9a-f]{32}\?size=64&filters1=8&filters2=4$")
NO_STORAGE = """
Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("The document is sandboxed.", "SecurityError") },
})
"""


def photograph(width: int, height: int, *, kind: str = "JPEG", alpha: bool = False) -> bytes:
    """A file of blurred noise, large for its number of pixels."""
    coarse = np.random.default_rng(0).integers(0, 256, (height // 24, width // 24, 3), np.uint8)
    image = Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)
    if alpha:
        image.putalpha(Image.linear_gradient("L").resize((width, height)))
    file = io.BytesIO()
    image.save(file, kind, quality=95)
    return file.getvalue()


@pytest.fixture(scope="module")
def large() -> bytes:
    return photograph(2400, 1800)


def choose(page: Page, data: bytes, kind: str = "image/jpeg") -> None:
    file = FilePayload(name="holiday.jpg", mimeType=kind, buffer=data)
    page.locator(".upload__file").set_input_files(file)


def test_a_large_photograph_is_reduced_before_it_is_sent_and_the_page_says_so(page: Page, large):
    page.goto(SMALL)
    with page.expect_request(lambda request: request.method == "POST") as sending:
        choose(page, large)
    expect(page.locator("#picture-title")).to_have_text("Your picture")

    note = "Reduced in the browser from 2400 × 1800 to 1360 × 1020 before it was sent."
    expect(page.locator(".picture__notes")).to_contain_text(note)
    assert int(sending.value.all_headers()["content-length"]) < len(large) / 2


def test_what_the_browser_reduced_looks_as_if_the_server_had_done_it(page: Page, large):
    page.goto(SMALL)
    choose(page, large)
    expect(page.locator(".picture__notes")).to_contain_text("in the browser")
    by_browser = picture_of(page, page.url)

    file = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=large)
    answer = page.request.post(
        "/images", multipart={"file": file}, headers={"Accept": "application/json"}
    )
    by_server = picture_of(page, answer.json()["url"])

    assert np.abs(by_browser - by_server).mean() < 2  # of 255
    assert by_server.std() > 20  # there is something to see


def picture_of(page: Page, address: str) -> np.ndarray:
    answer = page.request.get(f"{address.partition('?')[0]}/picture.png?size=512")
    return np.asarray(Image.open(io.BytesIO(answer.body())).convert("RGB"), float)


def test_a_transparent_picture_stays_transparent_when_it_is_reduced(page: Page):
    page.goto(SMALL)
    choose(page, photograph(1600, 1500, kind="PNG", alpha=True), "image/png")

    expect(page.locator(".picture__notes")).to_contain_text("in the browser from 1600 × 1500")
    expect(page.locator(".picture__notes")).to_contain_text("Transparency shown on white.")


def test_a_small_picture_is_sent_as_it_is(page: Page):
    page.goto(SMALL)
    page.locator(".upload__file").set_input_files(CAT)

    expect(page.locator("#picture-title")).to_have_text("Your picture")
    expect(page.locator(".picture__notes")).not_to_contain_text("in the browser")


def test_a_file_that_the_browser_cannot_read_is_left_to_the_server(page: Page, watch):
    watch.expect("422")
    page.goto(SMALL)
    with page.expect_request(lambda request: request.method == "POST") as sending:
        choose(page, b"\xff\xd8\xff\xe0" + bytes(300_000))

    expect(page.get_by_role("alert")).to_be_in_viewport()
    assert int(sending.value.all_headers()["content-length"]) > 300_000
    expect(page.locator("#picture-title")).not_to_have_text("Your picture")


def test_how_much_is_sent_is_shown_and_escape_cancels_it(page: Page, axe):
    page.goto(SMALL)
    throttle(page, bytes_per_second=40_000)
    line = page.locator("busy-line .busy__line")
    choose(page, b"\xff\xd8\xff\xe0" + bytes(1_000_000))

    expect(line).to_have_text(re.compile(r"Sending your picture: [1-9]\d? %"))
    expect(page.locator("busy-line [role=status]")).to_have_text("Sending your picture.")
    assert 0 < page.get_by_role("progressbar").evaluate("bar => bar.value") < 100
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(line).to_be_hidden()
    assert page.locator(".upload__file").evaluate("input => input.value") == ""
    expect(page.locator("#lab")).not_to_have_class(re.compile("htmx-request"))
    assert page.url.endswith(SMALL)


def throttle(page: Page, *, bytes_per_second: int) -> None:
    conditions = {"offline": False, "latency": 0, "downloadThroughput": -1}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send(
        "Network.emulateNetworkConditions", {**conditions, "uploadThroughput": bytes_per_second}
    )


def test_a_picture_that_cannot_be_sent_can_be_chosen_again(page: Page, watch):
    watch.expect("ERR_INTERNET_DISCONNECTED")
    watch.expect("htmx:error")
    page.goto(SMALL)
    page.context.set_offline(True)
    page.locator(".upload__file").set_input_files(CAT)
    expect(page.get_by_role("alert")).to_contain_text("did not reach the server")
    expect(page.locator("#picture-title")).not_to_have_text("Your picture")

    page.context.set_offline(False)
    page.locator(".upload__file").set_input_files(CAT)

    expect(page.locator("#picture-title")).to_have_text("Your picture")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("storage", [True, False], ids=["storage", "no storage"])
def test_the_uploader_can_delete_the_picture_after_other_changes_too(open_page, storage):
    page = open_page(width=1024)  # where the map stands below the picture
    if not storage:
        page.add_init_script(NO_STORAGE)
    page.goto(SMALL)
    choose(page, photograph(96, 96))
    expect(page).to_have_url(UPLOADED)
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(page).to_have_url(re.compile("stride1=2"))
    address = page.url

    page.get_by_role("button", name="Delete now").click()
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.get_by_role("button", name="Yes, delete it").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("deleted")
    assert page.request.get(address).status == 404


def test_deleting_is_asked_about_and_escape_keeps_the_picture(page: Page, axe):
    page.goto(SMALL)
    choose(page, photograph(104, 104))
    page.get_by_role("button", name="Delete now").press("Enter")
    expect(page.get_by_role("button", name="Yes, delete it")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Delete now")).to_be_focused()
    expect(page.get_by_role("button", name="Yes, delete it")).to_be_hidden()
    assert page.request.get(page.url).ok


def address_with_token(page: Page, data: bytes) -> str:
    """Where an upload leads that no script follows."""
    file = FilePayload(name="a.jpg", mimeType="image/jpeg", buffer=data)
    answer = page.request.post(
        SMALL.replace("/", "/images"), multipart={"file": file}, max_redirects=0
    )
    return answer.headers["location"]


def test_a_click_before_the_script_is_there_deletes_nothing(page: Page, open_page):
    page.route("**/built/main.js", lambda route: None)  # never arrives
    address = address_with_token(page, photograph(120, 120))
    page.goto(address, wait_until="commit")
    expect(page.locator("#picture-title")).to_have_text("Your picture")

    expect(page.get_by_role("button", name="Delete now")).to_have_count(0)
    other = open_page(javascript=False)
    other.goto(address)
    expect(other.get_by_role("button", name="Delete now")).to_be_visible()


def test_the_token_leaves_the_address_and_stays_with_the_tab(page: Page, open_page):
    address = address_with_token(page, photograph(112, 112))
    assert "token=" in address
    page.goto(address)

    expect(page).to_have_url(UPLOADED)
    page.reload()
    expect(page.get_by_role("button", name="Delete now")).to_be_visible()
    other = open_page()
    other.goto(page.url)
    expect(other.locator("#picture-title")).to_have_text("Your picture")
    expect(other.get_by_role("button", name="Delete now")).to_have_count(0)


def test_a_link_to_a_lost_picture_leads_to_the_view_of_a_sample_or_of_a_new_upload(
    open_page, watch, axe, width
):
    watch.expect("404")
    page = open_page(width=width)
    gone = f"/images/{'0' * 32}/layers/2/maps/3/contributions?filters1=16&weights1=random&size=64"
    page.goto(gone)
    expect(page.get_by_role("heading", name="No such picture")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Or upload the picture again").set_input_files(CAT)
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(page).to_have_url(re.compile(r"/images/[0-9a-f]{32}\?.*filters1=16"))
    expect(page.locator("#tile-1-15")).to_be_visible()
    expect(page.locator("#tile-1-16")).to_have_count(0)

    page.goto(gone)
    page.get_by_role("link", name="The same view of a sample picture").click()
    expect(page).to_have_url(re.compile(r"/images/cat/layers/2/maps/3/contributions\?filters1=16"))
    expect(page.locator("#fold")).to_be_attached()
