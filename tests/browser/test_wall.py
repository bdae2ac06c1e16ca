"""The wall as a reader meets it: folding, choosing, muting, with pointer, keyboard and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, Position, expect

WALL = "/images/cat/layers/2/wall"
SMALL = "filters1=8&filters2=4"  # the same page with fewer maps: axe looks at every one
FRAME_MS = 50
FINGERPRINT = """
canvas => {
  const copy = new OffscreenCanvas(2000, 1).getContext("2d")
  copy.drawImage(canvas, 0, -20)
  return copy.getImageData(0, 0, 2000, 1).data.join()
}
"""
INK = """
canvas => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d")
  copy.drawImage(canvas, 0, 0)
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height)
  return data.filter((value, at) => at % 4 === 3 && value).length
}
"""
# The place in the picture of the sums that the end of a row shows now; nothing where it shows no such place.
SUM_OF = """
async (canvas, [address, row]) => {
  const sums = Object.assign(new Image(), { src: address })
  await sums.decode()
  const ends = document.querySelector(".wall__ends .sprite").getBoundingClientRect()
  const area = canvas.getBoundingClientRect()
  const side = ends.height / document.querySelectorAll(".wall__rows a").length
  const seen = pixels(canvas, ends.left - area.left, ends.top - area.top + row * side, ends.width, side)
  let best = [Infinity, null]
  for (let column = 0; column < 64; column++) {
    const place = pixels(sums, column * 18, row * 18, 18, 18)
    const away = place.reduce((sum, value, at) => sum + Math.abs(value - seen[at]), 0)
    if (away < best[0]) best = [away, column]
  }
  return best[0] < 18 * 18 * 4 * 16 ? best[1] : null

  function pixels(source, ...from) {
    const context = new OffscreenCanvas(18, 18).getContext("2d")
    context.drawImage(source, ...from, 0, 0, 18, 18)
    return [...context.getImageData(0, 0, 18, 18).data]
  }
}
"""
TOO_SMALL = """
() => [...document.querySelectorAll("#wall :is(a, button, summary, input)")]
  .filter(one => one.checkVisibility() && one.type !== "hidden")
  .map(one => [one.textContent, one.getBoundingClientRect()])
  .filter(([, { width, height }]) => width < 23.9 || height < 23.9)
  .map(([name, { width, height }]) => `${name}: ${width} x ${height}`)
