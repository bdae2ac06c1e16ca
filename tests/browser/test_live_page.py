"""What the live page shows of frames and says about them, next to the maps themselves."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.lab.keep.prepare import LUMA
from tests.browser import test_live
from tests.browser.test_drawing import RED, draw
from tests.browser.test_live import DRAWING, SMALL, next_frame, start

CHANNEL = "#tile-0-0 > .tile__map > .live-picture"
GREY = 128  # as the server draws 0.5, which fills the bars of `pad`
# A camera that is 16:9, whatever it is asked for.
WIDE = """
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
navigator.mediaDevices.getUserMedia = () => get({ video: { width: 640, height: 360 } })
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
