"""Colours that a system forces, and more contrast: what is chosen, lines, legends and focus can be seen."""

import pytest
from playwright.sync_api import Page

SMALL = "filters1=8&filters2=4&size=48"
LAB = f"/images/cat?{SMALL}"
PAGES = {
    "stage": LAB,
    "fold": f"/images/cat/layers/2/maps/1/contributions?{SMALL}&sum=3",
    "wall": f"/images/cat/layers/2/wall?{SMALL}&row=1&column=2",
    "pixel": f"/images/cat/layers/2/maps/1/pixel?row=3&col=4&{SMALL}",
}
FORCED = {"forced_colors": "active"}
MORE = {"contrast": "more"}
# The contrast of one property of an element, before or after it too, to the page.
RATIO = """([place, property, pseudo]) => {
  const pen = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true})
  const light = (colour) => {
    pen.fillStyle = colour
    pen.fillRect(0, 0, 1, 1)
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3).map(value => value / 255)
      .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
      .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0.05)
  }
  const paper = light(getComputedStyle(document.body).backgroundColor)
  const ink = light(getComputedStyle(document.querySelector(place), pseudo)[property])
  return Math.max(paper, ink) / Math.min(paper, ink)
}"""
OUTLINE = """place => {
  const {outlineStyle, outlineWidth} = getComputedStyle(document.querySelector(place))
  return outlineStyle === "none" ? 0 : parseFloat(outlineWidth)
}"""


def ratio(page: Page, place: str, name: str, pseudo: str = "") -> float:
    return page.evaluate(RATIO, [place, name, pseudo])


@pytest.mark.parametrize("wishes", [FORCED, MORE], ids=["forced", "more"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(open_page, axe, scheme, name, wishes):
    page = open_page(scheme=scheme, **wishes)
    page.goto(PAGES[name])

    assert axe(page) == []


@pytest.mark.parametrize("wishes", [FORCED, MORE], ids=["forced", "more"])
def test_what_is_chosen_and_what_has_the_focus_are_outlined(open_page, scheme, wishes):
    page = open_page(scheme=scheme, **wishes)
    page.goto(PAGES["fold"])
    page.locator("#tile-2-2").focus()
    page.keyboard.press("ArrowRight")

    for place in ("#tile-2-1", ".tile--added", ".sums__picture", "#tile-2-3"):
        assert page.evaluate(OUTLINE, place) >= 2, place
        assert ratio(page, place, "outlineColor") >= 3, place


@pytest.mark.parametrize("wishes", [FORCED, MORE], ids=["forced", "more"])
def test_lines_and_legends_stand_out_from_the_page(open_page, scheme, wishes):
    page = open_page(scheme=scheme, **wishes)
    page.goto(LAB)
    page.locator(".lines__in path").first.wait_for(state="attached")

    for sign in "+-":
        assert ratio(page, f".lines__sample [data-sign='{sign}']", "stroke") >= 3
        assert ratio(page, f".lines__in [data-sign='{sign}']", "stroke") >= 3
    assert ratio(page, ".lines__out", "stroke") >= 3
    assert ratio(page, ".legend__ticks text", "fill") >= 7
    assert ratio(page, ".legend__words", "color") >= 7


def test_with_forced_colours_the_kinds_of_lines_differ_in_their_dashes(open_page):
    page = open_page(**FORCED)
    page.goto(LAB)
    kinds = page.locator(".lines__sample path").all()
    dashes = [one.evaluate("one => getComputedStyle(one).strokeDasharray") for one in kinds]

    assert len(set(dashes)) == len(dashes) == 3


def test_with_forced_colours_cross_hair_and_muting_are_still_drawn(open_page, scheme):
    page = open_page(scheme=scheme, **FORCED)
    page.goto(f"{PAGES['pixel']}&mute=2")
    drawn = "place => getComputedStyle(document.querySelector(place), '::after').backgroundImage"
    assert "gradient" in page.evaluate(drawn, "#sum-picture[data-cursor]")
    hair = "getComputedStyle(document.querySelector('#sum-picture')).getPropertyValue('--hair')"
    assert page.evaluate(hair) == "Highlight"

    page.goto(f"{LAB}&mute=2")
    assert "gradient" in page.evaluate(drawn, "#tile-1-2.tile--muted")
    for place in (".tile__number", ".tile__silent"):
        background = page.evaluate(
            "place => getComputedStyle(document.querySelector(place)).backgroundColor", place
        )
        assert background == page.evaluate("getComputedStyle(document.body).backgroundColor")
