"""Kinds and pools as a reader meets them: chosen in the lab, on the wall and in the cost table."""

import re

import pytest
from playwright.sync_api import Page, Position, expect

from tests.browser.stage import change

LAB = "/images/cat"
SMALL = "size=64&filters1=8&filters2=4"
SETTLED = "form#lab:not(.htmx-request, [data-drawing])"


def test_kinds_are_switched_on_the_wall(page: Page):
    page.goto(f"{LAB}/layers/2/wall?{SMALL}")
    kinds, heading = page.locator("#wall-kinds"), page.get_by_role("heading", level=1)
    for name, kind, pattern, count in (
        ("depthwise first", "separable", "Rank one.", 32),
        ("4 groups", "groups2=4", "Block-diagonal.", 8),
        ("depthwise alone", "depthwise", "One a row.", 8),
        ("standard", "filters2=8", "Full.", 64),
    ):
        kinds.get_by_role("link", name=name, exact=True).click()

        expect(page.locator(".wall__pattern b")).to_have_text(pattern)
        expect(heading).to_contain_text(f"{count} contributions exist")
        expect(kinds.locator("[aria-current]")).to_have_text(name)
        assert kind in page.url


def test_a_row_of_the_cost_table_chooses_its_kind_in_the_lab(page: Page):
    page.goto(f"{LAB}?{SMALL}&below=costs")
    page.locator("#costs-2").get_by_role("link", name="pointwise first").click()

    expect(page.get_by_label("kind").nth(1)).to_have_value("pointwise_first")
    expect(page.locator("#costs-2 [aria-current]")).to_have_text("pointwise first")
    expect(page.locator(".shapes")).to_contain_text("4 filters of 1×1×8, then 4 filters of 3×3")
    assert "kind2=pointwise_first" in page.url


def test_fields_come_and_go_with_the_kind_and_the_pool(page: Page):
    page.goto(f"{LAB}?{SMALL}")
    change(page, 2)
    page.get_by_label("kind").nth(1).select_option("separable")
    expect(page.locator("#multiplier2")).to_have_value("1")
    expect(page.locator("#groups2")).to_have_count(0)

    change(page, 1)
    page.get_by_label("pool", exact=True).nth(0).select_option("max")
    expect(page.locator("#pool_size1")).to_have_value("2")
    expect(page.locator("#multiplier2")).to_have_value("1")


def test_the_maps_between_two_steps_are_fetched_when_they_are_opened(page: Page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{LAB}?{SMALL}&kind2=separable")
    assert not any("/intermediate" in url for url in asked)

    page.get_by_text("8 maps between its two steps").click()
    expect(page.locator("#intermediate-2 .tile")).to_have_count(8)
    assert page.url.endswith("kind2=separable")

    change(page, 2)
    page.get_by_label("stride").nth(1).select_option("2")
    expect(page.locator(".shapes")).to_contain_text("32")
    expect(page.locator("#intermediate-2 .tile").first.locator("image")).to_have_attribute(
        "href", re.compile("stride2=2")
    )


def test_a_pixel_pinned_on_a_pooled_map_opens_its_window(page: Page):
    page.goto(f"{LAB}/layers/2/maps/1?{SMALL}&pool2=max")
    picture = page.locator(".map__picture")
    box = picture.bounding_box()
    picture.click(position=Position(x=10.5 * box["width"] / 32, y=20.5 * box["height"] / 32))

    expect(page.locator("#pixel-title")).to_have_text("Map 1 at row 20, column 10 after its pool")
    other = page.locator(".pooling__window td:not(.pooling__won) a").first
    label = other.get_attribute("aria-label") or ""
    other.click()
    expect(page.locator(".pooling__window [aria-current]")).to_have_attribute("aria-label", label)
    row, col = re.search(r"Row (\d+), column (\d+)", label).groups()
    expect(page.locator(".pixel__equation")).to_contain_text(f"at row {row}, column {col} before")


@pytest.mark.parametrize("query", ["pool2=max&pool_size2=3", "pool2=max&show=unpooled"])
def test_the_cross_hair_is_at_the_same_point_on_maps_before_and_after_a_pool(page: Page, query):
    page.goto(f"{LAB}/layers/2/maps/1/contributions?{SMALL}&{query}")
    picture = page.locator("#sum-picture")
    box = picture.bounding_box()
    picture.hover(position=Position(x=0.4 * box["width"], y=0.6 * box["height"]))
    expect(picture).to_have_attribute("data-cursor", "")
    places = page.evaluate(
        """() => [...document.querySelectorAll("[data-cursor]")].map(({ style }) =>
          ["--cursor-row", "--cursor-col"].map(name => Number(style.getPropertyValue(name))))"""
    )

    assert len(places) == 4  # the picture, both grids, the sum
    for row, col in places:  # half a pixel of the coarsest map is 1.5 of 64
        assert abs(row - 0.6) < 0.04
        assert abs(col - 0.4) < 0.04


def test_without_javascript_kinds_are_links(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(f"{LAB}?{SMALL}&kind2=separable")
    page.get_by_text("8 maps between its two steps").click()
    page.get_by_role("link", name="Show them").click()
    expect(page.locator("#intermediate-2 .tile")).to_have_count(8)

    page.goto(f"{LAB}/layers/2/costs?{SMALL}")
    page.get_by_role("link", name="pointwise first").click()
    expect(page.locator("#costs-2 [aria-current]")).to_have_text("pointwise first")


@pytest.mark.parametrize(
    ("width", "scheme", "address"),
    [
        (1440, "light", f"/layers/2/wall?{SMALL}&kind2=separable"),
        (390, "dark", f"/layers/2/costs?{SMALL}&kernel2=1"),
        (1024, "dark", f"/layers/2/intermediate?{SMALL}&kind2=separable"),
        (390, "light", f"/layers/2/maps/1/pixel?{SMALL}&pool2=max&row=3&col=4"),
        (
            1440,
            "dark",
            f"?{SMALL}&kind2=pointwise_first&pool1=max&stride2=3&padding2=valid&flip=on",
        ),
    ],
)
def test_axe_finds_nothing_wrong(open_page, axe, width, scheme, address):
    page = open_page(width=width, scheme=scheme)
    page.goto(f"{LAB}{address}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
