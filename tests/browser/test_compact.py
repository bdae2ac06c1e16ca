"""Views in small frames, 600 by 450 and 320 by 480: what a reader needs is in sight without scrolling."""

from itertools import pairwise

import pytest
from playwright.sync_api import expect

from tests.browser.each_language import EACH
from tests.browser.small_frames import CAT, SIZES, VIEWS, open_small, outside

TOO_SMALL = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = []
  while (texts.nextNode()) {
    const { nodeValue, parentElement: one } = texts.currentNode
    if (!nodeValue.trim() || !one.checkVisibility() || one.closest("svg, .visually-hidden")) continue
    if (parseFloat(getComputedStyle(one).fontSize) < 12) small.push(one.className || one.tagName)
  }
  return small
}"""


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
@pytest.mark.parametrize("view", VIEWS)
def test_a_small_frame_shows_what_its_view_is_about(open_page, axe, view, width):
    address, parts = VIEWS[view]
    page = open_small(open_page, width, scheme="dark" if width == 320 else "light")
    page.goto(address)

    expect(page.locator("h1").first).to_be_visible()
    for part in parts:
        assert outside(page, page.locator(part)) == [], part
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if view != "lesson of choices":
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate(TOO_SMALL) == []
    assert axe(page) == []


@pytest.mark.parametrize("name", ["cheaper", "cube", "depth", "relu", "sight", "sum", "weights"])
def test_what_a_question_of_choices_is_about_stands_next_to_it_in_a_small_frame(open_page, name):
    page = open_page(width=480)
    page.set_viewport_size({"width": 480, "height": 450})
    page.goto(f"/embed/lessons/{name}")
    answers, stage = (page.locator(one).bounding_box() for one in (".answers", ".lesson__stage"))
    picture = page.locator(".lesson__stage :is(img, svg, .sprite)").first.bounding_box()

    assert stage["x"] >= answers["x"] + answers["width"]
    assert picture["y"] + picture["height"] <= 450
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_settings_and_words_of_a_small_frame_stand_behind_one_button(open_page, axe):
    page = open_small(open_page, 600)
    page.goto("/embed/images/cat?size=48&filters1=8&filters2=4&weights1=random")
    hidden = page.locator(".finding__lede, .samples, #settings-1, .foot__links")
    for one in hidden.all():
        expect(one).to_be_hidden()
    page.locator("#frame-more summary").press("Enter")
    for one in hidden.all():
        expect(one).to_be_visible()
    assert axe(page) == []
    page.locator("#settings-1 > summary").click()
    page.locator("#filters1").fill("6")
    page.locator("#filters1").press("Enter")
    expect(page.locator(".layer--left .tile")).to_have_count(6)
    page.locator("#frame-more summary").press("Enter")
    expect(page.locator(".samples")).to_be_hidden()


def test_a_tall_frame_hides_nothing(open_page):
    page = open_page(width=600)
    page.goto("/embed/images/cat?size=48&filters1=8&filters2=4&weights1=random")
    expect(page.locator(".finding__lede")).to_be_visible()
    expect(page.locator(".samples")).to_be_visible()
    expect(page.get_by_text("Settings and more")).to_be_hidden()


def test_a_map_of_a_small_grid_has_its_name_by_keyboard_and_by_pointer(open_page):
    page = open_small(open_page, 320)
    page.goto(f"{CAT}/2/maps")
    tile = page.locator("#tile-2-5")
    caption = tile.locator(".tile__caption")
    assert caption.bounding_box()["width"] <= 1
    tile.focus()
    page.keyboard.press("ArrowRight")
    moved = page.locator(".tile:focus .tile__caption")
    assert moved.bounding_box()["width"] > 200
    assert outside(page, moved) == []
    tile.hover()
    expect(caption).to_have_css("clip-path", "none")


def test_small_tiles_of_a_fold_have_only_the_number_of_the_step(open_page):
    page = open_small(open_page, 600)
    page.goto(f"{CAT}/2/maps/3/contributions?sum=6")

    hidden = """tiles => tiles.map(tile =>
      [".tile__number", ".tile__kernel"].filter(part => {
        const { clipPath, display } = getComputedStyle(tile.querySelector(part))
        return display !== "none" && clipPath === "none"
      }))"""
    tiles = page.locator("#parts .tile")
    expect(tiles).to_have_count(64)
    expect(page.locator("#parts .tile--added")).to_have_count(1)
    shown = tiles.evaluate_all(hidden)
    assert sorted(shown) == [[]] * 63 + [[".tile__number"]]
    label = page.locator("#sum-label")
    expect(label).to_have_css("clip-path", "inset(50%)")  # the side of the sum says it
    page.locator("#parts-switch [value=kernels]").check()
    expect(page.locator("#parts .tile__kernel").first).to_be_visible()


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_with_its_settings_a_small_fold_covers_none_of_its_parts(open_page, width):
    page = open_small(open_page, width)
    page.goto(f"{CAT}/2/maps/3/contributions")
    page.locator("#frame-more summary").press("Enter")

    grid = page.locator("#parts .grid").bounding_box()
    equation = page.locator("#equation").bounding_box()
    assert equation["y"] >= grid["y"] + grid["height"] or equation["x"] >= grid["x"] + grid["width"]
    words = page.locator(".equation figcaption").evaluate_all(
        """captions => captions.map(one => {
          const range = document.createRange()
          range.selectNodeContents(one)
          const { left, right } = range.getBoundingClientRect()
          return [left, right]
        })"""
    )
    for (_, end), (start, _) in pairwise(words):
        assert start - end > 2
    assert words[-1][1] <= width - 8
    page.locator("#play").scroll_into_view_if_needed()
    page.locator("#play").click(trial=True)


# All but the choices of a lesson, under which its view follows.
WHOLE = {view: address for view, (address, _) in VIEWS.items() if view != "lesson of choices"}
WHOLE["fold of layer 1"] = f"{CAT}/1/maps/3/contributions"
WHOLE["fold of two steps"] = f"{CAT}/2/maps/3/contributions?kind2=separable"
WHOLE["refused guess"] = "/embed/lessons/number?guess=abc"


@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
@pytest.mark.parametrize("view", WHOLE)
def test_a_small_frame_scrolls_in_no_language(open_page, watch, view, width, language):
    watch.expect("422") if view == "refused guess" else None
    page = open_small(open_page, width)
    page.goto(f"{WHOLE[view]}{'&' if '?' in WHOLE[view] else '?'}lang={language.code}")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert outside(page, page.locator("h1, figure:visible, .answers:visible, #play:visible")) == []
    for credit in page.locator(".embedded__credit:visible").all():
        assert credit.evaluate("one => one.scrollWidth <= one.clientWidth")
