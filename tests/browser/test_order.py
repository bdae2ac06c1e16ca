"""The order of the stage: Tab goes the way that the eye goes, and each step of the main path is near the last."""

import re
from itertools import groupby, pairwise

import pytest
from playwright.sync_api import Page, expect

FOLD = "/images/cat/layers/2/maps/14/contributions"
PIXEL = "/images/cat/layers/2/maps/14/pixel?row=40&col=50"
LIMIT = 12
# Where the focus is: the section of the page, and its box on the page.
FOCUS = """() => {
  const one = document.activeElement
  const section = one.closest("header, .sharing, .head, .training, .stage > *, .fold > *, .foot, .footer")
  if (!section || one.matches(".skip, .stage__skip")) return null
  const {left, top, right, bottom} = section.getBoundingClientRect()
  const name = section.className.split(" ").slice(0, 2).join(" ")
  return {name, left, top: top + scrollY, right, bottom: bottom + scrollY, inStage: Boolean(one.closest(".stage"))}
}"""
PAINTED = """() => {
  const sections = [...document.querySelectorAll(".stage > :is(.picture, .layer, .bench), .fold > section")]
  return sections.filter(one => one.checkVisibility({visibilityProperty: true})).map(one => one.className)
}"""


def tab_to(page: Page, place: str, *, key: str = "Tab", limit: int = LIMIT) -> int:
    """Press Tab until the focus is on `place`; return how often."""
    for presses in range(1, limit + 1):
        page.keyboard.press(key)
        if page.evaluate("place => document.activeElement.matches(place)", place):
            return presses
    raise AssertionError(f"{place} is not within {limit} presses of Tab")


def sections(page: Page) -> list[dict]:
    """The sections of the page that Tab passes, from the first to the last."""
    page.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(90):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
        seen.append(page.evaluate(FOCUS))
    return [next(group) for _, group in groupby(filter(None, seen), lambda one: one["name"])]


@pytest.mark.parametrize("address", ["/images/cat", FOLD, "/images/cat/layers/2/maps/14"])
def test_tab_goes_down_and_right_from_section_to_section(open_page, width, address):
    page = open_page(width=width, reduced_motion="reduce")
    page.goto(address)
    page.wait_for_load_state("networkidle")
    passed = sections(page)

    names = [one["name"] for one in passed]
    assert len(names) == len(set(names)), names
    stage = [one for one in passed if one["inStage"]]
    assert len(stage) == len(page.evaluate(PAINTED))
    for one, other in pairwise(stage):
        below = other["top"] >= one["bottom"] - 1
        right = other["left"] >= one["right"] - 1 and other["top"] >= one["top"] - 1
        stuck = "bench" in other["name"] and other["bottom"] > one["bottom"]  # at the lower edge
        assert below or right or stuck, (one, other)


def test_what_lies_under_the_ledger_is_not_reached(open_page, width):
    page = open_page(width=width, reduced_motion="reduce")
    page.goto(PIXEL)
    names = [one["name"] for one in sections(page)]

    assert "panel" in names
    assert [name for name in names if "layer--left" in name] == []
    if width != 1024:  # where the picture stands above it
        assert "picture" not in names


def test_each_step_of_the_main_path_is_within_12_presses_of_tab(open_page, width):
    page = open_page(width=width, reduced_motion="reduce")
    page.goto("/images/cat")
    tab_to(page, ".upload__file", limit=16)
    tab_to(page, ".layer--right .tile")
    page.keyboard.press("Enter")
    expect(page.locator("#fold")).to_be_visible()

    tab_to(page, ".stage__skip[href='#play']")
    page.keyboard.press("Enter")
    expect(page.locator("#play")).to_be_focused()
    tab_to(page, "[data-pins]", key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/pixel"))
    expect(page.locator("#pixel")).to_be_visible()
    tab_to(page, "#pixel *", key="Shift+Tab")

    page.keyboard.press("Escape")
    expect(page.locator("#pixel")).to_have_count(0)
    expect(page.locator("[data-pins]")).to_be_focused()
    presses = tab_to(page, "#parts .tile", key="Shift+Tab")
    page.keyboard.press("m")
    mute = page.get_by_role("link", name="mute", exact=True)
    while not mute.evaluate("one => one === document.activeElement"):
        page.keyboard.press("Tab")
        presses += 1
    assert presses <= LIMIT
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("mute="))


def test_the_first_way_over_the_stage_leads_to_the_maps_of_layer_2(page: Page):
    page.goto("/")
    tab_to(page, ".stage__skip")
    expect(page.locator(".stage__skip:focus")).to_have_text("To the maps of layer 2")
    expect(page.locator(".stage__skip:focus")).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.locator("#maps-2 .tile:focus")).to_have_count(1)
    assert page.url.endswith("/")
