"""The stage: where its maps stand, the lines into a filter, what moves, on a desk and on a phone."""

import re

import pytest
from playwright.sync_api import Page, expect

FOLD = "/images/cat/layers/2/maps/14/contributions"
FEW = "filters1=8&filters2=4&size=48"
PLACES = """
() => Object.fromEntries([...document.querySelectorAll('[id^="tile-"]')].map(tile => {
  const {left, top, right, bottom} = tile.getBoundingClientRect()
  return [tile.id, [left, top, right, bottom]]
}))
"""
FIELDS = """
() => [...document.querySelectorAll("input, select, textarea")]
  .filter(field => field.type !== "hidden" && field.checkVisibility()).map(field => field.name)
"""
STEP = """
() => {
  const [added] = document.querySelectorAll(".tile--added")
  const view = svg => [svg.getAttribute("viewBox"), svg.querySelector("image").getAttribute("href")].join(" ")
  const same = (one, other) =>
    view(added.querySelector(`${one} svg`)) === view(document.querySelector(`${other} svg`))
  return {
    number: added.querySelector(".tile__number").innerText,
    names: [...document.querySelectorAll("#equation [data-name]")].map(name => name.textContent),
    map: same(".tile__map", ".equation__map"),
    contribution: same(".tile__made", ".equation__made"),
    kernel: added.dataset.kernel === [...document.querySelectorAll(".taps tr")]
      .map(row => [...row.cells].map(cell => cell.textContent).join(",")).join(";"),
    sum: document.querySelector("#sum-picture img").src,
  }
}
"""


def test_all_96_maps_stand_on_the_first_screen(page: Page):
    page.goto("/")
    places = page.evaluate(PLACES)

    assert len(places) == 96
    assert places["tile-1-0"][1] < 240
    assert max(bottom for _, _, _, bottom in places.values()) < 900


@pytest.mark.parametrize(("width", "height"), [(1366, 650), (1920, 1080)])
def test_the_maps_fit_a_small_and_a_large_screen(page: Page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")

    assert max(bottom for _, _, _, bottom in page.evaluate(PLACES).values()) < height
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "height"), [(1366, 650), (1440, 900), (1024, 768)])
def test_every_choice_of_the_open_sum_is_seen(page: Page, width, height):
    page.set_viewport_size({"width": width, "height": height})
    page.goto(FOLD)
    box = page.locator("#parts-switch").bounding_box()
    for choice in page.locator("#parts-switch label").all():
        place = choice.bounding_box()
        assert place["y"] + place["height"] <= box["y"] + box["height"] + 1
        assert place["x"] + place["width"] <= box["x"] + box["width"] + 1


def test_few_fields_stand_before_change_and_the_others_behind_it(page: Page):
    page.goto("/")
    assert len(page.evaluate(FIELDS)) <= 6

    page.locator("#settings-2 > summary").click()
    expect(page.locator("#filters2")).to_be_visible()
    expect(page.locator("#tile-2-0")).to_be_in_viewport()


@pytest.mark.parametrize("width", [1440, 1024, 1920])
def test_choosing_a_map_moves_no_tile(open_page, width: int):
    page = open_page(width=width)
    page.goto("/")
    before = page.evaluate(PLACES)
    page.locator("#tile-2-14").click()
    expect(page.locator("#fold")).to_be_visible()
    expect(page.locator("#play")).to_be_in_viewport()
    after = page.evaluate(PLACES)

    assert before.keys() == after.keys()
    for name, place in before.items():
        assert after[name] == pytest.approx(place, abs=1), name


def test_a_map_that_was_chosen_is_added_at_once_and_a_link_to_it_waits(page: Page):
    page.goto("/")
    page.locator("#tile-2-14").click()
    expect(page).to_have_url(re.compile("/maps/14/contributions"))
    expect(page.locator(".sum__count")).to_have_text("2 of 64")
    page.locator("#play").click()

    page.goto(FOLD)
    page.wait_for_timeout(400)
    expect(page.locator(".sum__count")).to_have_text("64 of 64")
    expect(page.locator("#play")).to_have_text("Play")


def test_a_step_marks_map_kernel_contribution_and_sum_together(page: Page):
    page.goto(f"{FOLD}?sum=10")
    before = page.evaluate(STEP)
    page.get_by_role("button", name="One step on").click()
    expect(page.locator("#sum-picture img")).to_have_attribute("src", re.compile(r"/sums/11\.png"))
    after = page.evaluate(STEP)

    for state, number in ((before, "9"), (after, "10")):
        assert number in state["number"]
        assert state["names"] == [number] * 3
        assert state["map"]
        assert state["contribution"]
        assert state["kernel"]
    assert before["sum"] != after["sum"]


