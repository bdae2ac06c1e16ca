"""A link to one map, opened on a phone: the map is in sight, and nobody is moved from where they were."""

import pytest
from playwright.sync_api import Page

MAP = "/images/cat/layers/1/maps/6"
FEW = "filters1=8&filters2=4&size=48"
PICTURE = ".map__picture img"


def top_of(page: Page, selector: str) -> float:
    top: float = page.locator(selector).evaluate("one => one.getBoundingClientRect().top")
    return top


@pytest.mark.parametrize("layer", [1, 2])
def test_it_opens_at_the_map(open_page, layer):
    page = open_page(width=390)
    page.goto(f"/images/cat/layers/{layer}/maps/14?size=64")
    picture = page.locator(PICTURE).bounding_box()

    assert page.evaluate("scrollY") > 0
    assert 0 <= top_of(page, "#map-title") < 24
    assert picture["y"] + picture["height"] <= 844


def test_without_a_need_nothing_moves(open_page, width):
    page = open_page(width=width)
    for address in ("/images/cat", f"{MAP}/contributions", *([MAP] if width > 390 else [])):
        page.goto(f"{address}?{FEW}")

        assert page.evaluate("scrollY") == 0, address


def test_a_fragment_goes_first(open_page):
    page = open_page(width=390)
    page.goto(f"{MAP}?{FEW}#maps-2")

    assert 0 <= top_of(page, "#maps-2") < 844
    assert top_of(page, "#map-title") < 0


def test_back_and_reload_keep_the_place(open_page):
    page = open_page(width=390)
    page.goto(f"{MAP}?{FEW}")
    page.evaluate("scrollTo(0, 0)")
    page.reload()
    assert page.evaluate("scrollY") == 0

    page.goto("/about")
    page.go_back()
    page.wait_for_load_state()
    assert page.evaluate("scrollY") == 0
