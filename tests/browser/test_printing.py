"""Pages on paper: a figure fits one page, and of tables, code and text nothing is cut off."""

import re

import pytest
from playwright.sync_api import Page, expect

SMALL = "size=48&filters1=8&filters2=4&weights1=random"
MAP = "/images/cat/layers/2/maps/1"
ONE_PAGE = {
    "lab": "/images/cat?size=64",
    "fold": f"{MAP}/contributions?size=64",
    "map": f"{MAP}?size=64",
    "wall": "/images/cat/layers/2/wall?size=64",
    "training": "/images/cat/training?weights1=trained",
}
MORE_PAGES = {
    "ladder": "/ladder",
    "about": "/about",
    "export": f"/images/cat/export?{SMALL}",
    "costs": "/images/cat/layers/2/costs",
    "weights": "/weights",
    "projections": f"{MAP}/projections?{SMALL}",
    "numbers": f"/images/cat?{SMALL}&below=numbers",
    "training": "/images/cat/training?weights1=trained",
    "pixel": f"{MAP}/pixel?row=3&col=4&size=64",
}
PAPER = {"A4": (1047, 718), "Letter": (980, 740)}  # lying, within its margins, in pixels
# What a box hides of its content, and what reaches beyond the paper.
CUT_OFF = """() => [...document.querySelectorAll("html, body, main, main *")].filter((one) => {
  if (!one.checkVisibility() || one.closest("svg, .visually-hidden, [class*=caption], dialog")) return false
  const style = getComputedStyle(one)
  if (style.clipPath !== "none" || one.matches("input, select, textarea, iframe")) return false
  const hides = !["visible", "clip"].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 1
  return hides || one.getBoundingClientRect().right > innerWidth + 1
}).map((one) => one.outerHTML.slice(0, 90))"""
IN_POINTS = """(one) => parseFloat(getComputedStyle(one).fontSize) * one.currentCSSZoom * 0.75"""
# Of each row of the ledger, the least gap between two of its parts, side by side or one below the other.
GAPS = """() => [...document.querySelectorAll(".ledger tbody tr")].map((row) => {
  const parts = [...row.querySelectorAll("th b, .matrix, .ledger__sum data")]
  const boxes = parts.map((one) => one.getBoundingClientRect())
  return Math.min(...boxes.slice(1).map((box, index) =>
    Math.max(box.left - boxes[index].right, box.top - boxes[index].bottom)))
})"""


def pages_of(file: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", file))


def put_on_paper(page: Page, address: str, paper: str = "A4") -> None:
    width, height = PAPER[paper]
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(media="print")
    page.goto(address)


@pytest.mark.parametrize("name", ONE_PAGE)
def test_a_figure_prints_on_one_page(page: Page, name: str):
    page.goto(ONE_PAGE[name])

    for paper, landscape in (("A4", False), ("Letter", True)):
        assert pages_of(page.pdf(format=paper, landscape=landscape)) == 1


def test_a_printed_view_has_its_code_in_place_of_the_controls(page: Page):
    put_on_paper(page, ONE_PAGE["fold"])

    expect(page.locator(".printed img")).to_be_visible()
    drawn = "(image) => image.decode().then(() => image.naturalWidth > 0)"
    assert page.locator(".printed img").evaluate(drawn)
    assert page.locator(".field__control:visible, .upload:visible, .header:visible").count() == 0


@pytest.mark.parametrize("name", MORE_PAGES)
def test_nothing_is_cut_off_on_paper(page: Page, name: str):
    put_on_paper(page, MORE_PAGES[name])

    assert page.evaluate(CUT_OFF) == []
    height = page.locator("main").bounding_box()["height"]
    assert pages_of(page.pdf(prefer_css_page_size=True)) >= height / 1100


@pytest.mark.parametrize("paper", PAPER)
@pytest.mark.parametrize(
    ("settings", "count"),
    [
        ("filters1=64", 64),
        ("filters1=128", 128),
        ("filters1=16&kernel2=5&weights1=random", 16),
        ("filters1=64&pool2=max&pool_size2=8", 64),
    ],
)
def test_a_printed_ledger_has_all_its_rows_and_can_be_read(
    page: Page, settings: str, count: int, paper: str
):
    put_on_paper(page, f"{MAP}/pixel?row=3&col=4&size=64&{settings}", paper)

    rows = page.locator(".ledger tbody tr")
    expect(rows).to_have_count(count)
    for part in (".ledger__sum", "td[data-label=products] data"):
        assert rows.last.locator(part).first.is_visible()
        assert rows.last.locator(part).first.evaluate(IN_POINTS) >= 7
    assert min(page.evaluate(GAPS)) >= 0
    assert page.evaluate(CUT_OFF) == []
    foot = page.locator(".ledger tfoot tr")
    assert all(one.is_visible() for one in foot.all())
    assert min(foot.locator("th, td").evaluate_all(f"cells => cells.map({IN_POINTS})")) >= 7


def test_of_large_kernels_only_the_sums_are_printed_and_a_sentence_says_so(page: Page):
    put_on_paper(page, f"{MAP}/pixel?row=3&col=4&size=64&filters1=64&kernel2=11&weights1=random")

    expect(page.locator(".ledger__printed")).to_contain_text("the sum of its 121 products")
    expect(page.locator(".ledger__printed")).to_contain_text("CSV")
    assert page.locator(".ledger tbody .ledger__sum:visible").count() == 64
    assert page.locator(".ledger tbody .matrix:visible").count() == 0
    assert page.locator(".ledger__sum").last.evaluate(IN_POINTS) >= 7
    assert page.evaluate(CUT_OFF) == []
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1