def test_choosing_a_place_of_the_grid_jumps_to_its_step(page: Page):
    page.goto(FOLD)
    page.locator("#tile-1-20").click()

    expect(page.locator(".sum__count")).to_have_text("21 of 64")
    expect(page.locator("#tile-1-20")).to_have_class(re.compile("tile--added"))
    expect(page.locator(".tile--out")).to_have_count(43)
    expect(page).to_have_url(re.compile("sum=21$"))


def test_the_space_bar_plays_and_escape_closes_what_is_open(page: Page):
    page.goto(f"{FOLD}?sum=5")
    page.locator(".sum__slider").focus()
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_text("Pause")
    page.keyboard.press("Space")
    expect(page.locator("#play")).to_have_text("Play")

    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile("/images/cat$"))
    expect(page.locator("#fold")).to_have_count(0)
    expect(page.locator("#tile-2-14")).to_be_focused()


def test_pointing_at_a_map_shows_its_lines_without_a_request(page: Page):
    page.goto("/")
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    drawn = page.locator(".lines__in path")
    expect(drawn).to_have_count(64)

    page.locator("#tile-2-3").hover()
    expect(page.locator("#bench-title")).to_have_text("Filter 3 of layer 2")
    expect(drawn).to_have_count(64)
    assert min(float(one.get_attribute("stroke-width") or 0) for one in drawn.all()) >= 1
    page.locator("#tile-1-9").hover()
    expect(page.locator("#bench-title")).to_have_text("Where map 9 of layer 1 goes")
    expect(drawn).to_have_count(32)
    assert [url for url in asked if "/values" not in url] == []


def test_the_wrong_answers_flip_in_the_place_of_the_sum(page: Page):
    page.goto(FOLD)
    place = page.locator("#sum-picture").bounding_box()
    page.get_by_label("plain mean").check()

    expect(page.locator("#sum-picture")).to_be_hidden()
    assert page.locator(".sums__wrong--mean").bounding_box() == pytest.approx(place, abs=1)
    expect(page.locator(".sums__why--mean")).to_contain_text("off by up to")
    page.get_by_label("weighted sum").check()
    expect(page.locator("#sum-picture")).to_be_visible()


def test_one_thing_stands_below_the_stage_and_has_an_address(page: Page):
    page.goto("/images/cat")
    expect(page.locator(".numbers")).to_have_count(0)
    page.get_by_role("link", name="Numbers").click()

    expect(page).to_have_url(re.compile(r"/images/cat\?below=numbers$"))
    expect(page.locator(".numbers")).to_contain_text("20,256")
    page.get_by_role("link", name="Costs").click()
    expect(page.locator(".numbers")).to_have_count(0)
    expect(page.locator("#costs-2")).to_contain_text("2,624")


def test_layer_1_is_folded_on_the_same_stage(page: Page):
    page.goto("/")
    page.locator("#tile-1-5").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Map 5 of layer 1 is one sum of 3.")
    expect(page.locator("#parts .tile--part")).to_have_count(3)
    expect(page.locator("#maps-1 .tile")).to_have_count(64)


def test_on_a_phone_the_first_fold_is_one_tap_and_sum_and_grid_fit(open_page):
    page = open_page(width=390)
    page.goto("/")
    page.locator("#tile-2-3").click()
    expect(page.locator("#fold")).to_be_visible()
    page.evaluate("scrollTo(0, 0)")
    boxes = [page.locator(one).bounding_box() for one in ("#sum-picture", "#parts .grid")]

    assert min(box["y"] for box in boxes) >= 0
    assert max(box["y"] + box["height"] for box in boxes) <= 844
    assert boxes[0]["height"] <= 0.45 * 844


@pytest.mark.parametrize(
    "query",
    ["groups2=4", "kind2=depthwise", "filters1=1", "filters2=1", "mute=3", "kind2=separable"],
)
def test_the_headline_never_speaks_of_a_sum_of_one(page: Page, query):
    for address in ("/images/cat", "/images/cat/layers/2/maps/0/contributions"):
        page.goto(f"{address}?{query}&size=32")
        assert "sum of 1." not in page.locator("h1").inner_text()
    expect(page.locator("#bench")).to_be_visible()


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1024, "dark"), (390, "light")])
def test_axe_finds_nothing_wrong_with_an_open_menu_and_open_settings(open_page, axe, width, scheme):
    page = open_page(width=width, scheme=scheme)
    page.goto("/images/cat?filters1=8&filters2=4&size=48")
    page.locator("#settings-1 > summary").click()
    assert axe(page) == []
    page.locator("#settings-1 > summary").click()
    page.locator("#view > summary").click()
    assert axe(page) == []


