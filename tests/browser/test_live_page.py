"""What the live page shows of frames and says about them, next to the maps themselves."""

import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Response, expect

from app.lab.keep.prepare import LUMA
from tests.browser import test_live
from tests.browser.stage import change
from tests.browser.test_drawing import RED, draw
from tests.browser.test_live import DRAWING, SMALL, head_of, is_frame, next_frame, said, start

CHANNEL = "#tile-0-0 > .tile__map > .live-picture"
GREY = 128  # as the server draws 0.5, which fills the bars of `pad`
# A camera that is 16:9, whatever it is asked for.
WIDE = """
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = () => get({ video: { width: 640, height: 360 } })
"""
# Counts how often the maps of the address came into sight in place of those of the frames.
WATCH_LIVE = """
lost = 0
const watched = new MutationObserver(() => {
  if (!document.querySelector("#lab").hasAttribute("data-live")) lost++
})
watched.observe(document, { attributes: true, childList: true, subtree: true })
"""

browser = test_live.browser


def levels(page: Page) -> list[list[int]]:
    """Return the grey levels of the first channel."""
    script = """(canvas) => {
      const { width, height } = canvas
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height)
      return Array.from({ length: height }, (_, y) =>
        Array.from({ length: width }, (_, x) => data[4 * (y * width + x)]))
    }"""
    return page.locator(CHANNEL).evaluate(script)


def colours(bar: Locator) -> int:
    return len(
        np.unique(np.asarray(Image.open(io.BytesIO(bar.screenshot()))).reshape(-1, 3), axis=0)
    )


def test_every_scale_has_its_colours_while_maps_open_and_close(page: Page):
    next_frame(page, lambda: page.goto(DRAWING))
    for act, view in (("#tile-2-1", "#fold"), ("#close", "#maps-1"), ("#tile-1-2", "#fold")):
        page.locator(act).click()
        expect(page.locator(view)).to_be_visible()
        bars = [bar for bar in page.locator(".legend__bar").all() if bar.is_visible()]

        assert len(bars) >= 2
        assert all(colours(bar) > 20 for bar in bars)


def test_a_frame_that_is_filled_up_shows_its_bars_in_the_channels(page: Page):
    page.add_init_script(WIDE)
    page.goto(f"/images/cat/live?{SMALL}&fit=pad&open=1.2")
    start(page)
    expect(page.locator(CHANNEL)).to_be_visible()
    shown = np.array(levels(page))

    assert shown.shape == (64, 64)
    assert (shown[:14] == GREY).all()
    assert (shown[-14:] == GREY).all()
    assert not (shown[14:50] == GREY).all()


def test_one_grey_channel_has_the_weights_of_the_server(page: Page):
    next_frame(page, lambda: page.goto(f"/images/cat/live?{SMALL}&channels=grey&open=1.2#drawing"))
    page.get_by_role("radio", name="red").check()
    draw(page, (0.2, 0.5), (0.8, 0.5))
    page.wait_for_timeout(600)  # for the frame with the end of the stroke

    assert levels(page)[32][32] == pytest.approx(np.dot(LUMA, RED), abs=1)


def test_freeze_waits_for_a_frame_of_the_chosen_source_and_the_last_one_stays_in_sight(page: Page):
    freeze = page.get_by_role("button", name="Freeze")
    next_frame(page, lambda: page.goto(DRAWING))
    draw(page, (0.2, 0.5), (0.8, 0.5))
    expect(freeze).to_be_enabled()
    page.wait_for_timeout(600)  # for the frame with the end of the stroke
    page.get_by_label("camera", exact=True).check()

    expect(freeze).to_be_disabled()
    expect(said(page)).to_contain_text("The maps still show your drawing.")
    middle = """(canvas) => canvas.getContext("2d")
      .getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data[0]"""
    assert page.locator(".live__still").evaluate(middle) == 0  # the black stroke
    start(page)
    expect(freeze).to_be_enabled()


