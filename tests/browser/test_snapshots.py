"""A view as one file, opened from disk without a network: axe, the wall, the ledger and the policy."""

import re
from base64 import b64decode
from itertools import pairwise

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.disk import FILES, Disk


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(
    ("width", "scheme"),
    [(1440, "light"), pytest.param(600, "dark", marks=pytest.mark.thorough), (390, "light")],
)
def test_a_file_from_disk_passes_axe_and_needs_no_sideways_scrolling(
    open_file, axe, name, width, scheme
):
    page = open_file(name, width=width, scheme=scheme)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [390, 600, 719])
def test_every_part_of_a_row_of_the_ledger_is_in_sight(open_file, width):
    page = open_file("pixel", width=width)
    cells = page.locator(".ledger tbody tr").first.locator("td")

    assert cells.count() == 4
    for cell in cells.all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    boxes = [cell.bounding_box() for cell in cells.all()]
    for one, other in pairwise(boxes):  # next to one another or in the next line
        assert other["x"] >= one["x"] + one["width"] or other["y"] >= one["y"] + one["height"]


def test_a_picture_of_the_wall_stands_enlarged_with_its_names(open_file):
    page = open_file("wall")
    board = page.get_by_role("application")

    board.focus()
    board.press("ArrowRight")
    board.press("ArrowDown")
    expect(page.locator(".closer__words")).to_contain_text("Map 1 (")
    expect(page.locator(".closer__words")).to_contain_text("in filter 1")
    assert page.locator(".closer__picture .sprite").get_attribute("viewBox") == "19 37 16 16"


@pytest.mark.parametrize("width", [1440, 390])
def test_each_row_of_the_wall_stands_beside_its_map_and_both_are_in_sight(open_file, width):
    page = open_file("wall", width=width)
    heads, rows, maps, _ = (
        {name: float(one.get_attribute(name)) for name in ("x", "y", "width", "height")}
        for one in page.locator(".walled__all > svg").all()
    )
    whole = page.locator(".walled__all").bounding_box()
    board = page.locator(".walled__board").bounding_box()

    assert (rows["y"], rows["height"]) == (maps["y"], maps["height"])
    assert (rows["x"], rows["width"]) == (heads["x"], heads["width"])
    assert rows["height"] / 32 == rows["width"] / 64 == maps["width"]
    assert board["height"] / 32 == pytest.approx(board["width"] / 64)
    assert whole["x"] >= 0
    assert whole["x"] + whole["width"] <= width
    page.mouse.click(
        board["x"] + board["width"] * 10.5 / 64, board["y"] + board["height"] * 3.5 / 32
    )
    expect(page.locator(".closer__words")).to_contain_text("Map 10 (")
    expect(page.locator(".closer__words")).to_contain_text("in filter 3")


def test_the_policy_runs_no_other_script(disk: Disk, browser: Browser):
    file = disk.save(FILES["fold"])
    text = file.read_text(encoding="utf-8")
    changed = file.with_name("changed.html")
    changed.write_text(
        text.replace("</body>", "<script>document.title = 'run'</script></body>"), encoding="utf-8"
    )
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(changed.as_uri())

    assert page.title() != "run"
    context.close()
    assert b64decode(re.search(r'class="folded__data" type="text/plain">([^<]+)<', text)[1])