@pytest.mark.parametrize(
    ("width", "height", "scheme", "forced"),
    [
        (1366, 650, "light", "none"),
        (1920, 1080, "dark", "none"),
        (320, 640, "light", "none"),
        (1440, 900, "light", "active"),
    ],
)
def test_axe_finds_nothing_wrong_at_any_size(open_page, axe, width, height, scheme, forced):
    page = open_page(width=width, scheme=scheme, forced_colors=forced)
    page.set_viewport_size({"width": width, "height": height})
    for address in ("/images/cat", "/images/cat/layers/2/maps/1/contributions?sum=3"):
        page.goto(f"{address}{'&' if '?' in address else '?'}filters1=8&filters2=4&size=48")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_first_tap_shows_the_lines_and_the_second_opens_the_map(open_page):
    page = open_page(has_touch=True)
    page.goto("/")
    page.locator("#tile-2-3").tap()
    expect(page.locator("#bench-title")).to_have_text("Filter 3 of layer 2")
    assert page.url.endswith("/")

    page.locator("#tile-2-3").tap()
    expect(page).to_have_url(re.compile("/maps/3/contributions$"))


def offered(page: Page) -> list[str]:
    """Return what the menu of a tile offers."""
    return [link.inner_text() for link in page.locator(".tile-menu a:visible").all()]


def test_the_menu_of_a_tile_mutes_its_map(page: Page):
    page.goto(f"/images/cat?{FEW}")
    page.locator("#tile-1-3").focus()
    page.keyboard.press("m")
    expect(page.get_by_text("Map 3 of layer 1", exact=True)).to_be_visible()
    assert offered(page) == ["its own fold", "mute", "only this map", "strongest places", "numbers"]
    page.get_by_role("link", name="mute", exact=True).press("Enter")

    expect(page).to_have_url(re.compile("mute=3$"))
    expect(page.locator("#tile-1-3")).to_be_focused()
    expect(page.locator("#tile-1-3.tile--muted")).to_contain_text("muted")
    expect(page.locator("#hears")).to_contain_text("Map 3 is muted: layer 2 skips it. Unmute all")
    page.keyboard.press("m")
    assert offered(page)[1] == "unmute"
    page.get_by_role("link", name="unmute", exact=True).click()
    expect(page.locator(".tile--muted")).to_have_count(0)


def test_the_menu_chooses_the_only_map_that_layer_2_hears_and_adds_others(page: Page):
    page.goto(f"/images/cat?{FEW}&mute=2")
    page.locator("#tile-1-3").focus()
    page.keyboard.press("m")
    page.get_by_role("link", name="only this map", exact=True).click()
    expect(page).to_have_url(re.compile(r"solo=3$"))
    expect(page.locator(".tile--muted")).to_have_count(7)
    page.keyboard.press("m")
    assert offered(page) == ["its own fold", "strongest places", "numbers"]  # one map is left
    page.keyboard.press("Escape")
    page.locator("#tile-1-5").focus()
    page.keyboard.press("m")
    page.get_by_role("link", name="unmute", exact=True).click()

    expect(page).to_have_url(re.compile(r"solo=3,5$"))
    expect(page.locator(".tile--muted")).to_have_count(6)


def test_escape_closes_the_menu_and_leaves_the_fold_open(page: Page):
    page.goto(f"/images/cat/layers/2/maps/1/contributions?{FEW}")
    page.locator("#tile-1-3").focus()
    page.keyboard.press("m")
    page.keyboard.press("Escape")

    expect(page.locator(".tile-menu__body")).to_be_hidden()
    expect(page.locator("#tile-1-3")).to_be_focused()
    expect(page.locator("#fold")).to_be_visible()
    page.keyboard.press("m")
    page.get_by_role("link", name="mute", exact=True).press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Map 1 is one sum of 7.")
    expect(page.locator(".sum__count")).to_have_text("7 of 7")
    expect(page.locator("#tile-1-3")).to_be_focused()


def test_a_tile_that_is_pointed_at_has_a_button_for_its_menu(page: Page, axe):
    page.goto(f"/images/cat?{FEW}")
    button = page.locator(".tile-menu__open")
    expect(button).to_be_hidden()
    page.locator("#tile-1-6").hover()
    expect(button).to_have_accessible_name("More about map 6 of layer 1 (key m)")
    tile, place = page.locator("#tile-1-6").bounding_box(), button.bounding_box()
    assert place["width"] == place["height"] == 24
    assert tile["x"] + tile["width"] / 2 <= place["x"] < tile["x"] + tile["width"]

    button.click()
    expect(page.get_by_text("Map 6 of layer 1", exact=True)).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("#tile-1-6")).to_be_focused()
    page.locator("h1").hover()
    expect(button).to_be_hidden()


