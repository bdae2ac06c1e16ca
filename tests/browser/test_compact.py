"""Views in small frames, 600 by 450 and 320 by 480: what a reader needs is in sight without scrolling."""

from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

CAT = "/embed/images/cat/layers"
SIZES = {600: 450, 320: 480}
# What must be in sight, whole.
VIEWS = {
    "grid": (f"{CAT}/2/maps", ("h1", ".tile", ".legend__bar")),
    "grid of 64": (f"{CAT}/1/maps", ("h1", ".tile", ".legend__bar")),
    "map": (
        f"{CAT}/2/maps/3",
        ("h1", ".map__name", ".map__picture", ".map__facts > :first-child", ".map__fold"),
    ),
    "fold": (
        f"{CAT}/2/maps/3/contributions",
        ("h1", ".equation figure", "#parts-switch", "#tile-1-0", "#sum-picture", "#play"),
    ),
    "ledger": (
        f"{CAT}/2/maps/3/pixel?row=60&col=60",
        ("h1", ".pixel__equation", "#ledger-0 .matrix", "#ledger-0 .ledger__sum data"),
    ),
    "wall": (
        f"{CAT}/2/wall",
        ("h1", "wall-board", ".wall__ends .sprite", "#wall-column", "#wall-row", "#wall-fold"),
    ),
    "lesson": (
        "/embed/lessons/number",
        ("h1", ".lesson__seen", "#guess", ".answers .button", ".pending .matrix"),
    ),
    "lesson of choices": ("/embed/lessons/sum", ("h1", ".answer")),
}
TOO_SMALL = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), small = []
  while (texts.nextNode()) {
    const { nodeValue, parentElement: one } = texts.currentNode
    if (!nodeValue.trim() || !one.checkVisibility() || one.closest("svg, .visually-hidden")) continue
    if (parseFloat(getComputedStyle(one).fontSize) < 12) small.push(one.className || one.tagName)
  }
  return small
}"""


def outside(page: Page, part: Locator) -> list[str]:
    """Return the boxes of a part that are not whole between the upper edge and the line at the foot."""
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    foot = page.locator(".embedded__foot").bounding_box()
    end = min(height, foot["y"])
    boxes = [one.bounding_box() for one in part.all()]
    assert boxes
    return [
        str(box)
        for box in boxes
        if box is None
        or box["x"] < -1
        or box["y"] < -1
        or box["x"] + box["width"] > width + 1
        or box["y"] + box["height"] > end + 1
        or not box["width"] * box["height"]
    ]


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
@pytest.mark.parametrize("view", VIEWS)
def test_a_small_frame_shows_what_its_view_is_about(open_page, axe, view, width):
    address, parts = VIEWS[view]
    page = open_page(width=width, scheme="dark" if width == 320 else "light")
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(address)

    expect(page.locator("h1").first).to_be_visible()
    for part in parts:
        assert outside(page, page.locator(part)) == [], part
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if view != "lesson of choices":
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate(TOO_SMALL) == []
    assert axe(page) == []


def test_settings_and_words_of_a_small_frame_stand_behind_one_button(open_page, axe):
    page = open_page(width=600)
    page.set_viewport_size({"width": 600, "height": 450})
    page.goto("/embed/images/cat?size=48&filters1=8&filters2=4&weights1=random")
    hidden = page.locator(".finding__lede, .samples, #settings-1, .foot__links")
    for one in hidden.all():
        expect(one).to_be_hidden()
    page.locator("#frame-more summary").press("Enter")
    for one in hidden.all():
        expect(one).to_be_visible()
    assert axe(page) == []
    page.locator("#settings-1 > summary").click()
    page.locator("#filters1").fill("6")
    page.locator("#filters1").press("Enter")
    expect(page.locator(".layer--left .tile")).to_have_count(6)
    page.locator("#frame-more summary").press("Enter")
    expect(page.locator(".samples")).to_be_hidden()


def test_a_tall_frame_hides_nothing(open_page):
    page = open_page(width=600)
    page.goto("/embed/images/cat?size=48&filters1=8&filters2=4&weights1=random")
    expect(page.locator(".finding__lede")).to_be_visible()
    expect(page.locator(".samples")).to_be_visible()
    expect(page.get_by_text("Settings and more")).to_be_hidden()


def test_a_map_of_a_small_grid_has_its_name_by_keyboard_and_by_pointer(open_page):
    page = open_page(width=320)
    page.set_viewport_size({"width": 320, "height": 480})
    page.goto(f"{CAT}/2/maps")
    tile = page.locator("#tile-2-5")
    caption = tile.locator(".tile__caption")
    assert caption.bounding_box()["width"] <= 1
    tile.focus()
    page.keyboard.press("ArrowRight")
    moved = page.locator(".tile:focus .tile__caption")
    assert moved.bounding_box()["width"] > 200
    assert outside(page, moved) == []
    tile.hover()
    expect(caption).to_have_css("clip-path", "none")


# The ends of the texts of the numbers of a matrix, row by row.
ENDS = """matrices => matrices.map(matrix => [...matrix.querySelectorAll(".matrix__row")].map(row =>
  [...row.querySelectorAll("data")].map(one => {
    const range = document.createRange()
    range.selectNodeContents(one)
    const { left, right } = range.getBoundingClientRect()
    return [left, right]
  })))"""


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_the_numbers_of_a_small_ledger_stand_apart_inside_its_width(open_page, width, language):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(f"{CAT}/2/maps/3/pixel?row=60&col=60&lang={language}")

    scroller = page.locator(".ledger__scroll")
    assert scroller.evaluate("one => one.scrollWidth <= one.clientWidth")
    for row in (0, 1):
        matrices = page.locator(f"#ledger-{row} .matrix").evaluate_all(ENDS)
        assert len(matrices) == 3
        for (_, end), (start, _) in (
            pair for matrix in matrices for line in matrix for pair in pairwise(line)
        ):
            assert start - end > 2
        if width == 320:  # one below the other, in the same columns
            columns = {tuple(round(end) for _, end in line) for one in matrices for line in one}
            assert len(columns) == 1, columns


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_rows_of_a_small_ledger_fade_where_they_are_cut_and_the_last_one_is_whole(open_page, width):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(f"{CAT}/2/maps/3/pixel?row=60&col=60")

    part = {600: ".ledger tfoot::before", 320: ".ledger__scroll::after"}[width]
    owner, pseudo = part.split("::")
    fade = page.locator(owner).evaluate(
        """(one, pseudo) => {
          const { display, backgroundImage, blockSize } = getComputedStyle(one, pseudo)
          return { display, backgroundImage, room: parseFloat(blockSize) }
        }""",
        f"::{pseudo}",
    )
    assert fade["display"] != "none"
    assert "gradient" in fade["backgroundImage"]
    scroller = page.locator(".ledger__scroll")
    scroller.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    last = page.locator(".ledger tbody tr").last.locator("data").last.bounding_box()
    foot = page.locator(".ledger tfoot").bounding_box()
    frame = scroller.bounding_box()
    if width == 600:
        assert last["y"] + last["height"] <= foot["y"] - fade["room"]
    else:
        assert foot["y"] + foot["height"] <= frame["y"] + frame["height"] - fade["room"] + 1


def test_small_tiles_of_a_fold_have_only_the_number_of_the_step(open_page):
    page = open_page(width=600)
    page.set_viewport_size({"width": 600, "height": 450})
    page.goto(f"{CAT}/2/maps/3/contributions?sum=6")

    hidden = """tiles => tiles.map(tile =>
      [".tile__number", ".tile__kernel"].filter(part => {
        const { clipPath, display } = getComputedStyle(tile.querySelector(part))
        return display !== "none" && clipPath === "none"
      }))"""
    tiles = page.locator("#parts .tile")
    expect(tiles).to_have_count(64)
    expect(page.locator("#parts .tile--added")).to_have_count(1)
    shown = tiles.evaluate_all(hidden)
    assert sorted(shown) == [[]] * 63 + [[".tile__number"]]
    label = page.locator("#sum-label")
    expect(label).to_have_css("clip-path", "inset(50%)")  # the side of the sum says it
    page.locator("#parts-switch [value=kernels]").check()
    expect(page.locator("#parts .tile__kernel").first).to_be_visible()


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_with_its_settings_a_small_fold_covers_none_of_its_parts(open_page, width):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto(f"{CAT}/2/maps/3/contributions")
    page.locator("#frame-more summary").press("Enter")

    grid = page.locator("#parts .grid").bounding_box()
    equation = page.locator("#equation").bounding_box()
    assert equation["y"] >= grid["y"] + grid["height"] or equation["x"] >= grid["x"] + grid["width"]
    words = page.locator(".equation figcaption").evaluate_all(
        """captions => captions.map(one => {
          const range = document.createRange()
          range.selectNodeContents(one)
          const { left, right } = range.getBoundingClientRect()
          return [left, right]
        })"""
    )
    for (_, end), (start, _) in pairwise(words):
        assert start - end > 2
    assert words[-1][1] <= width - 8
    page.locator("#play").scroll_into_view_if_needed()
    page.locator("#play").click(trial=True)


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_a_lesson_in_german_has_its_numbers_apart_and_its_error_over_the_field(
    open_page, watch, width
):
    watch.expect("422")
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    page.goto("/embed/lessons/number?lang=de")

    edge = width - 12
    for matrix in page.locator(".pending .matrix").evaluate_all(ENDS):
        for line in matrix:
            assert line[-1][1] <= edge
            assert all(start - end > 2 for (_, end), (start, _) in pairwise(line))
    page.locator("#guess").fill("abc")
    page.locator("#guess").press("Enter")
    refused = page.locator(".answers__refused").bounding_box()
    field = page.locator("#guess").bounding_box()
    assert refused["y"] + refused["height"] <= field["y"]
    assert refused["height"] < 50  # at most two lines
    show = page.locator(".answers__show").bounding_box()
    assert show["x"] + show["width"] <= edge


@pytest.mark.parametrize("view", ["map", "fold", "ledger", "lesson"])
def test_a_small_frame_in_german_does_not_scroll(open_page, view):
    page = open_page(width=320)
    page.set_viewport_size({"width": 320, "height": 480})
    address, _ = VIEWS[view]
    page.goto(f"{address}{'&' if '?' in address else '?'}lang=de")
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
