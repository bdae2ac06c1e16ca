"""The ladder, the one layer and the projections as a reader meets them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import change

PROJECTIONS = "/images/cat/layers/2/maps/22/projections?size=64"


def test_a_list_is_edited_by_keyboard_and_the_address_follows_and_goes_back(page: Page):
    page.goto("/ladder")
    expect(page.locator("h1")).to_contain_text("VGG-16 ends in 7")
    page.evaluate("window.kept = true")  # gone if the page is loaded anew

    page.locator("#ladder-layers").fill("conv3-8, pool2")
    page.locator("#ladder-size").fill("64")
    page.locator("#ladder-size").press("Enter")
    expect(page.locator("h1")).to_contain_text("This net ends in 32")
    expect(page).to_have_url(re.compile(r"/ladder\?layers=conv3-8,pool2&size=64$"))
    expect(page.locator("#ladder-layers")).to_have_value("conv3-8, pool2")
    expect(page).to_have_title("A net of 2 layers, layer by layer · Convfold")
    expect(page.locator("#ladder-size")).to_be_focused()
    assert page.evaluate("window.kept")

    page.go_back()
    expect(page.locator("h1")).to_contain_text("VGG-16 ends in 7")
    expect(page.locator("#ladder-layers")).to_have_value(re.compile("conv3-512, pool2$"))


def test_what_cannot_work_is_said_above_and_nothing_is_lost(page: Page, watch):
    watch.expect("422")
    page.goto("/ladder")
    page.locator("#ladder-layers").fill("conv3-8, pool2, pool99")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_role("alert")).to_contain_text("1 to 32 would work")
    expect(page.locator("#ladder-layers")).to_have_value("conv3-8, pool2, pool99")
    expect(page.locator("h1")).to_contain_text("VGG-16 ends in 7")
    page.get_by_role("link", name="the two layers of the lab").click()
    expect(page.locator("h1")).to_contain_text("This net ends in 256")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_form_works_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/ladder")
    page.locator("#ladder-layers").fill("conv3-8\nconv3-16")
    page.get_by_role("button", name="Show").click()

    expect(page).to_have_url(re.compile(r"/ladder\?layers=conv3-8,conv3-16$"))


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
@pytest.mark.parametrize("address", ["/ladder", PROJECTIONS])
def test_the_pages_fit_and_are_accessible(open_page, axe, address: str, width: int, scheme: str):
    page = open_page(width=width, scheme=scheme)
    page.goto(address)
    page.wait_for_load_state("networkidle")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1440, 1200, 1024, 700, 390])
@pytest.mark.parametrize("layers", ["", "?layers=conv3-64,conv3-32&size=256"])
def test_no_word_of_the_drawing_is_below_12_px_on_the_screen(open_page, layers: str, width: int):
    page = open_page(width=width)
    page.goto(f"/ladder{layers}")

    sizes = page.locator(".ladder__drawing text:visible").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a)"
    )
    assert len(sizes) > 5
    assert min(sizes) > 11.95


def test_the_samples_come_after_the_picture(page: Page):
    page.goto(PROJECTIONS)

    expect(page.locator("#projected-picture li")).to_have_count(9)
    titles = page.locator("#projected-samples .projected__title")
    expect(titles.first).to_be_visible()
    shown = titles.all_inner_texts()
    assert (
        1 < len(shown) == len(set(shown)) <= 8
    )  # a sample has one place, or none where the map is silent
    expect(page).to_have_url(re.compile(re.escape(PROJECTIONS) + "$"))


def test_two_linear_layers_become_one_while_settings_change(page: Page, axe):
    page.goto("/images/cat?size=48&below=numbers")
    page.get_by_role("link", name="Set both activations to linear").click()
    one = page.locator("#one_layer")
    expect(one).to_contain_text("2,400 weights")
    expect(one).to_contain_text("Measured on this picture")
    assert axe(page) == []
    expect(page).to_have_url(re.compile(r"/images/cat\?"))

    change(page, 2)
    page.locator("#kernel2").fill("5")
    page.locator("#kernel2").press("Enter")
    expect(one).to_contain_text("32 × 7·7·3 = 4,704 weights")
    expect(page.locator(".one")).to_have_count(1)
    change(page, 1)
    page.locator("#activation1").select_option("relu")
    expect(page.locator(".one")).to_have_count(0)