@pytest.mark.parametrize("width", [390, 320])
def test_a_finger_finds_the_menu_at_the_map_that_it_opened(open_page, width: int):
    page = open_page(width=width, has_touch=True, is_mobile=True)
    page.goto(f"/images/cat?{FEW}")
    page.locator("#tile-1-5").tap()
    expect(page.locator("#fold")).to_be_visible()
    button = page.locator(".tile-menu__open")
    expect(button).to_have_accessible_name("More about map 5 of layer 1 (key m)")
    button.tap()
    for link in page.locator(".tile-menu a:visible").all():
        assert link.bounding_box()["height"] >= 44
    page.get_by_role("link", name="mute", exact=True).tap()

    expect(page).to_have_url(re.compile(r"maps/5/contributions\?.*mute=5$"))


def test_a_tap_next_to_the_settings_closes_them_on_a_phone(open_page):
    page = open_page(width=390, has_touch=True, is_mobile=True)
    page.goto(f"/images/cat?{FEW}")
    page.locator("#settings-1 > summary").tap()
    fields = page.locator("#settings-1 .settings__fields")
    page.locator("#settings-1 [name=filters1]").fill("6")
    page.locator("#settings-1 [name=filters1]").press("Enter")
    page.wait_for_url("**filters1=6**")
    expect(page.locator("#tile-1-6")).to_have_count(0)
    expect(fields).to_be_visible()

    page.get_by_role("heading", level=1).tap()

    expect(fields).to_be_hidden()


def test_what_a_field_says_of_itself_leaves_the_fields_under_it_to_the_finger(open_page):
    page = open_page(width=390, has_touch=True, is_mobile=True)
    page.goto(f"/images/cat?{FEW}")
    page.locator("#settings-1 > summary").tap()
    page.locator("#settings-1 [name=filters1]").tap()
    tip, below = page.locator("#filters1-why"), page.locator("#settings-1 [name=padding1]")
    expect(tip).to_be_visible()
    words, field = tip.bounding_box(), below.bounding_box()
    covered = {"x": words["x"] + words["width"] - field["x"] - 4, "y": field["height"] / 2}
    assert covered["x"] > 4
    assert words["y"] < field["y"] + covered["y"] < words["y"] + words["height"]

    below.tap(position=covered, trial=True)


def test_the_button_of_a_map_is_not_seen_through_what_lies_over_it(open_page):
    page = open_page(width=390, has_touch=True, is_mobile=True)
    page.goto(f"/images/cat/layers/2/maps/1/pixel?row=1&col=1&{FEW}")
    button, panel, tile = map(page.locator, (".tile-menu__open", ".panel", "#tile-2-1"))
    expect(panel).to_be_visible()
    assert tile.bounding_box()["y"] > panel.bounding_box()["y"]
    expect(button).to_be_hidden()

    page.goto(f"/images/cat/layers/2/maps/1/contributions?{FEW}")
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    expect(button).to_be_visible()


@pytest.mark.parametrize(("moved", "opens"), [(3, True), (40, False)])
def test_a_long_press_opens_the_menu_and_not_the_map(open_page, moved: int, opens: bool):
    page = open_page(width=390, has_touch=True, is_mobile=True)
    page.goto(f"/images/cat?{FEW}")
    page.locator("#tile-1-5").scroll_into_view_if_needed()
    box = page.locator("#tile-1-5").bounding_box()
    finger = page.context.new_cdp_session(page)
    for kind, points in (("touchStart", [0]), ("touchMove", [moved])):
        at = [{"x": box["x"] + 10 + one, "y": box["y"] + 10} for one in points]
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": at})
    page.wait_for_timeout(800)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    expect(page.locator(".tile-menu__body")).to_be_visible(visible=opens)
    assert "/maps/" not in page.url
    page.get_by_role("heading", level=1).tap()
    expect(page.locator(".tile-menu__body")).to_be_hidden()


def test_without_javascript_links_mute_a_map_and_bring_it_back(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(f"/images/cat?{FEW}")
    page.locator("#tile-1-5").click()
    page.get_by_role("link", name="mute it", exact=True).click()
    expect(page.locator(".hears")).to_contain_text("Map 5 is muted: layer 2 skips it.")
    page.get_by_role("link", name="only this map", exact=True).click()
    expect(page.locator(".hears")).to_contain_text("Layer 2 reads only map 5.")
    page.goto(f"/images/cat/layers/1/maps/5?{FEW}&mute=5")
    page.get_by_role("link", name="unmute it", exact=True).click()
    expect(page.locator(".hears")).to_have_count(0)


@pytest.mark.parametrize("query", ["groups2=2", "kind2=depthwise&filters1=4", "mute=0,1,2"])
def test_a_map_that_is_not_heard_has_no_line(page: Page, query):
    page.goto(f"/images/cat?filters1=8&filters2=4&size=48&{query}")
    first = page.locator("#tile-2-0").get_attribute("data-lines").split()

    data = page.request.get(f"/images/cat.json?filters1=8&filters2=4&size=48&{query}").json()
    hears = data["stage"]["flows"][0]["hears"]
    assert [flow != "00" for flow in first] == hears
    assert not all(hears)
