"""The fold as a reader meets it: play, step, scrub, order, keyboard, without motion, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import change

FOLD = "/images/cat/layers/2/maps/7/contributions"
SAME_PICTURE = """
async ([first, second]) => {
  const pixels = async ({href, x, y, width, height}) => {
    const picture = new Image()
    picture.src = href
    await picture.decode()
    const canvas = new OffscreenCanvas(256, 256)
    const context = canvas.getContext("2d")
    context.drawImage(picture, x, y, width, height, 0, 0, 256, 256)
    return context.getImageData(0, 0, 256, 256).data
  }
  const [one, two] = [await pixels(first), await pixels(second)]
  return one.every((value, place) => value === two[place])
}
"""


def view_of(page: Page) -> dict[str, object]:
    return {
        "href": page.locator("#sum-picture img").first.evaluate("one => one.src"),
        "x": 0,
        "y": 0,
        "width": 256,
        "height": 256,
    }


def test_choosing_a_tile_of_the_fold_opens_the_fold_of_that_map(page: Page):
    page.goto(FOLD)
    page.locator("#tile-2-9").click()

    expect(page).to_have_url(re.compile("/layers/2/maps/9/contributions$"))
    expect(page.locator(".tile--part")).to_have_count(64)
    expect(page.get_by_role("heading", level=1)).to_have_text("Map 9 is one sum of 64.")


def test_played_to_the_end_the_last_frame_equals_the_map(page: Page):
    page.goto(f"{FOLD}?scale=stack&sum=58")
    expect(page.locator(".sum__count")).to_have_text("58 of 64")
    expect(page.locator(".tile--out")).to_have_count(6)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#sum-label")).to_have_text("after ReLU: map 7")
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    expect(page.locator("#sum-picture canvas")).to_have_count(0)

    expect(page.locator(".tile--out")).to_have_count(0)
    map_7 = {
        "href": "/images/cat/layers/2/maps/7.png?scale=stack",
        "x": 0,
        "y": 0,
        "width": 256,
        "height": 256,
    }
    assert page.evaluate(SAME_PICTURE, [view_of(page), map_7])
    assert not page.evaluate(
        SAME_PICTURE,
        [view_of(page), {**map_7, "href": "/images/cat/layers/2/maps/8.png?scale=stack"}],
    )


def test_it_moves_only_after_play_and_stops_at_pause(page: Page):
    page.goto(f"{FOLD}?sum=3")
    page.wait_for_timeout(400)
    expect(page.locator(".sum__count")).to_have_text("3 of 64")

    page.get_by_role("button", name="Play").click()
    expect(page.locator(".sum__count")).not_to_have_text("3 of 64")
    page.get_by_role("button", name="Pause").click()
    stopped = page.locator(".sum__count").text_content() or ""
    page.wait_for_timeout(400)
    expect(page.locator(".sum__count")).to_have_text(stopped)
    expect(page).to_have_url(re.compile(rf"sum={stopped.split()[0]}$"))


def test_play_is_there_after_another_map_was_chosen_and_stops_when_a_setting_changes(page: Page):
    page.goto(FOLD)
    page.locator("#tile-2-9").click()
    expect(page).to_have_url(re.compile("/maps/9/"))
    page.get_by_role(
        "button", name="Pause"
    ).click()  # the sum of a map that was chosen plays by itself
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(page).to_have_url(re.compile("stride1=2"))

    expect(page.get_by_role("button", name="Play")).to_be_visible()
    stopped = page.locator(".sum__count").text_content() or ""
    page.wait_for_timeout(400)
    expect(page.locator(".sum__count")).to_have_text(stopped)
    expect(page).not_to_have_url(re.compile("sum="))


def test_with_reduced_motion_nothing_plays_by_itself_and_there_are_steps(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto(f"{FOLD}?sum=3")
    page.locator("#tile-2-9").click()
    expect(page).to_have_url(re.compile("/maps/9/contributions$"))
    page.wait_for_timeout(400)
    expect(page.locator(".sum__count")).to_have_text("64 of 64")

    page.goto(f"{FOLD}?sum=3")
    page.get_by_role("button", name="One step on").click()
    expect(page.locator(".sum__count")).to_have_text("4 of 64")


def test_the_keyboard_alone_scrubs_and_opens_a_contribution(page: Page):
    page.goto(FOLD)
    page.locator(".sum__slider").focus()
    page.keyboard.press("Home")
    expect(page.locator("#sum-label")).to_have_text("nothing added yet")
    expect(page.locator(".tile--out")).to_have_count(64)
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".sum__count")).to_have_text("5 of 64")
    expect(page).to_have_url(re.compile(r"sum=5$"))

    page.locator("#tile-1-0").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator(".equation__map figcaption")).to_have_text("map 1")
    expect(page.locator(".sum__count")).to_have_text("2 of 64")


def test_the_order_can_be_changed_and_back_changes_it_again(page: Page):
    page.goto(FOLD)
    page.locator(".sum__order a").click()
    expect(page).to_have_url(re.compile("order=size"))
    expect(page.locator(".sum__order [aria-current]")).to_have_text("by size")

    page.go_back()
    expect(page.locator(".sum__order [aria-current]")).to_have_text("by number")


def test_a_changed_setting_keeps_the_fold_open(page: Page):
    page.goto(f"{FOLD}?order=size&mute=3")
    change(page, 1)
    page.locator("#stride1").select_option("2")

    expect(page).to_have_url(re.compile("/contributions\\?stride1=2&mute=3&order=size$"))
    page.locator("#filters1").fill("16")
    page.locator("#filters1").press("Enter")
    expect(page.locator(".sum__count")).to_have_text("15 of 15")


def test_without_javascript_the_sum_is_moved_by_a_button(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(f"{FOLD}?stride1=2")
    page.locator(".sum__slider").fill("12")
    page.get_by_role("button", name="Show").click()

    expect(page.locator(".sum__count")).to_have_text("12 of 64")
    expect(page).to_have_url(re.compile("stride1=2&sum=12|sum=12&stride1=2"))


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_a_step_of_a_layer_of_two_steps_changes_its_number_and_its_map_between(page: Page, kind):
    page.goto(f"{FOLD}?kind2={kind}&sum=10&size=64")
    page.get_by_role("button", name="One step on").click()
    steps = page.request.get(f"{FOLD}.json?kind2={kind}&size=64").json()["two_steps"]

    number = page.locator("#equation [data-number]").inner_text().replace("−", "-")
    assert float(number.replace("≈ ", "")) == pytest.approx(steps["numbers"][10], abs=0.006)
    box = " ".join(str(steps["boxes"][10][side]) for side in ("x", "y", "width", "height"))
    expect(page.locator(".equation__between .sprite")).to_have_attribute("viewBox", box)
    written = page.locator("#equation .taps td").all_inner_texts()
    kernel = [weight for row in steps["kernels"][10] for weight in row]
    for text, weight in zip(written, kernel, strict=True):
        assert float(text.replace("−", "-").replace("≈ ", "")) == pytest.approx(weight, abs=0.006)
    expect(page.locator("#equation .equation__map figcaption")).to_have_text("map 10")


def test_a_legend_stands_under_the_grid_only_for_what_the_grid_shows(page: Page):
    made, kernels, maps = (f".parts__{one}" for one in ("made", "kernels", "maps"))

    def visible() -> list[str]:
        return [one for one in (made, kernels, maps) if page.locator(one).is_visible()]

    page.goto(f"{FOLD}?sum=12")
    assert visible() == [made, kernels, maps]
    page.locator(".sum__slider").press("Home")
    assert visible() == [maps]
    page.locator(".sum__slider").press("End")
    assert visible() == [made, kernels]
    for word, shown in (
        ("maps", [maps]),
        ("kernels", [kernels]),
        ("contributions", [made]),
        ("shares", [made]),
    ):
        page.locator("#parts-switch").get_by_text(word, exact=True).click()
        assert visible() == shown


@pytest.mark.parametrize(("scheme", "blend"), [("light", "multiply"), ("dark", "screen")])
def test_the_sum_lies_over_the_grey_picture_and_keeps_its_step(open_page, scheme, blend):
    page = open_page(scheme=scheme)
    page.goto(f"{FOLD}?sum=12")
    page.get_by_role("button", name="One step on").click()
    page.get_by_role("link", name="over the picture").click()

    expect(page).to_have_url(re.compile("(over=on&sum=13|sum=13&over=on)$"))
    expect(page.locator(".sum__count")).to_have_text("13 of 64")
    assert "grayscale(1)" in page.locator(".photo").evaluate("one => getComputedStyle(one).filter")
    sum_picture = page.locator("#sum-picture .sprite")
    assert sum_picture.evaluate("one => getComputedStyle(one).mixBlendMode") == blend
    boxes = [page.locator(one).bounding_box() for one in (".photo", "#sum-picture")]
    for side in ("x", "y", "width", "height"):
        assert boxes[0][side] == pytest.approx(boxes[1][side], abs=1)
    page.get_by_role("button", name="One step on").click()
    expect(page.locator(".sum__count")).to_have_text("14 of 64")
    page.get_by_role("link", name="without the picture").click()
    expect(page.locator(".photo")).to_have_count(0)
    expect(page.locator(".sum__count")).to_have_text("14 of 64")


def test_without_javascript_a_link_lays_the_sum_over_the_picture(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(FOLD)
    page.get_by_role("link", name="over the picture").click()

    expect(page.locator(".photo")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?over=on$"))


@pytest.mark.parametrize("width", [320, 390, 1024, 1440])
@pytest.mark.parametrize(
    "query",
    ["kind2=separable", "kind2=pointwise_first", "kind2=depthwise", "kernel2=5&weights2=random"],
)
def test_every_part_of_the_equation_lies_within_the_page(open_page, query, width):
    page = open_page(width=width)
    page.goto(f"{FOLD}?{query}&sum=1&size=64")

    parts = page.locator("#equation :is(.equation__picture, .taps, .equation__plus:visible)")
    for part in parts.all():
        box = part.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


@pytest.mark.parametrize("width", [390, 1024, 1280, 1440])
@pytest.mark.parametrize("kernel", ["3", "4x5", "5"])
def test_the_numbers_of_a_kernel_stand_apart(open_page, kernel, width):
    page = open_page(width=width)
    page.goto(f"{FOLD}?kernel2={kernel}&weights2=random&sum=1&size=64")

    spare = page.locator("#equation .taps td").evaluate_all("""cells => cells.map(cell => {
      const words = document.createRange()
      words.selectNodeContents(cell)
      return cell.getBoundingClientRect().width - words.getBoundingClientRect().width
    })""")
    assert len(spare) > 8
    assert min(spare) >= 2.5


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_axe_finds_nothing_wrong_with_the_fold(open_page, axe, width, scheme):
    page = open_page(width=width, scheme=scheme)
    page.goto("/images/cat/layers/2/maps/3/contributions?input=3&filters1=8&filters2=4")

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("name", "kind"), [("plain mean", "mean"), ("one kernel for all", "shared")]
)
def test_the_legend_counts_what_lies_beyond_in_the_wrong_answer_that_is_shown(
    page: Page, name, kind
):
    page.goto("/images/cat/layers/2/maps/14/contributions")
    own = page.locator(".sums__foot .legend__beyond")
    expect(own).to_be_visible()
    page.get_by_role("radio", name=name).check()

    data = page.request.get("/images/cat/layers/2/maps/14/contributions.json").json()
    (wrong,) = (one for one in data["wrong"] if one["kind"] == kind)
    expect(own).to_be_hidden()
    shown = page.locator(f".sums__beyond--{kind}")
    expect(shown).to_be_visible()
    says = shown.inner_text()
    assert ("no value" in says) == (wrong["beyond"] == 0)
    if 0.001 < wrong["beyond"] < 0.999:
        assert f"{100 * wrong['beyond']:.1f}\xa0%" in says


def test_a_wrong_answer_says_nothing_of_a_step_and_a_step_shows_the_sum_again(page: Page):
    page.goto("/images/cat/layers/2/maps/14/contributions?sum=27")
    page.get_by_role("radio", name="plain mean").check()
    for part in (".sum__count", ".sums__label", ".sums__then"):
        assert page.locator(part).evaluate("(one) => getComputedStyle(one).visibility") == "hidden"

    page.get_by_role("button", name="One step on").click()
    expect(page.get_by_role("radio", name="weighted sum")).to_be_checked()
    expect(page.locator(".sum__count")).to_have_text("28 of 64")
    expect(page.locator("#equation [data-name]").first).to_have_text("27")


def test_the_equation_shows_the_last_map_after_it_and_the_first_before_it(page: Page):
    page.goto("/images/cat/layers/2/maps/14/contributions?sum=40")
    slider, name = page.get_by_role("slider"), page.locator("#equation [data-name]").first
    slider.press("End")
    expect(name).to_have_text("63")
    slider.press("Home")
    expect(name).to_have_text("0")


def test_another_order_keeps_the_step(page: Page):
    page.goto("/images/cat/layers/2/maps/14/contributions?sum=27")
    page.locator(".sum__order a").click()

    expect(page).to_have_url(re.compile(r"order=size.*sum=27|sum=27.*order=size"))
    expect(page.locator(".sum__count")).to_have_text("27 of 64")


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_on_a_phone_a_map_that_is_tapped_begins_at_its_headline(open_page, motion):
    page = open_page(width=390, has_touch=True, reduced_motion=motion)
    page.goto("/")
    page.locator("#tile-2-7").evaluate("tile => tile.scrollIntoView({block: 'center'})")
    before = page.evaluate("scrollY")
    page.locator("#tile-2-7").tap()
    expect(page).to_have_url(re.compile("/maps/7/contributions"))
    expect(page.locator("h1")).to_be_in_viewport()
    expect(page.locator("#close")).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(500)  # until it has stopped
    assert 0 <= page.locator("h1").evaluate("it => it.getBoundingClientRect().top") < 24

    page.go_back()
    expect(page.locator(".lab--fold")).to_have_count(0)
    page.wait_for_timeout(500)
    assert abs(page.evaluate("scrollY") - before) < 2


def test_on_a_phone_the_keyboard_stays_at_the_map_that_it_opens(open_page):
    page = open_page(width=390)
    page.goto("/")
    page.locator("#tile-2-7").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/maps/7/contributions"))
    page.wait_for_timeout(500)
    expect(page.locator("#tile-2-7")).to_be_focused()
    expect(page.locator("#tile-2-7")).to_be_in_viewport()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", [1280, 1440])
@pytest.mark.parametrize("channel", [3, 23])
def test_nothing_covers_the_links_under_the_heading(open_page, channel, width, language):
    page = open_page(width=width)
    page.goto(f"/images/cat/layers/2/maps/{channel}/contributions?lang={language}")
    links = page.locator(".bench--fold > .layer__shape a")
    expect(links).to_have_count(3)
    for link in links.all():
        link.click(trial=True)  # fails where something else would be hit
