"""Pages in other languages in the browser: the links to them, and what scripts write."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.languages import ENGLISH
from app.web.language.catalogs import offered

FOREIGN = [one for one in offered().values() if one is not ENGLISH]
SMALL = "size=48&filters1=16&filters2=8&weights1=random"
WITH_COMMA = [one for one in FOREIGN if one.decimal == ","]

pytestmark = pytest.mark.skipif(not FOREIGN, reason="app/locale has no catalogs")


def test_the_links_lead_to_the_same_page_without_scripts(open_page):
    page = open_page(javascript=False)
    page.goto(f"/images/cat?{SMALL}")
    language = FOREIGN[0]

    page.get_by_role("link", name=language.name).click()

    expect(page.locator("html")).to_have_attribute("lang", language.code)
    expect(page.locator(f'.footer a[lang="{language.code}"]')).to_have_attribute(
        "aria-current", "true"
    )
    assert "filters1=16" in page.url


def test_the_links_follow_the_address_when_a_part_of_the_page_changes(page: Page):
    language = FOREIGN[-1]
    page.goto(f"/images/cat?{SMALL}&lang={language.code}")
    page.locator("#tile-2-3").click()
    page.wait_for_url("**/layers/2/maps/3/contributions?**")

    page.get_by_role("link", name="English").click()

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert "/layers/2/maps/3/contributions" in page.url
    assert "filters1=16" in page.url


@pytest.mark.parametrize("language", WITH_COMMA, ids=lambda one: one.code)
def test_scripts_write_numbers_in_the_form_of_the_page(page: Page, language):
    page.goto(f"/images/cat/layers/2/wall?{SMALL}&lang={language.code}")
    board = page.locator("wall-board").first
    board.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#wall-status")).to_contain_text(re.compile(r"−?\d,\d"))
    assert not re.search(r"\d\.\d", page.locator("#wall-status").inner_text())

    page.goto(f"/images/cat/layers/2/maps/1/contributions?{SMALL}&lang={language.code}")
    served = page.locator("#equation .taps td").all_inner_texts()
    page.locator(".sum__slider").fill("3")
    expect(page.locator("#equation .taps td").first).not_to_have_text(served[0])
    written = page.locator("#equation .taps td").all_inner_texts()
    assert len(written) == 9
    assert all(re.fullmatch(r"[+−]\d,\d\d|≈ 0|0", text) for text in written)


@pytest.mark.parametrize("language", FOREIGN, ids=lambda one: one.code)
def test_axe_finds_nothing_wrong(open_page, axe, language):
    page = open_page(width=1440)
    page.goto(f"/images/cat?{SMALL}&lang={language.code}")

    assert axe(page) == []


def test_the_dialog_gives_the_frame_another_language(page: Page):
    language = FOREIGN[0]
    page.goto(f"/images/cat/embedding?{SMALL}")
    page.get_by_label("language", exact=True).select_option(language.code)

    expect(page.locator("code").first).to_contain_text(f"lang={language.code}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.frame_locator(".embedding__frame").locator("html")).to_have_attribute(
        "lang", language.code
    )


@pytest.mark.parametrize("width", [360, 390, 1440])
def test_the_languages_stand_on_one_line_at_the_foot(page: Page, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/about?lang=de")

    tops = page.locator(".footer__languages a").evaluate_all("all => all.map(a => a.offsetTop)")

    assert len(set(tops)) == 1