def test_a_setting_keeps_the_step_and_never_shows_the_picture_of_the_address(page: Page):
    next_frame(page, lambda: page.goto(f"/images/cat/live?{SMALL}&open=2.1#drawing"))
    expect(page.locator("#sum-picture .live-picture")).to_be_visible()
    page.get_by_role("slider", name="Step of the running sum").fill("3")
    page.evaluate(WATCH_LIVE)
    change(page, 2)
    page.locator("#filters2").fill("3")
    page.locator("#filters2").press("Enter")
    expect(page).to_have_url(re.compile("filters2=3.*sum=3"))

    expect(page.locator(".sum__count")).to_have_text("3 of 8")
    expect(page.locator(".lab[data-waits]")).to_have_count(0)
    assert page.evaluate("lost") == 0


def test_undo_and_clear_say_what_they_did(page: Page):
    next_frame(page, lambda: page.goto(DRAWING))
    page.locator(".pad__paper").focus()
    for key in ("Space", "ArrowRight", "Space"):
        page.keyboard.press(key)
    expect(said(page)).to_contain_text("The pen is up")
    page.keyboard.press("ControlOrMeta+z")

    expect(said(page)).to_have_text("The last step is taken back.")


def test_a_frozen_frame_says_so_and_leads_back_to_live(page: Page):
    next_frame(page, lambda: page.goto(f"/images/cat/live?{SMALL}&open=2.1#drawing"))
    page.get_by_role("button", name="Freeze").click()
    expect(page.locator(".frozen")).to_contain_text("This is the frame that you froze")
    page.get_by_role("link", name="Back to live").click()

    expect(page).to_have_url(re.compile(r"/images/[0-9a-f]{32}/live\?.*open=2\.1#drawing$"))
    page.goto(f"/images/cat?{SMALL}")
    expect(page.get_by_role("link", name="Back to live")).to_have_count(0)


def test_what_is_said_and_the_title_name_no_picture_of_the_address(page: Page):
    next_frame(page, lambda: page.goto(DRAWING))
    page.locator("#tile-2-1").click()
    expect(page.locator("#fold")).to_be_visible()
    page.locator("#close").click()
    expect(page.locator("#maps-1")).to_be_visible()

    assert page.title() == "Live · Convfold"
    expect(page.locator("#said")).to_contain_text("Live: layer 1 makes")
    assert "Chelsea" not in page.locator("#main").aria_snapshot()


def test_on_a_phone_a_button_leads_from_the_open_map_to_the_picture(open_page):
    page = open_page(width=390)
    next_frame(page, lambda: page.goto(f"/images/cat/live?{SMALL}&open=2.1#drawing"))
    page.locator("#maps-2").scroll_into_view_if_needed()
    page.get_by_role("button", name="To the picture").click()

    expect(page.locator(".pad__paper")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("heading", name="Filter 1 adds")).to_be_visible()


def test_why_maps_of_a_drawing_are_silent_is_said_and_colours_end_it(page: Page):
    answers = []
    page.on("response", lambda response: answers.append(response) if is_frame(response) else None)
    next_frame(page, lambda: page.goto("/images/cat/live?filters2=4#drawing"))
    why = page.get_by_text("Filters that look for a colour find none in a black drawing")
    draw(page, (0.2, 0.5), (0.8, 0.5))
    page.wait_for_timeout(1000)  # for the frame with the end of the stroke
    expect(why).to_be_visible()
    assert max(of_red_edges(answers)) < 1e-5

    page.get_by_role("radio", name="red").check()
    draw(page, (0.2, 0.7), (0.8, 0.7))
    page.wait_for_timeout(1000)
    assert min(of_red_edges(answers)) > 0.1
    page.get_by_label("camera", exact=True).check()
    expect(why).to_be_hidden()


def of_red_edges(answers: list[Response]) -> list[float]:
    """Return the greatest value of the maps of layer 1 that look for edges of red, in the last answer."""
    return [most for _, most in head_of(answers[-1])["pictures"][0]["ranges"][40:48]]
