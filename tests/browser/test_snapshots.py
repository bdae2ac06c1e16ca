"""A view as one file, opened from disk without a network: it passes axe, plays to its end, and says its values."""

import re
from base64 import b64decode
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.disk import Disk, OpenFile

MAP = "/images/cat/layers/2/maps/14"
FOLD = f"{MAP}/contributions/snapshot.html"
FILES = {
    "fold": FOLD,
    "layer-1": "/images/cat/layers/1/maps/3/contributions/snapshot.html?size=96",
    "pixel": f"{MAP}/pixel/snapshot.html?row=100&col=120",
    "wall": "/images/cat/layers/2/wall/snapshot.html",
    "maps": "/images/cat/layers/1/maps/snapshot.html",
    "ladder": "/ladder/snapshot.html",
    "lesson": "/lessons/sum/snapshot.html",
    "number": "/lessons/number/snapshot.html",
}
# The pixels of a picture as it is, from any page.
PIXELS = """async (source) => {
  const picture = new Image()
  picture.src = source
  await picture.decode()
  const canvas = document.createElement("canvas")
  canvas.width = picture.naturalWidth
  canvas.height = picture.naturalHeight
  canvas.getContext("2d").drawImage(picture, 0, 0)
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height)
  return [canvas.width, canvas.height, [...data].join()]
}"""


@pytest.fixture
def open_file(disk: Disk) -> OpenFile:
    """Open the file of a view by its name."""
    return lambda name, **options: disk.open(FILES[name], **options)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (600, "dark"), (390, "light")])
def test_a_file_from_disk_passes_axe_and_needs_no_sideways_scrolling(
    open_file, axe, name, width, scheme
):
    page = open_file(name, width=width, scheme=scheme)

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_sum_plays_to_the_pixels_of_the_map(open_file, page: Page, server: str):
    file = open_file("fold")
    file.clock.install()
    file.get_by_role("button", name="Play").click()
    expect(file.locator(".folded__label")).to_have_text("nothing added yet")
    expect(file.locator(".folded__whole")).to_be_hidden()
    file.clock.run_for(3000)
    expect(file.locator(".tile--added")).to_have_count(1)
    file.clock.run_for(12_000)

    expect(file.locator(".folded__label")).to_have_text("after ReLU: map 14")
    expect(file.locator(".tile--out")).to_have_count(0)
    expect(file.get_by_role("button", name="Play")).to_be_visible()
    shown = file.locator(".folded__whole")
    expect(shown).to_be_visible()
    page.goto("/about")
    its = page.evaluate(PIXELS, f"{MAP}.png")
    assert file.evaluate(PIXELS, shown.get_attribute("src")) == its
    assert its[:2] == [256, 256]


def test_the_sum_is_stepped_by_keys_and_by_tiles(open_file):
    page = open_file("fold", reduced_motion="reduce")
    slider = page.get_by_role("slider", name="Step of the running sum")

    slider.focus()
    slider.press("Home")
    slider.press("ArrowRight")
    expect(page.locator(".folded__label")).to_contain_text("the sum so far: 1 of 64")
    assert slider.get_attribute("aria-valuetext").startswith("the sum so far: 1 of 64")
    page.locator(".tile--part").nth(10).click()
    expect(page.locator(".folded__label")).to_contain_text("the sum so far: 11 of 64")
    expect(page.locator(".formed__name")).to_have_text("10")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".folded__label")).to_contain_text("the sum so far: 12 of 64")
    page.get_by_role("button", name="One step back").click()
    expect(page.locator(".folded__label")).to_contain_text("the sum so far: 11 of 64")


def test_the_cursor_says_the_value_by_pointer_and_by_keys(open_file, server: str):
    page = open_file("fold")
    with urlopen(f"{server}{MAP}/pixel.json?row=128&col=129") as answer:
        value = re.search(rb'"activation": ([-\d.e]+)', answer.read())[1]
    picture = page.locator(".folded__picture")

    picture.focus()
    picture.press("ArrowRight")
    said = page.locator(".folded__value").inner_text()
    assert said.startswith("row 128, column 129: ")
    assert abs(float(said.rpartition(" ")[2]) - float(value)) < 1e-4
    box = picture.bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 1)
    expect(page.locator(".folded__value")).to_contain_text("row 255, column 0: ")
    picture.press("Shift+ArrowUp")
    expect(page.locator(".folded__value")).to_contain_text("row 245, column 0: ")


@pytest.mark.parametrize("width", [1440, 600, 390])
def test_the_numbers_of_a_kernel_stand_apart(open_file, width):
    page = open_file("fold", width=width)
    spaces = page.evaluate("""() => [...document.querySelectorAll(".formed .taps td")].map((cell) => {
      const text = document.createRange()
      text.selectNodeContents(cell)
      return cell.getBoundingClientRect().width - text.getBoundingClientRect().width
    })""")
    formed = page.locator(".formed").bounding_box()
    name = page.locator(".formed__name").bounding_box()

    assert len(spaces) == 9
    assert min(spaces) >= 3
    assert name["x"] + name["width"] <= formed["x"] + formed["width"] + 1


def test_while_it_adds_no_value_of_the_finished_map_is_said(open_file):
    page = open_file("fold")
    picture, value = page.locator(".folded__picture"), page.locator(".folded__value")
    picture.hover()
    expect(value).to_contain_text("row ")
    page.get_by_role("button", name="One step back").click()

    expect(value).to_have_text("")
    picture.hover()
    expect(value).to_have_text("")
    expect(page.locator(".folded__cross")).to_be_hidden()
    page.get_by_role("button", name="One step on").click()
    expect(value).to_contain_text("Point at the map")
    picture.hover()
    expect(value).to_contain_text("row ")


def test_a_tap_says_the_value(open_file):
    page = open_file("fold", width=390, has_touch=True)
    picture = page.locator(".folded__picture")
    expect(page.locator(".folded__value")).to_contain_text("or tap it")
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.25)

    expect(page.locator(".folded__value")).to_contain_text("row 64, column 128: ")


@pytest.mark.parametrize("width", [390, 600, 719])
def test_every_part_of_a_row_of_the_ledger_is_in_sight(open_file, width):
    page = open_file("pixel", width=width)
    cells = page.locator(".ledger tbody tr").first.locator("td")

    assert cells.count() == 4
    for cell in cells.all():
        box = cell.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
    tops = [cell.bounding_box()["y"] for cell in cells.all()]
    assert tops == sorted(set(tops))


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


def test_without_scripts_the_finished_map_is_there(open_file):
    page = open_file("fold", java_script_enabled=False)

    expect(page.locator(".folded__whole")).to_be_visible()
    expect(page.locator(".folded__label")).to_have_text("after ReLU: map 14")
    expect(page.get_by_role("button", name="Play")).to_have_count(0)


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
