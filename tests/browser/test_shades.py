"""The shades that say that a ledger, or the panel round it, goes on, also without scripts."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.disk import OpenFile

PIXEL = "/images/cat/layers/2/maps/3/pixel?row=60&col=60"


def opacity(page: Page, owner: str, part: str) -> str:
    return page.locator(owner).evaluate(
        "(it, part) => getComputedStyle(it, part).opacity", f"::{part}"
    )


def to_the_end(page: Page, box: str) -> None:
    page.locator(box).evaluate("it => it.scrollTo(0, it.scrollHeight)")
    page.wait_for_timeout(300)


@pytest.mark.parametrize("javascript", [True, False], ids=["scripts", "no scripts"])
@pytest.mark.parametrize(
    ("width", "shade"), [(1440, (".ledger tfoot", "before")), (1024, (".ledger__scroll", "after"))]
)
def test_a_ledger_and_its_panel_go_on_until_their_ends(open_page, width, shade, javascript):
    page = open_page(width=width, javascript=javascript)
    page.goto(PIXEL)
    page.wait_for_timeout(300)
    assert opacity(page, *shade) == "1"
    assert opacity(page, ".panel", "after") == "1"

    to_the_end(page, ".ledger__scroll")
    assert opacity(page, *shade) == "0"
    assert opacity(page, ".panel", "after") == "1"
    to_the_end(page, ".panel")
    assert opacity(page, ".panel", "after") == "0"


def test_numbers_that_are_opened_lengthen_the_panel(page: Page):
    page.goto(PIXEL)
    to_the_end(page, ".panel")
    page.locator(".panel summary").last.press("Enter")
    expect(page.locator(".panel")).to_have_attribute("data-more", "down")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_ledger_of_a_file_goes_on_until_its_end(open_file: OpenFile, scripts):
    page = open_file("pixel", java_script_enabled=scripts)
    page.wait_for_timeout(300)
    assert opacity(page, ".ledger tfoot", "before") == "1"
    to_the_end(page, ".ledger__scroll")
    assert opacity(page, ".ledger tfoot", "before") == "0"


@pytest.mark.parametrize(("language", "rows"), [("en", "64 rows"), ("de", "64 Zeilen")])
def test_the_ledger_says_how_many_rows_it_has_until_the_last_is_reached(page: Page, language, rows):
    page.goto(f"/images/cat/layers/2/maps/3/pixel?row=60&col=60&lang={language}")
    foot, frame = page.locator(".ledger tfoot"), page.locator(".ledger__scroll")
    expect(foot).to_have_attribute("data-rows", rows)
    expect(frame).to_have_attribute("data-more", "down")  # what the shade hangs on, in any browser
    page.wait_for_timeout(300)
    assert opacity(page, ".ledger tfoot", "before") == "1"
    to_the_end(page, ".ledger__scroll")
    expect(frame).to_have_attribute("data-more", "")
    assert opacity(page, ".ledger tfoot", "before") == "0"
    page.locator("#ledger-63 data").last.evaluate(
        "it => it.closest('.ledger__scroll').removeAttribute('data-more')"
    )
    expect(frame).to_have_attribute("data-more", "")  # also after a morph


def test_a_ledger_whose_rows_are_all_seen_has_no_shade(page: Page):
    page.goto("/images/cat/layers/1/maps/3/pixel?row=60&col=60")
    frame = page.locator(".ledger__scroll")
    assert frame.evaluate("it => it.scrollHeight <= it.clientHeight")
    assert opacity(page, ".ledger tfoot", "before") == "0"
