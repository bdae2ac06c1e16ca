"""The live page: a camera or a drawing as the picture, and the maps that follow. Chromium brings a camera."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser import chromium
from tests.browser.stage import change

SMALL = "size=64&filters1=8&filters2=4"  # quick to compute
LIVE = f"/images/cat/live?{SMALL}"
DRAWING = f"{LIVE}#drawing"
FOLD = f"{LIVE}&open=2.1"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
# Remembers what was asked of the camera, and the tracks that came.
REMEMBER = """
asked = []; tracks = []
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = async (wanted) => {
  asked.push(wanted.video.facingMode.ideal)
  const stream = await get(wanted)
  tracks.push(...stream.getTracks())
  if (globalThis.late) await globalThis.late
  return stream
}
"""

WATCH_STATUS = """
changes = 0
new MutationObserver(() => changes++).observe(document.querySelector(".live__said"), { childList: true })
"""
HIDE = """
Object.defineProperty(document, "hidden", { value: true })
document.dispatchEvent(new Event("visibilitychange"))
"""


def launched(browser: Browser, arguments: tuple[str, ...]) -> Browser:
    return browser.browser_type.launch(
        executable_path=chromium.find(), args=[*chromium.arguments(), *arguments]
    )


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """A browser that has a camera and gives it to every page that asks and may."""
    with_camera = launched(browser, CAMERA)
    yield with_camera
    with_camera.close()


@pytest.fixture
def live(page: Page) -> Page:
    page.add_init_script(REMEMBER)
    return page


def start(page: Page) -> None:
    page.get_by_role("button", name="Start the camera").click()
    expect(said(page)).to_have_text("The camera is on. The maps follow it.")


def said(page: Page) -> Any:
    return page.locator(".live__said")


def is_frame(response: Response) -> bool:
    return response.request.method == "POST" and "/live" in response.url


def head_of(response: Response) -> dict[str, Any]:
    body = response.body()
    end = 4 + int.from_bytes(body[:4], "big")
    return json.loads(body[4:end])


def next_frame(
    page: Page, act: Callable[[], object] = lambda: None, *, having: str = ""
) -> Response:
    """Wait for the answer to a frame, after something is done or to an address with a text in it."""
    with page.expect_response(lambda one: is_frame(one) and having in one.url) as coming:
        act()
    return coming.value


def until(page: Page, script: str) -> None:
    """Wait for something that only a script can see; the page's policy forbids Playwright's own way."""
    for _ in range(200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"It never came to be: {script}")


def states(page: Page) -> list[str]:
    return page.evaluate("tracks.map((track) => track.readyState)")


def tones(page: Page, tile: str) -> int:
    """Return how many colours the live picture of a tile has."""
    script = """(canvas) => {
      const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
      return new Set(new Uint32Array(data.buffer)).size
    }"""
    return page.locator(f"{tile} .live-picture").evaluate(script)


def test_camera_and_draw_stand_next_to_your_picture_and_open_the_live_page(page: Page):
    page.goto(f"/images/cat/layers/2/maps/1/contributions?{SMALL}")
    page.get_by_role("link", name="Draw", exact=True).click()

    expect(page).to_have_url(re.compile(r"/images/cat/live\?.*open=2\.1.*#drawing$"))
    expect(page.locator(".pad__paper")).to_be_visible()
    page.get_by_role("link", name="Leave live").click()
    expect(page).to_have_url(re.compile("/images/cat/layers/2/maps/1/contributions"))
    page.get_by_role("link", name="Camera", exact=True).click()
    expect(page.get_by_role("button", name="Start the camera")).to_be_visible()


def test_the_camera_is_asked_for_by_a_click_and_both_grids_follow_it(live: Page):
    live.goto(LIVE)
    assert live.evaluate("asked.length") == 0
    expect(live.locator(".live__mark").first).to_be_hidden()

    start(live)
    head = head_of(next_frame(live))

    assert [picture["name"] for picture in head["pictures"]] == ["layer1", "layer2"]
    expect(live.locator(".live-picture")).to_have_count(8 + 4)
    assert tones(live, "#tile-1-0") > 1
    expect(live.locator(".live__mark").first).to_be_visible()
    assert live.evaluate("asked") == ["user"]
    expect(live.locator("camera-view")).to_have_attribute("data-mirrored", "")


def test_one_frame_is_under_way_at_a_time_and_frames_run_in_silence(live: Page):
    under_way, most = 0, 0

    def begins(request: Any) -> None:
        nonlocal under_way, most
        if request.method == "POST":
            under_way += 1
            most = max(most, under_way)

    def ends(request: Any) -> None:
        nonlocal under_way
        under_way -= request.method == "POST"

    live.on("request", begins)
    live.on("requestfinished", ends)
    live.goto(LIVE)
    start(live)
    live.evaluate(WATCH_STATUS)
    frames = [next_frame(live) for _ in range(5)]

    assert most == 1
    sizes = [int(frame.request.all_headers()["content-length"]) for frame in frames]
    assert 0 < max(sizes) <= 64 * 1024
    assert live.evaluate("changes") == 0


def test_another_camera_takes_over_and_stop_gives_it_back(live: Page):
    live.goto(LIVE)
    start(live)
    live.get_by_role("button", name="Switch camera").click()
    until(live, "tracks.length === 2")

    assert live.evaluate("asked") == ["user", "environment"]
    assert states(live) == ["ended", "live"]
    live.get_by_role("button", name="Stop").click()
    expect(said(live)).to_have_text("The camera is off.")
    assert states(live) == ["ended", "ended"]


@pytest.mark.parametrize("way", ["hidden", "frozen", "drawing", "unplugged"])
def test_the_camera_is_given_back(live: Page, way):
    live.goto(LIVE)
    start(live)
    if way == "hidden":
        live.evaluate(HIDE)
    elif way == "frozen":
        live.evaluate("document.dispatchEvent(new Event('freeze'))")
    elif way == "drawing":
        live.get_by_label("drawing").check()
    else:
        live.evaluate("tracks[0].dispatchEvent(new Event('ended'))")

    until(live, "tracks[0].readyState === 'ended'")
    words = {
        "drawing": "Draw on the paper",
        "unplugged": "The camera stopped by itself",
    }
    expect(said(live)).to_contain_text(words.get(way, "switched off when this page was hidden"))


def test_a_permission_that_comes_after_leaving_is_given_back_at_once(live: Page):
    live.goto(LIVE)
    live.evaluate("void (late = new Promise((done) => (release = done)))")
    live.get_by_role("button", name="Start the camera").click()
    until(live, "tracks.length === 1")
    live.get_by_label("drawing").check()
    live.evaluate("release()")

    until(live, "tracks[0].readyState === 'ended'")
    expect(said(live)).to_contain_text("Draw on the paper")


def test_settings_change_while_the_camera_runs(live: Page):
    live.goto(LIVE)
    start(live)
    change(live, 1)
    live.locator("#filters1").fill("6")
    live.locator("#filters1").press("Enter")
    expect(live).to_have_url(re.compile("filters1=6"))
    expect(live.locator("#maps-1 .live-picture")).to_have_count(6)

    response = next_frame(live, having="filters1=6")
    assert len(head_of(response)["pictures"][0]["ranges"]) == 6
    live.locator("#tile-2-1").click()
    expect(live).to_have_url(re.compile(r"open=2\.1"))
    expect(live.locator("#sum-picture .live-picture")).to_be_visible()
    assert states(live) == ["live"]
    assert live.evaluate("asked.length") == 1


def test_a_setting_takes_the_open_map_away_and_the_grids_go_on(live: Page):
    live.goto(f"{LIVE}&open=2.3")
    start(live)
    change(live, 2)
    live.locator("#filters2").fill("2")
    live.locator("#filters2").press("Enter")

    expect(live.locator("#maps-2 .live-picture")).to_have_count(2)
    expect(live.locator("#fold")).to_have_count(0)
    assert states(live) == ["live"]


def test_an_open_fold_follows_at_the_step_of_its_slider(live: Page):
    live.goto(FOLD)
    start(live)
    live.get_by_role("slider", name="Step of the running sum").fill("3")
    head = head_of(next_frame(live, having="sum=3"))
    assert head["fold"]["step"] == head["fold"]["count"] == 3
    assert tones(live, "#tile-1-0 .tile__made") > 1
    assert tones(live, "#sum-picture") > 1


def test_freeze_keeps_the_frame_as_an_ordinary_exact_picture_and_stays_where_one_was(live: Page):
    live.goto(FOLD)
    start(live)
    next_frame(live)
    words = live.locator(".live > .live__words")
    expect(words).to_contain_text("kept for 24 hours")
    live.get_by_role("button", name="Freeze").click()

    expect(live).to_have_url(
        re.compile(r"/images/[0-9a-f]{32}/layers/2/maps/1/contributions\?size=64")
    )
    expect(live.locator("#picture-title")).to_have_text("Your picture")
    expect(live.get_by_role("button", name="Delete now")).to_be_visible()
    expect(live.locator(".live-picture")).to_have_count(0)


def test_with_reduced_motion_a_press_is_one_frame(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(LIVE)
    frames: list[str] = []
    page.on(
        "response", lambda response: frames.append(response.url) if is_frame(response) else None
    )
    next_frame(page, lambda: start(page))
    page.wait_for_timeout(500)  # what would be many frames
    assert len(frames) == 1

    next_frame(page, page.get_by_role("button", name="Take a frame").click)
    page.wait_for_timeout(500)
    assert len(frames) == 2


def test_where_many_are_live_frames_wait_as_the_server_says(live: Page, watch):
    watch.expect("503")
    live.goto(LIVE)
    start(live)
    next_frame(live)
    live.route(
        "**/live?**", lambda route: route.fulfill(status=503, headers={"Retry-After": "1"}), times=1
    )

    expect(said(live)).to_have_text("Few frames: many people are live at the moment.")
    expect(said(live)).to_have_text("The maps follow again.")


def test_a_frame_that_is_refused_stops_the_camera_and_the_reason_is_said(live: Page, watch):
    watch.expect("422")
    live.goto(LIVE)
    start(live)
    next_frame(live)
    live.route("**/live?**", lambda route: route.fulfill(status=422, json={"message": "Too wide."}))

    expect(said(live)).to_have_text("The server refused the frame: Too wide.")
    assert states(live) == ["ended"]


def test_frames_go_on_when_the_connection_is_back(live: Page, watch):
    watch.expect("ERR_INTERNET_DISCONNECTED")
    live.goto(LIVE)
    start(live)
    live.context.set_offline(True)
    expect(said(live)).to_contain_text("The server does not answer.")
    live.context.set_offline(False)

    expect(said(live)).to_have_text("The maps follow again.")


def test_the_live_page_has_no_accessibility_violations(any_page: Page, axe):
    any_page.goto(LIVE)
    start(any_page)
    next_frame(any_page)
    assert axe(any_page) == []
    any_page.goto(f"{FOLD}#drawing")
    any_page.reload()
    expect(any_page.locator("#sum-picture .live-picture")).to_be_visible()

    assert axe(any_page) == []
    assert any_page.evaluate("document.documentElement.scrollWidth <= innerWidth")
