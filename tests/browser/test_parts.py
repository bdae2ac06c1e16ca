"""Scripts that few pages need: such a page has them when it has loaded, and no other lesson asks for them."""

import re
from time import sleep

import pytest
from playwright.sync_api import Page, Route

PART = re.compile(r"/built/(wall|live)\.js$")
PAGES = {
    "/images/cat/layers/2/wall?size=48": ("wall", "wall-board"),
    "/embed/images/cat/layers/2/wall?size=48": ("wall", "fold-wall"),
    "/lessons/count?guess=show&size=48": ("wall", "wall-board"),
    "/images/cat/live?size=48": ("live", "draw-pad"),
}


@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_the_elements_of_its_part_once_it_has_loaded(page: Page, address):
    part, element = PAGES[address]
    asked = []

    def slowly(route: Route) -> None:
        asked.append(route.request.url)
        sleep(0.3)
        route.continue_()

    page.route(PART, slowly)
    page.goto(address)

    assert page.evaluate("name => Boolean(customElements.get(name))", element)
    assert [PART.search(one)[1] for one in asked] == [part]  # once, though two places name it


@pytest.mark.parametrize("address", ["/lessons/sum", "/lessons/count"])
def test_a_lesson_without_a_wall_asks_for_no_part(page: Page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert asked
    assert not any(PART.search(one) for one in asked)
