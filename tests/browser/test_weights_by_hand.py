"""Weights as a reader changes them: over training time, and by hand."""

import re

import pytest
from playwright.sync_api import Page, expect

SMALL = "size=32&filters1=6&filters2=4"
SETTLED = "form#lab:not(.htmx-request, [data-drawing])"
MAP = "/images/cat/layers/2/maps/3"
WIDTHS = ((1440, "light"), (390, "dark"))


def settle(page: Page) -> None:
    page.locator(SETTLED).wait_for()


def test_the_slider_moves_through_the_training_and_back_goes_back(page: Page):
    page.goto("/images/cat?size=32&weights1=trained")
    slider, sheet = (
        page.get_by_role("slider", name="Training step"),
        page.locator("#tile-1-0 image"),
    )
    last = sheet.get_attribute("href")

    slider.press("Home")

    expect(page.get_by_role("heading", name="Before training")).to_be_visible()
    expect(sheet).not_to_have_attribute("href", last)
    assert re.search(r"step=0\b", page.url)
    slider.press("ArrowRight")
    expect(page.get_by_role("heading", name=re.compile("^After .* training steps"))).to_be_visible()
    expect(slider).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", name="Before training")).to_be_visible()


def test_steps_are_links_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/images/cat?size=32&weights1=trained")
    page.locator("#training").get_by_role("link", name="0", exact=True).click()

    expect(page.get_by_role("heading", name="Before training")).to_be_visible()


def test_a_kernel_is_opened_and_its_map_follows_what_is_typed(page: Page):
    page.goto(f"{MAP}?{SMALL}")
    page.locator("#kernel-5").click()
    cell = page.get_by_label("Weight in row 1, column 1")
    picture = page.locator(".map__picture img")
    before = picture.get_attribute("src")

    cell.fill("")
    cell.press_sequentially("-2.05")

    expect(picture).not_to_have_attribute("src", before)
    expect(page).to_have_url(re.compile(r"edit2=3\.5,.*-2\.05"))
    settle(page)
    expect(cell).to_be_focused()
    expect(cell).to_have_value("-2.05")
    expect(page.locator("#kernel-5")).to_contain_text("set by hand")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_a_kernel_that_is_opened_has_its_weights_in_sight_and_keeps_the_focus(open_page, motion):
    page = open_page(reduced_motion=motion)
    page.goto("/images/cat/layers/1/maps/14?size=64")
    for kernel in range(2):  # the first opens under the window, the second over it
        page.locator(f"#kernel-{kernel}").click()

        expect(page.locator("#editor-title")).to_contain_text(f"channel {'RG'[kernel]}")
        expect(page.locator("#editor")).to_be_in_viewport(ratio=1)
        expect(page.locator(f"#kernel-{kernel}")).to_be_focused()


def test_arrow_keys_step_a_weight_and_with_alt_go_to_the_next(page: Page):
    page.goto(f"{MAP}?{SMALL}&edit2=3.5,0,0,0,0,0,0,0,0,0&kernel=5")
    page.get_by_label("Weight in row 0, column 0").focus()

    page.keyboard.press("ArrowUp")

    expect(page).to_have_url(re.compile(r"edit2=3\.5,0\.05,0"))
    settle(page)
    page.keyboard.press("Alt+ArrowRight")
    expect(page.get_by_label("Weight in row 0, column 1")).to_be_focused()


def test_a_kernel_is_chosen_and_reset(page: Page):
    page.goto(f"{MAP}?{SMALL}&kernel=5")
    page.get_by_role("link", name="Laplacian").click()
    expect(page.get_by_label("Weight in row 1, column 1")).to_have_value("-4")

    page.get_by_role("link", name="Reset this kernel").click()

    expect(page.get_by_label("Weight in row 1, column 1")).not_to_have_value("-4")
    expect(page).not_to_have_url(re.compile("edit2"))


def test_weights_are_typed_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(f"{MAP}?{SMALL}&kernel=5")
    page.get_by_label("Weight in row 1, column 1").fill("3.5")
    page.get_by_role("button", name="Apply the settings").click()

    expect(page.get_by_label("Weight in row 1, column 1")).to_have_value("3.5")
    assert "edit2=3.5," in page.url


def test_axe_finds_nothing_wrong_and_nothing_is_too_wide(open_page, axe):
    for width, scheme in WIDTHS:
        page = open_page(width=width, scheme=scheme)
        page.goto(f"{MAP}?{SMALL.replace('filters1=6&filters2=4', '')}weights1=trained&kernel=5")
        settle(page)

        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_large_kernel_scrolls_in_its_own_column(page: Page):
    page.goto(f"{MAP}?{SMALL}&kernel2=7&kernel=0")
    page.locator("#w-6-6").focus()

    editor, beside = (page.locator(found).bounding_box() for found in ("#editor", ".layer--2"))
    assert editor["x"] + editor["width"] <= beside["x"]


def test_the_slider_moves_the_wall_too(page: Page):
    page.goto("/images/cat/layers/2/wall?size=32&weights1=trained&column=5")
    board = page.locator(".wall__board image, .wall__board img").first

    page.get_by_role("slider", name="Training step").press("Home")

    expect(page.get_by_role("heading", name="Before training")).to_be_visible()
    expect(board).to_have_attribute("href", re.compile("step=0"))
    assert "column=5" in page.url