"""
STOPS = """
list => [...document.querySelectorAll(list + " a")].filter(link => link.tabIndex === 0).map(link => link.id)
"""
BLANK = """
async selector => {
  const svg = document.querySelector(selector)
  const box = svg.viewBox.baseVal
  const picture = new Image()
  picture.src = svg.querySelector("image").href.baseVal
  await picture.decode()
  const canvas = new OffscreenCanvas(box.width, box.height)
  const context = canvas.getContext("2d")
  context.drawImage(picture, -box.x, -box.y)
  return new Set(context.getImageData(0, 0, box.width, box.height).data).size < 8
}
"""


def place(page: Page, column: int, row: int) -> Position:
    """Return the middle of a place of the board."""
    box = page.locator(".wall__board").bounding_box()
    return {
        "x": (column + 0.5) * box["width"] / 64,
        "y": (row + 0.5) * box["height"] / 32,
    }


def stop_the_clock(page: Page) -> None:
    """Let no time pass for the page, so that what moves does so frame by frame when told."""
    page.clock.install(time=0)
    page.goto(WALL)
    page.clock.pause_at(60_000)


def fly(page: Page, button: str) -> tuple[int, int]:
    """Fold or unfold, and return how many different frames were seen and the milliseconds it took."""
    page.get_by_role("link", name=button, exact=True).click()
    canvas = page.locator(".wall__flight")
    canvas.wait_for()
    frames, took = set(), 0
    while canvas.count() and took < 3000:
        frames.add(canvas.evaluate(FINGERPRINT))
        page.clock.run_for(FRAME_MS)
        took += FRAME_MS
    return len(frames), took


def test_the_wall_shows_all_contributions_and_both_ends(page: Page):
    page.goto(WALL)

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "2,048 contributions exist for a moment. 32 maps leave."
    )
    for part in ("heads .sprite", "board > .sprite", "ends .sprite"):
        assert not page.evaluate(BLANK, f".wall__{part}")


@pytest.mark.parametrize("query", ["?column=12&mute=3", "?column=12&row=5"])
def test_no_view_of_the_wall_is_wider_than_its_window(open_page, width, query):
    page = open_page(width=width)
    page.goto(f"{WALL}{query}")

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("width", "scheme", "query"),
    [
        (1440, "light", ""),
        (1440, "dark", f"?folded=1&row=2&{SMALL}"),
        (1440, "light", f"?column=5&mute=3&{SMALL}"),
        (390, "dark", f"?column=5&row=2&{SMALL}"),
        (390, "light", f"?column=3&mute=3&{SMALL}"),
        (320, "light", f"?folded=1&{SMALL}"),
        (320, "dark", "?row=2"),
    ],
)
def test_axe_finds_nothing_wrong_with_the_wall(open_page, axe, width, scheme, query):
    page = open_page(width=width, scheme=scheme)
    page.goto(f"{WALL}{query}")

    assert axe(page) == []


def test_every_row_stands_beside_its_end_and_every_column_below_its_head(open_page, width):
    page = open_page(width=width)
    page.goto(WALL)
    board = page.locator(".wall__board").bounding_box()
    for index in (0, 1, 31):
        head = page.locator(f"#column-{index}").bounding_box()
        end = page.locator(f"#row-{index}").bounding_box()
        column = board["x"] + (index + 0.5) * board["width"] / 64
        row = board["y"] + (index + 0.5) * board["height"] / 32
        assert abs(head["x"] + head["width"] / 2 - column) < 1.5
        assert abs(end["y"] + end["height"] / 2 - row) < 1.5
        assert min(head["width"], head["height"], end["width"], end["height"]) >= 23.9


def test_the_wall_folds_and_unfolds_in_less_than_two_seconds(page: Page):
    stop_the_clock(page)
    for address, button, back in (
        (f"{WALL}?folded=1", "Fold it", "Unfold it"),
        (WALL, "Unfold it", "Fold it"),
    ):
        frames, took = fly(page, button)

        assert frames > 4
        assert 250 <= took < 2000
        expect(page.get_by_role("link", name=back, exact=True)).to_be_visible()
        expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))
        folded = button == "Fold it"
        expect(page.locator(".wall__board > .sprite")).to_be_visible(visible=not folded)
        expect(page.locator("#sum-31 .sprite")).to_be_visible(visible=folded)


def test_the_rows_gather_at_their_ends_and_the_sums_grow_from_there(page: Page):
    stop_the_clock(page)
    page.get_by_role("link", name="Fold it", exact=True).click()
    canvas = page.locator(".wall__flight")
    canvas.wait_for()
    all_places = canvas.evaluate(INK)
    page.clock.run_for(860)
    gathered = canvas.evaluate(INK)
    page.clock.run_for(500)
    grown = canvas.evaluate(INK)

    assert gathered < all_places / 20
    assert grown > gathered * 20


def test_while_the_rows_gather_their_ends_show_the_sums_so_far(page: Page):
    stop_the_clock(page)
    sums = page.locator(".wall__stage").get_attribute("data-sums")
    page.get_by_role("link", name="Fold it", exact=True).click()
    canvas = page.locator(".wall__flight")
    canvas.wait_for()
    shown = []
    for _ in range(15):
        page.clock.run_for(FRAME_MS)
        shown.append(canvas.evaluate(SUM_OF, [sums, 20]))

    arrived = [
        one for one in shown if one is not None
    ]  # the place of the sums' picture that stands at the end of row 20
    assert len(set(arrived)) > 4
    assert arrived == sorted(arrived, reverse=True)  # from the last column to the first
    assert arrived[-1] < 32


def test_the_training_slider_keeps_the_wall_folded(page: Page):
    page.goto(f"{WALL}?weights1=trained&weights2=trained&size=48&mute=3")
    page.get_by_role("link", name="Fold it", exact=True).click()
    expect(page.locator("#sum-31 .sprite")).to_be_visible()
    page.get_by_label("Training step", exact=True).press("ArrowLeft")

    expect(page).to_have_url(re.compile(r"step=\d+&.*folded=1$|folded=1&.*step=\d+"))
    expect(page.locator("#sum-31 .sprite")).to_be_visible()
    expect(page.locator(".wall__board > .sprite")).to_be_hidden()
    page.get_by_role("link", name="Unfold it", exact=True).click()
    expect(page.locator(".wall__board > .sprite")).to_be_visible()
    page.get_by_role("link", name="Unmute all").click()
    expect(page.locator("#hears")).to_have_count(0)
    expect(page.locator(".wall__board > .sprite")).to_be_visible()


def test_a_folded_tile_is_as_large_as_the_places_that_it_is_the_sum_of(page: Page):
    page.goto(WALL)
    board = page.locator(".wall__board").bounding_box()
    page.goto(f"{WALL}?folded=1")
    tiles = [one.bounding_box() for one in page.locator(".wall__tile .sprite").all()]

    assert len(tiles) == 32
    places = 64 * (board["width"] / 64) * (board["height"] / 32)
    assert all(one["width"] * one["height"] == pytest.approx(places, rel=0.1) for one in tiles)
    assert not page.evaluate(BLANK, "#sum-31 .sprite")
    expect(page.locator("#sum-31")).to_contain_text("0 to 2.0")


def test_a_folded_wall_can_be_linked_and_the_same_control_undoes_it(page: Page):
    page.goto(f"{WALL}?folded=1")

    expect(page.locator(".wall__board > .sprite")).to_be_hidden()
    page.get_by_role("link", name="Unfold it").press("Enter")
    expect(page.locator(".wall__board > .sprite")).to_be_visible()
    expect(page.get_by_role("link", name="Fold it", exact=True)).to_be_focused()


def test_back_and_forward_unfold_and_fold_without_a_request(page: Page):
    page.goto(WALL)
    page.get_by_role("link", name="Fold it", exact=True).click()
    expect(page.locator("#sum-0")).to_be_visible()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.go_back()
    expect(page.locator(".wall__board > .sprite")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/wall$"))
    page.go_forward()
    expect(page.locator("#sum-0")).to_be_visible()

    assert not [url for url in asked if ".png" not in url]


def test_a_folded_tile_says_what_its_map_is_made_of(page: Page):
    page.goto(f"{WALL}?folded=1")
    page.locator("#sum-5").click()

    expect(page).to_have_url(re.compile(r"wall\?row=5&folded=1$"))
    expect(page.get_by_role("heading", name="What map 5 of layer 2 is made of")).to_be_visible()
    expect(page.locator("#sum-5")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Unfold it").click()
    expect(page.locator("#row-5")).to_have_attribute("aria-current", "true")


def test_under_reduced_motion_nothing_flies(open_page):
    page = open_page(reduced_motion="reduce")
    stop_the_clock(page)
    page.get_by_role("link", name="Fold it", exact=True).click()

    expect(page.locator("#sum-31 .sprite")).to_be_visible()
    expect(page.locator(".wall__flight")).to_have_count(0)  # a flight would still be in the air
    expect(page).to_have_url(re.compile(r"\?folded=1$"))


@pytest.mark.parametrize("width", [390, 320])
def test_heads_and_ends_stay_with_what_scrolls_inside_the_wall(open_page, width):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": 560})
    page.goto(WALL)
    scroll = page.locator(".wall__scroll")
    scroll.evaluate("element => element.scrollTo(480, 300)")
    board, seen = page.locator(".wall__board").bounding_box(), scroll.bounding_box()
    head = page.locator("#column-22").bounding_box()
    end = page.locator("#row-16").bounding_box()

    assert abs(head["y"] - seen["y"]) <= 2
    assert abs(head["x"] + head["width"] / 2 - board["x"] - 22.5 * board["width"] / 64) < 1.5
    assert abs(end["x"] + end["width"] - seen["x"] - seen["width"]) <= 2
    assert abs(end["y"] + end["height"] / 2 - board["y"] - 16.5 * board["height"] / 32) < 1.5
    assert min(head["width"], head["height"], end["width"], end["height"]) >= 23.9
    assert board["width"] / 64 >= 23.9


def test_only_a_wall_that_is_wider_than_its_window_says_that_it_scrolls(open_page, width):
    page = open_page(width=width)
    for query, columns, rows in (("", 64, 32), (f"?{SMALL}", 8, 4)):
        page.goto(f"{WALL}{query}")
        beyond = page.locator(".wall__scroll").evaluate("one => one.scrollWidth - one.clientWidth")
        hint = page.locator(".wall__more")

        expect(hint).to_have_text(f"{columns} columns and {rows} rows: scroll the wall → ↓")
        assert hint.bounding_box()["height"] == (24 if beyond > 0 else 0)
        end = page.locator(".wall__edge:not(.wall__edge--start)")
        assert end.bounding_box()["width"] == (14 if beyond > 0 else 0)


@pytest.mark.parametrize("width", [390, 320])
def test_the_wall_is_a_named_region_with_a_shade_where_there_is_more(open_page, width: int):
    page = open_page(width=width)
    page.goto(WALL)
    region = page.get_by_role("region", name="All contributions")
    shades = [
        page.locator(f".wall__edge{which}") for which in ("--start", ":not(.wall__edge--start)")
    ]
    for at, seen in ((0, ["0", "1"]), (600, ["1", "1"]), (5000, ["1", "0"])):
        region.evaluate("(one, at) => one.scrollTo(at, 0)", at)
        for shade, opacity in zip(shades, seen, strict=True):
            expect(shade).to_have_css("opacity", opacity)


@pytest.mark.parametrize("width", [390, 320])
def test_what_is_chosen_is_in_sight_and_every_target_is_large_enough(open_page, width: int):
    page = open_page(width=width)
    page.goto(f"{WALL}?column=40&row=14&mute=3")

    cell, seen = (page.locator(f".wall__{one}").bounding_box() for one in ("chosen", "scroll"))
    assert seen["x"] <= cell["x"] <= page.locator(".wall__ends").bounding_box()["x"] - cell["width"]
    assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("width", [1440, 1024, 390])
def test_few_columns_of_many_rows_stand_next_to_one_another(open_page, width: int):
    page = open_page(width=width)
    page.goto("/images/cat/layers/1/wall")
    boards = [one.bounding_box() for one in page.locator(".wall__board").all()]

    abreast = 4 if width > 390 else 2
    assert len(boards) == 4
    assert len({round(board["x"]) for board in boards}) == abreast
    assert len({round(board["y"]) for board in boards}) == 4 // abreast
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for row in (0, 15, 16, 47, 63):
        board, end = boards[row // 16], page.locator(f"#row-{row}").bounding_box()
        middle = board["y"] + (row % 16 + 0.5) * board["height"] / 16
        assert abs(end["y"] + end["height"] / 2 - middle) < 1.5
        assert min(end["width"], end["height"]) >= 23.9


def test_a_place_of_any_band_can_be_pointed_at_and_the_bands_fold(page: Page):
    page.goto("/images/cat/layers/1/wall")
    board = page.locator(".wall__board").nth(2)
    board.focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"wall\?column=1&row=32$"))
    expect(page.get_by_role("heading", name="From channel G to map 32 of layer 1")).to_be_visible()
    page.get_by_role("link", name="Fold it", exact=True).click()
    expect(page.locator("#sum-63 .sprite")).to_be_visible()


def test_the_heads_are_one_stop_of_the_keyboard_and_so_are_the_ends(page: Page):
    page.goto(WALL)
    page.locator(".wall__show").focus()
    for key, focused in (
        ("Tab", "#column-0"),
        ("ArrowRight", "#column-1"),
        ("End", "#column-63"),
        ("Tab", ".wall__board"),
        ("Tab", "#row-0"),
        ("ArrowDown", "#row-1"),
    ):
        page.keyboard.press(key)
        expect(page.locator(focused)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"wall\?row=1$"))

    expect(page.locator("#row-1")).to_be_focused()
    assert page.evaluate(STOPS, ".wall__rows") == ["row-1"]
    assert len(page.evaluate(STOPS, ".wall__columns")) == 1


def test_a_column_shows_where_its_map_goes(page: Page):
    page.goto(WALL)
    page.get_by_role("link", name="Where map 12 goes").click()

    expect(page).to_have_url(re.compile(r"wall\?column=12$"))
    expect(page.get_by_role("heading", name="Where map 12 goes")).to_be_in_viewport()
    expect(page.locator(".wall__item")).to_have_count(32)
    expect(page.locator("#column-12")).to_have_attribute("aria-current", "true")
    expect(page.locator("#column-12")).to_be_focused()


def test_a_row_shows_what_its_map_is_made_of_and_leads_to_its_fold(page: Page):
    page.goto(WALL)
    page.get_by_role("link", name="What map 5 of layer 2 is made of").click()

    expect(page).to_have_url(re.compile(r"wall\?row=5$"))
    expect(page.locator(".wall__item")).to_have_count(64)
    page.get_by_role("link", name="Add it up, one by one").click()
    expect(page).to_have_url(re.compile(r"/maps/5/contributions$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Map 5 is one sum of 64.")


def test_pointing_at_a_place_names_it_and_a_click_opens_it(page: Page):
    page.goto(WALL)
    means = page.request.get(f"{WALL}.json").json()["means"]
    page.locator(".wall__board").hover(position=place(page, 12, 5))

    expect(page.locator("#wall-status")).to_contain_text("map 12")
    expect(page.locator("#wall-status")).to_contain_text("to map 5: mean")
    shown = page.locator("#wall-status").inner_text().rpartition("mean ")[2].replace("−", "-")
    assert float(shown) == pytest.approx(means[12][5], rel=5e-3)
    page.locator(".wall__board").click(position=place(page, 12, 5))
    expect(page).to_have_url(re.compile(r"wall\?column=12&row=5$"))
    expect(page.get_by_role("heading", name="From map 12 to map 5 of layer 2")).to_be_visible()


def test_a_tap_opens_a_place(open_page):
    page = open_page(width=390, has_touch=True)
    page.goto(WALL)
    page.locator(".wall__board").tap(position=place(page, 3, 8))

    expect(page).to_have_url(re.compile(r"wall\?column=3&row=8$"))


def test_arrow_keys_move_over_the_board_and_enter_opens(page: Page):
    page.goto(WALL)
    page.locator(".wall__board").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.locator("#wall-status")).to_contain_text("to map 0: mean")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"wall\?column=1&row=1$"))
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"wall\?column=2&row=1$"))


def test_muting_changes_the_maps_and_going_back_unmutes(page: Page):
    page.goto(f"{WALL}?column=0")
    page.get_by_role("link", name="Mute map 0").click()

    expect(page).to_have_url(re.compile(r"wall\?mute=0&column=0$"))
    expect(page.locator("#hears")).to_contain_text("Map 0 is muted: layer 2 skips it.")
    expect(page.get_by_role("heading", name="Muting changes")).to_be_visible()
    expect(page.locator(".wall__struck")).to_have_count(1)
    page.get_by_role("link", name="Only map 0").click()
    expect(page).to_have_url(re.compile(r"wall\?solo=0&column=0$"))
    expect(page.locator(".wall__struck")).to_have_count(63)
    page.go_back()
    expect(page.locator(".wall__struck")).to_have_count(1)
    page.go_back()
    expect(page.locator("#hears")).to_have_count(0)
    page.get_by_role("link", name="Mute map 0").click()
    expect(page.locator("#hears")).to_contain_text("Map 0 is muted: layer 2 skips it.")
    page.get_by_role("link", name="Back to the lab").click()
    expect(page.locator("#tile-1-0")).to_have_class(re.compile("tile--muted"))
    page.get_by_role("link", name="Unmute all").click()
    expect(page.locator(".tile--muted")).to_have_count(0)


def test_a_place_that_is_not_there_is_explained_above_the_wall_that_stays(page: Page, watch):
    watch.expect("422")
    page.goto(WALL)
    page.locator("#wall-column").evaluate("input => input.removeAttribute('max')")
    page.locator("#wall-column").fill("64")
    page.get_by_role("button", name="Show").click()

    expect(page.get_by_role("alert")).to_contain_text("column is 64; 0 to 63 would work.")
    expect(page.locator("#wall")).to_be_visible()
    assert page.url.endswith("/wall")


def test_a_server_that_does_not_answer_leaves_the_wall_as_it_is(page: Page, watch):
    watch.expect("ERR_FAILED")
    watch.expect("Failed to fetch")
    page.goto(WALL)
    page.route("**/wall?column=12", lambda route: route.abort())
    page.get_by_role("link", name="Where map 12 goes").click()

    expect(page.get_by_role("alert")).to_contain_text("The server did not answer.")
    expect(page.locator(".wall__board > .sprite")).to_be_visible()


def test_the_wall_works_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/")
    page.get_by_role("link", name="All 2,048 results").click()
    page.get_by_role("link", name="Fold it", exact=True).click()
    expect(page).to_have_url(re.compile(r"wall\?folded=1$"))
    expect(page.locator("#sum-31 .sprite")).to_be_visible()
    page.get_by_role("link", name="Unfold it").click()
    page.locator("#wall-column").fill("12")
    page.locator("#wall-row").fill("5")
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile(r"wall\?column=12&row=5$"))
    page.locator("#wall-chosen").get_by_role("link", name="Where map 12 goes").click()
    page.get_by_role("link", name="Mute map 12").click()
    expect(page.locator("#hears")).to_contain_text("Map 12 is muted: layer 2 skips it.")
