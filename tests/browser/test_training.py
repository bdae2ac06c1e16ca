"""The training on one screen, and the faces on the stage, as a reader meets them."""

import re
from itertools import combinations
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from app.engine.weights.banks.face import FACE_SETTINGS

TRAINING = "/images/cat/training?size=64&weights1=trained"
FACES = f"/images/face?{urlencode(FACE_SETTINGS)}"


def pictures(page: Page) -> tuple[set[str], set[str]]:
    """The addresses of the sheets that the filters and the maps are drawn from."""
    groups = ("#learning .learning__filters image", "#learning .learning__maps image")
    of_filters, of_maps = (
        set(page.locator(group).evaluate_all("all => all.map(one => one.getAttribute('href'))"))
        for group in groups
    )
    return of_filters, of_maps


def test_the_slider_moves_filters_and_maps_together_and_back_goes_back(page: Page):
    page.goto(TRAINING)
    slider = page.get_by_role("slider", name="Training step")
    before = pictures(page)
    page.evaluate("window.kept = true")  # gone if the page is loaded anew

    slider.focus()
    slider.press("Home")
    expect(page.get_by_role("heading", name="Before training")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/training\?.*step=0"))
    of_filters, of_maps = pictures(page)
    assert len(of_filters) == len(of_maps) == 1
    assert "step=0" in of_filters.pop()
    assert "step=0" in of_maps.pop()
    expect(slider).to_be_focused()
    assert page.evaluate("window.kept")

    page.go_back()
    expect(page.get_by_role("heading", name=re.compile("^After"))).to_be_visible()
    assert pictures(page) == before


def test_all_filters_and_all_maps_lie_on_one_screen(page: Page):
    page.goto(TRAINING)

    for group in (".learning__filters .tile", ".learning__maps .tile"):
        tiles = page.locator(group)
        expect(tiles).to_have_count(64)
        ends = tiles.evaluate_all("all => all.map(one => one.getBoundingClientRect().bottom)")
        assert max(ends) <= 900
    slider = page.get_by_role("slider", name="Training step").bounding_box()
    assert slider["y"] + slider["height"] <= 900


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("address", [TRAINING, "/lessons/training?guess=show"])
def test_the_steps_under_the_slider_end_with_it_and_stand_apart(open_page, address, width):
    page = open_page(width=width)
    page.goto(f"{address}&lang=de")
    plot = page.locator(".training__plot").bounding_box()
    steps = [one.bounding_box() for one in page.locator(".training__steps a").all()]

    assert len(steps) == 12
    assert steps[-1]["x"] + steps[-1]["width"] <= plot["x"] + plot["width"] + 1
    for one, other in combinations(steps, 2):
        apart = other["x"] - one["x"] - one["width"]
        below = abs(other["y"] - one["y"])
        assert apart >= 0 or below >= min(one["height"], 24)


def test_the_slider_and_the_maps_of_both_layers_lie_on_one_screen(page: Page):
    page.goto("/images/cat?weights1=trained&weights2=trained")
    boxes = [
        page.locator(one).bounding_box()
        for one in ("#training-step", "#maps-1 .grid", "#maps-2 .grid")
    ]

    assert [box for box in boxes if box["y"] < 0 or box["y"] + box["height"] > 900] == []
    assert page.locator("#tile-2-0").bounding_box()["width"] >= 56
    page.get_by_text("About this training").click()
    expect(page.locator(".training__data")).to_be_visible()


def test_a_filter_leads_to_its_numbers_and_the_steps_work_without_javascript(
    page_without_javascript: Page,
):
    page = page_without_javascript
    page.goto(TRAINING)
    page.locator("#training").get_by_role("link", name="128", exact=True).click()
    expect(page).to_have_url(re.compile(r"/images/cat/training\?.*step=128"))

    page.locator("#filter-12").click()
    expect(page).to_have_url(re.compile(r"/layers/1/maps/12\?.*step=128"))


@pytest.mark.parametrize("address", [TRAINING, FACES], ids=["training", "faces"])
def test_both_fit_and_are_accessible(any_page: Page, axe, address: str):
    any_page.goto(address)
    any_page.wait_for_load_state("networkidle")

    assert axe(any_page) == []
    width = any_page.viewport_size["width"]
    assert any_page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_faces_are_outlined_on_the_picture(page: Page):
    page.goto(FACES)
    boxes = page.locator(".faces__box")
    whole = page.locator(".picture__whole img").bounding_box()

    expect(boxes).to_have_count(7)
    scale = whole["width"] / 256
    for box in boxes.all():
        x, width = (float(box.get_attribute(name) or 0) for name in ("x", "width"))
        drawn = box.bounding_box()
        middle = drawn["x"] + drawn["width"] / 2
        assert middle == pytest.approx(whole["x"] + scale * (x + width / 2), abs=1.5)
    expect(page.locator(".face-sum")).to_contain_text("2 × (1.00 + 1.00 + 1.00 + 1.00) − 7 = 1.00")


LESSONS = ("sight?guess=3", "relu?guess=edges", "training?guess=700", "depth?guess=sees", "cheaper")


def test_in_a_lesson_the_slider_keeps_the_guess_the_page_and_the_focus(page: Page):
    page.goto("/lessons/training?size=64")
    page.locator("#guess").fill("700")
    page.locator("#guess").press("Enter")
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    page.evaluate("window.kept = true")  # gone if the page is loaded anew
    slider = page.get_by_role("slider", name="Training step")

    slider.focus()
    slider.press("Home")
    expect(page.get_by_role("heading", name="Before training")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/lessons/training\?.*step=0.*guess=700"))
    expect(slider).to_be_focused()
    expect(page.locator(".curves__guess")).to_have_count(1)
    assert page.evaluate("window.kept")


def test_without_scripts_a_step_of_the_lesson_is_a_link(open_page):
    page = open_page(javascript=False)
    page.goto("/lessons/training?size=64&guess=700")
    page.get_by_role("link", name="64", exact=True).click()

    expect(page.get_by_role("heading", name="After 64 of 4,096")).to_be_visible()
    expect(page.get_by_text("you said 700, it is 64")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_scenes_of_lessons_are_accessible_and_as_wide_as_the_page(
    open_page, axe, width, scheme
):
    page = open_page(width=width, scheme=scheme)
    for lesson in LESSONS:
        page.goto(f"/lessons/{lesson}")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_enter_goes_on_after_a_guess(page: Page):
    page.goto("/lessons/sight")
    page.get_by_role("button", name="5 pixels across").press("Enter")
    expect(page.get_by_role("link", name="Next")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/lessons/(?!sight)"))
