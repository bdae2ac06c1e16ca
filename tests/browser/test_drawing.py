"""The pad of the live page: what is drawn, with pointer, finger or keys, is the picture at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_live import DRAWING, SMALL, head_of, is_frame, next_frame, said

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (212, 42, 31)


@pytest.fixture
def pad(page: Page) -> Page:
    next_frame(page, lambda: page.goto(DRAWING))
    return page


def paper(page: Page):
    return page.locator(".pad__paper")


def colour(page: Page, x: int, y: int) -> tuple[int, ...]:
    script = (
        "(canvas, [x, y]) => [...canvas.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3)"
    )
    return tuple(paper(page).evaluate(script, [x, y]))


def draw(page: Page, *points: tuple[float, float]) -> None:
    box = paper(page).bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def strongest(page: Page) -> list[float]:
    """Return the greatest value of each map of layer 2 in the answer to the last frame."""
    heads = []
    page.on("response", lambda response: heads.append(response) if is_frame(response) else None)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(600)
    return [most for _, most in head_of(heads[-1])["pictures"][1]["ranges"]]


def test_drawing_a_cross_lights_the_corner_filters(page: Page):
    next_frame(page, lambda: page.goto("/images/cat/live?padding1=valid&padding2=valid#drawing"))
    maps = page.request.get("/images/cat/layers/2/maps.json").json()["tiles"]
    bright, dark = (
        [tile["channel"] for tile in maps if tile["name"].startswith(f"{kind} corner")]
        for kind in ("Bright", "Dark")
    )
    assert (len(bright), len(dark)) == (4, 4)

    paper(page).focus()
    press(
        page,
        "Space",
        *["Shift+ArrowLeft"] * 8,
        *["Shift+ArrowRight"] * 16,
        *["Shift+ArrowLeft"] * 8,
    )
    line = strongest(page)
    press(page, *["Shift+ArrowUp"] * 8, *["Shift+ArrowDown"] * 16, *["Shift+ArrowUp"] * 8)
    cross = strongest(page)

    assert all(cross[channel] > 3 * line[channel] for channel in bright)
    assert all(cross[channel] > line[channel] for channel in dark)


def test_strokes_are_black_on_white_and_the_picture_at_once(pad: Page):
    assert colour(pad, 256, 256) == WHITE
    response = next_frame(pad, lambda: draw(pad, (0.2, 0.5), (0.8, 0.5)))

    assert colour(pad, 256, 256) == BLACK
    assert response.request.headers["content-type"] == "image/png"
    expect(pad.locator("#maps-1 .live-picture")).to_have_count(8)


def test_undo_clear_and_eraser_take_back(pad: Page):
    undo, clear = (pad.get_by_role("button", name=name) for name in ("Undo", "Clear"))
    expect(undo).to_be_disabled()
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    pad.get_by_label("eraser").check()
    draw(pad, (0.5, 0.2), (0.5, 0.8))
    assert colour(pad, 256, 256) == WHITE

    undo.click()
    assert colour(pad, 256, 256) == BLACK
    clear.click()
    assert colour(pad, 256, 256) == WHITE
    expect(paper(pad)).to_be_focused()  # not lost with the button that can do nothing more
    pad.keyboard.press("ControlOrMeta+z")
    assert colour(pad, 256, 256) == BLACK
    undo.click()
    expect(undo).to_be_disabled()


def test_all_tools_have_keys_and_the_pen_can_be_moved_by_them(pad: Page):
    paper(pad).focus()
    press(pad, "3", "]", "Space", "ArrowRight")
    expect(said(pad)).to_contain_text("The pen is down")
    assert colour(pad, 256, 256) == RED
    assert pad.locator(".pad__width").input_value() == "36"
    press(pad, "Space", "e", "[", "Space")
    assert colour(pad, 264, 256) == WHITE
    expect(pad.get_by_label("eraser")).to_be_checked()

    press(pad, "p", "Delete")
    expect(pad.get_by_label("pen", exact=True)).to_be_checked()
    expect(pad.get_by_role("button", name="Clear")).to_be_disabled()


def test_letters_are_left_alone_outside_the_pad(pad: Page):
    pad.locator("#tile-1-0").focus()
    press(pad, "e")

    expect(pad.get_by_label("pen", exact=True)).to_be_checked()


def test_a_finger_draws_and_does_not_scroll(open_page):
    page = open_page(width=390, has_touch=True)
    next_frame(page, lambda: page.goto(DRAWING))
    box = paper(page).bounding_box()
    next_frame(page, lambda: page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + 40))

    assert BLACK in {colour(page, 256, y) for y in range(0, 512, 8)}
    assert paper(page).evaluate("(canvas) => getComputedStyle(canvas).touchAction") == "none"


def test_the_fold_of_layer_1_shows_the_channels_of_what_is_drawn(page: Page):
    next_frame(page, lambda: page.goto(f"/images/cat/live?{SMALL}&open=1.2#drawing"))
    page.get_by_role("radio", name="red").check()
    draw(page, (0.2, 0.5), (0.8, 0.5))
    canvas = page.locator(".tile__map .live-picture")
    expect(canvas).to_have_count(3)
    middle = """(all) => all.map((one) => {
      const { width, height } = one
      return one.getContext("2d").getImageData(width / 2, height / 2, 1, 1).data[0]
    })"""

    page.wait_for_timeout(600)  # for the frame with the end of the stroke
    levels = canvas.evaluate_all(middle)

    assert levels == pytest.approx(RED, abs=1)


def test_a_drawing_outlives_a_change_of_settings_and_the_open_fold(pad: Page):
    draw(pad, (0.2, 0.5), (0.8, 0.5))
    pad.locator("#tile-2-1").click()
    expect(pad.locator("#sum-picture .live-picture")).to_be_visible()
    expect(pad).to_have_url(re.compile(r"open=2\.1.*#drawing$"))
    assert colour(pad, 256, 256) == BLACK

    pad.locator("#close").click()
    expect(pad.locator("#fold")).to_have_count(0)
    assert colour(pad, 256, 256) == BLACK


def test_a_frozen_drawing_is_exact(pad: Page):
    next_frame(pad, lambda: draw(pad, (0.2, 0.5), (0.8, 0.5)))
    pad.get_by_role("button", name="Freeze").click()
    expect(pad).to_have_url(re.compile(r"/images/[0-9a-f]{32}\?size=64"))

    expect(pad.locator(".picture__notes")).to_have_count(0)
    expect(pad.locator("#picture-title")).to_have_text("Your picture")
