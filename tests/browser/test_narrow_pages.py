"""Tables and code on a phone: nothing is cut off without a hint, and the keyboard reaches what is beyond."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

SMALL = "size=48&filters1=8&filters2=4&weights1=random"
ADDRESSES = {
    "ladder": "/ladder",
    "costs": "/images/cat/layers/2/costs",
    "export": f"/images/cat/export?{SMALL}",
    "weights": "/weights",
    "about": "/about",
}
# Boxes that reach beyond the window and lie in nothing that scrolls.
CUT_OFF = """() => [...document.querySelectorAll("main *")].filter((one) => {
  if (!one.checkVisibility() || one.closest("svg, .scroller")) return false
  if (["absolute", "fixed"].includes(getComputedStyle(one).position)) return false
  return one.getBoundingClientRect().right > innerWidth + 1
}).map((one) => one.outerHTML.slice(0, 80))"""
SCROLLING = """() => [...document.querySelectorAll("main *")].filter((one) =>
  one.checkVisibility() && ["auto", "scroll"].includes(getComputedStyle(one).overflowX) &&
  one.scrollWidth > one.clientWidth
).map((one) => ({
  hinted: getComputedStyle(one).backgroundImage.split("linear-gradient").length > 4,
  named: one.getAttribute("role") === "region" && Boolean(one.getAttribute("aria-label")),
  reached: one.tabIndex === 0,
}))"""
# Of every number field: the room that Firefox's arrows leave, less the width of the longest number.
TO_SPARE = """() => [...document.querySelectorAll("input[type=number]:not(.editor__cell)")]
  .filter((one) => one.checkVisibility())
  .map((one) => {
    const style = getComputedStyle(one)
    const pen = document.createElement("canvas").getContext("2d")
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    if (one.max) one.value = one.max
    const padding = parseFloat(style.paddingInlineStart) + parseFloat(style.paddingInlineEnd)
    return one.clientWidth - padding - 18 - pen.measureText(one.value).width
  })"""


@pytest.mark.parametrize("width", [390, 320])
@pytest.mark.parametrize("name", ADDRESSES)
def test_what_is_wider_than_a_phone_scrolls_in_a_named_region_with_a_hint(
    open_page, axe, name: str, width: int
):
    page = open_page(width=width)
    page.goto(ADDRESSES[name])

    regions = page.evaluate(SCROLLING)
    assert all(all(region.values()) for region in regions), regions
    assert len(regions) == {"ladder": 2, "costs": 0, "export": 1, "weights": 0, "about": 0}[name]
    assert page.evaluate(CUT_OFF) == []
    assert axe(page) == []


def test_the_keyboard_scrolls_a_table_to_its_last_column(open_page):
    page = open_page(width=320)
    page.goto("/ladder")
    page.wait_for_load_state("networkidle")
    page.get_by_role("region", name="The layers in numbers").focus()
    end = "document.activeElement.scrollWidth - document.activeElement.clientWidth - 1"
    for _ in range(100):
        page.keyboard.press("ArrowRight")
        if page.evaluate(f"document.activeElement.scrollLeft >= {end}"):
            break

    assert page.evaluate(f"document.activeElement.scrollLeft >= {end}")
    expect(page.get_by_role("columnheader", name="from one value to the next")).to_be_in_viewport(
        ratio=0.95
    )


@pytest.mark.parametrize("width", [390, 320])
def test_the_numbers_of_the_ladders_drawing_never_touch(open_page, width: int):
    page: Page = open_page(width=width)
    page.goto("/ladder")
    boxes = [one.bounding_box() for one in page.locator(".ladder__number").all()]

    assert len(boxes) == 18
    for left, right in pairwise(boxes):
        assert right["x"] - left["x"] - left["width"] >= 4
        assert left["height"] >= 12


@pytest.mark.parametrize(
    "address",
    [
        f"/images/cat/layers/2/maps/1/pixel?row=3&col=4&{SMALL}&seed=4294967295",
        "/images/cat/layers/2/wall?size=48",
        "/images/cat/export",
        "/images/cat/embedding",
        "/ladder",
    ],
)
def test_a_number_field_has_room_for_its_longest_number_and_for_arrows(page: Page, address: str):
    page.goto(address)
    for menu in page.locator("details").all():
        menu.evaluate("(one) => (one.open = true)")
    room = page.evaluate(TO_SPARE)

    assert room
    assert min(room) >= 0, room
