"""The lab as a reader meets it: first view, settings, history, uploads, keyboard, without JavaScript."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import change
from tools.serving import ROOT

CAT = ROOT / "static/samples/cat.jpg"
TILES = ".tile"
DROP = """
([name, text]) => {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0))
  const data = new DataTransfer()
  data.items.add(new File([bytes], "picture.jpg", {type: "image/jpeg"}))
  const event = name === "paste"
    ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
    : new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true})
  document.body.dispatchEvent(event)
}
"""
BLANK_TILES = """
async () => {
  const blank = []
  for (const image of document.querySelectorAll(".tile image")) {
    const box = image.ownerSVGElement.viewBox.baseVal
    const picture = new Image()
    picture.src = image.href.baseVal
    await picture.decode()
    const canvas = new OffscreenCanvas(box.width, box.height)
    const context = canvas.getContext("2d")
    context.drawImage(picture, -box.x, -box.y, image.width.baseVal.value, image.height.baseVal.value)
    const {data} = context.getImageData(0, 0, box.width, box.height)
    const colours = new Set()
    for (let i = 0; i < data.length; i += 4) colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2])
    if (colours.size < 8) blank.push(image.closest("a").id)
  }
  return blank
}
"""


def test_the_first_view_shows_96_maps_with_something_on_each(page: Page):
    page.goto("/")

    expect(page.locator(TILES)).to_have_count(96)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "64 maps go in. Why do 32 come out, and not 64 × 32?"
    )
    assert page.evaluate(BLANK_TILES) == []


def test_no_view_is_wider_than_its_window(any_page: Page):
    for address in ("/", "/images/cat/layers/1/maps", "/about"):
        any_page.goto(address)
        assert any_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


SMALL = "?filters1=8&filters2=4"  # the same page with fewer tiles: axe looks at every one


@pytest.mark.parametrize(
    ("address", "width", "scheme"),
    [
        ("/", 1440, "light"),
        (f"/{SMALL}", 1024, "dark"),
        (f"/{SMALL}", 390, "light"),
        (f"/images/cat/layers/2/maps/3{SMALL}", 1440, "dark"),
        (f"/images/cat/layers/2/maps/3{SMALL}", 390, "light"),
        (f"/images/cat/layers/1/maps{SMALL}", 1024, "light"),
        (f"/images/cat/layers/1/maps{SMALL}", 390, "dark"),
        ("/about", 1440, "light"),
        ("/about", 390, "dark"),
    ],
)
def test_axe_finds_nothing_wrong(open_page, axe, address, width, scheme):
    page = open_page(width=width, scheme=scheme)
    page.goto(address)

    assert axe(page) == []


def test_axe_finds_nothing_wrong_with_an_error(page: Page, axe, watch):
    watch.expect("422")
    page.goto("/images/cat?groups2=3")

    assert axe(page) == []


def test_tiles_stay_large_enough_to_touch_on_a_phone(open_page):
    page = open_page(width=390)
    page.goto("/")

    sizes = [tile.bounding_box() for tile in page.locator(TILES).all()]
    assert min(size["width"] for size in sizes) >= 40


def test_a_changed_setting_changes_the_maps_and_the_address(page: Page):
    page.goto("/")
    change(page, 1)
    page.get_by_label("filters").first.fill("16")
    page.get_by_label("filters").first.press("Tab")

    expect(page).to_have_url(re.compile(r"/images/cat\?filters1=16$"))
    expect(page.locator("#maps-1 .tile")).to_have_count(16)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "16 maps go in. Why do 32 come out, and not 16 × 32?"
    )
    expect(page.locator("#settings-2")).to_contain_text("32 × (3·3·16 + 1)")
    expect(page).to_have_title(re.compile("Convfold"))


def test_back_and_forward_and_reload_show_what_the_address_says(page: Page):
    page.goto("/images/cat")
    change(page, 2)
    page.locator("#stride2").select_option("2")
    expect(page.locator("#layer-2-title")).to_be_visible()
    expect(page).to_have_url(re.compile("stride2=2"))
    page.locator("#kernel2").fill("5")
    page.locator("#kernel2").press("Enter")
    expect(page).to_have_url(re.compile("kernel2=5"))

    page.go_back()
    expect(page.locator("#kernel2")).to_have_value("3")
    expect(page.locator("#stride2")).to_have_value("2")
    page.go_back()
    expect(page.locator("#stride2")).to_have_value("1")
    page.go_forward()
    expect(page.locator("#stride2")).to_have_value("2")
    page.reload()
    expect(page.locator("#stride2")).to_have_value("2")
    expect(page.locator(".shapes")).to_contain_text("32 × 128 × 128")


def test_a_chosen_map_opens_with_its_statistics_and_its_filter(page: Page):
    page.goto("/images/cat/layers/2/maps/0")
    page.locator("#tile-2-7").click()

    expect(page).to_have_url(re.compile("/images/cat/layers/2/maps/7$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Map 7 is one sum of 64.")
    expect(page.locator("#tile-2-7")).to_have_attribute("aria-current", "true")
    expect(page.locator("#tile-2-0")).not_to_have_attribute("aria-current", "true")
    expect(page.locator("#map .kernel")).to_have_count(64)
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(page).to_have_url(re.compile(r"/images/cat/layers/2/maps/7\?stride1=2$"))
    page.locator("#tile-1-3").click()
    expect(page.locator("#map .kernel")).to_have_count(3)


def test_the_fields_behind_more_stay_open_when_one_of_them_changes(page: Page):
    page.goto("/")
    change(page, 1)
    page.locator("#more-layer-1 summary").click()
    page.locator("#dilation1").focus()
    page.keyboard.press("2")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("dilation1=2"))
    expect(page.locator("#padding_mode1")).to_be_visible()
    expect(page.locator("#dilation1")).to_be_focused()


def test_a_setting_that_cannot_work_cannot_be_chosen_and_says_why(page: Page):
    page.goto("/images/cat?size=32&stride1=4&padding2=valid")
    change(page, 2)
    page.locator("#more-layer-2 summary").click()

    expect(page.locator("#dilation2 option[value='4']")).to_be_disabled()
    page.locator("#dilation2").focus()
    expect(page.locator("#dilation2-why")).to_contain_text("kernel2 spans")


def test_a_refused_setting_is_explained_above_the_lab_that_stays(page: Page, watch):
    watch.expect("422")
    page.goto("/")
    page.locator("#kernel2").evaluate("input => input.removeAttribute('pattern')")
    change(page, 2)
    page.locator("#kernel2").fill("3x99")
    page.locator("#kernel2").press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("kernel2 is 99; 1 to 11 would work.")
    expect(page.locator("#kernel2")).to_have_value("3")
    expect(page.locator(TILES)).to_have_count(96)
    assert page.url.endswith("/")
    page.locator("#kernel2").fill("3x5")
    page.locator("#kernel2").press("Enter")
    expect(page).to_have_url(re.compile("kernel2=3x5"))
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_fields_say_what_the_maps_were_computed_with(page: Page):
    page.goto("/")
    page.locator("#kernel1").evaluate("input => { input.value = '11' }")
    page.locator("#activation1").evaluate("select => { select.value = 'tanh' }")
    page.locator("#tile-2-7").click()

    expect(page).to_have_url(re.compile("maps/7"))
    expect(page.locator("#kernel1")).to_have_value("3")
    expect(page.locator("#activation1")).to_have_value("relu")


def test_one_bad_value_does_not_keep_the_other_fields_from_working(page: Page, watch):
    watch.expect("422")
    page.goto("/")
    change(page, 2)
    page.locator("#filters2").fill("500")
    page.locator("#filters2").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("filters2 is 500; 1 to 128 would work.")

    page.locator("#stride2").select_option("2")

    expect(page).to_have_url(re.compile(r"/images/cat\?stride2=2$"))


def test_no_field_of_a_state_that_works_is_invalid(page_without_javascript: Page):
    page = page_without_javascript
    for query in (
        "filters1=100&filters2=64&kernel2=1x11&stride2=2",
        "size=32&groups2=32&kernel1=3x5",
    ):
        page.goto(f"/images/cat?{query}")
        assert page.locator(".field__control:invalid").count() == 0


def test_a_server_that_does_not_answer_is_said_and_nothing_changes(page: Page, watch):
    watch.expect("ERR_FAILED")
    watch.expect("htmx:error")
    page.goto("/")
    page.route(re.compile("stride1=2"), lambda route: route.abort())
    change(page, 1)
    page.locator("#stride1").select_option("2")

    expect(page.get_by_role("alert")).to_contain_text("did not answer")
    expect(page.locator("#stride1")).to_have_value("1")


def test_an_answer_that_is_not_ours_leaves_the_lab_as_it_is(page: Page, watch):
    watch.expect("502")
    page.goto("/")
    page.route(
        re.compile("stride1=2"),
        lambda route: route.fulfill(status=502, body="<h1>Bad Gateway</h1>"),
    )
    change(page, 1)
    page.locator("#stride1").select_option("2")

    expect(page.get_by_role("alert")).to_contain_text("502")
    expect(page.locator(TILES)).to_have_count(96)


def test_choosing_a_tile_keeps_the_place_on_the_page(page: Page):
    page.goto("/")
    page.locator("#tile-2-31").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, 300)")
    page.locator("#tile-1-40").click()
    expect(page).to_have_url(re.compile("maps/40"))

    expect(page.locator("#tile-1-40")).to_be_in_viewport()
    expect(page.locator("#tile-1-40")).to_be_focused()


def test_on_a_phone_a_chosen_map_comes_into_view(open_page):
    page = open_page(width=390)
    page.goto("/")
    page.locator("#tile-2-12").click()
    expect(page).to_have_url(re.compile("maps/12"))

    expect(page.locator("#sum-picture")).to_be_in_viewport()


def test_an_upload_is_computed_at_once(page: Page):
    page.goto("/images/cat?filters2=8")
    page.locator(".upload__file").set_input_files(CAT)

    expect(page).to_have_url(re.compile(r"/images/[0-9a-f]{32}\?filters2=8$"))
    expect(page.locator("#picture-title")).to_have_text("Your picture")
    expect(page.locator(".picture__credit")).to_contain_text("Kept for 24 hours")
    expect(page.locator("#maps-2 .tile")).to_have_count(8)


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_can_be_dropped_or_pasted(page: Page, way):
    page.goto("/")
    page.evaluate(DROP, [way, base64.b64encode(CAT.read_bytes()).decode()])

    expect(page).to_have_url(re.compile("/images/[0-9a-f]{32}$"))
    expect(page.locator("#picture-title")).to_have_text("Your picture")


def test_a_file_that_is_no_picture_is_refused_above_the_lab_that_stays(page: Page):
    page.goto("/")
    page.locator(".upload__file").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"words"}
    )

    expect(page.get_by_role("alert")).to_contain_text("PNG")
    expect(page.locator(TILES)).to_have_count(96)


def test_arrow_keys_move_between_tiles_and_enter_opens_one(page: Page):
    page.goto("/")
    page.locator("#tile-1-0").focus()
    for key in ("ArrowRight", "ArrowDown", "ArrowDown"):
        page.keyboard.press(key)

    expect(page.locator("#tile-1-17")).to_be_focused()
    expect(page.locator("#tile-1-17 .tile__caption")).to_have_css("clip-path", "none")
    expect(page.locator("#tile-1-16 .tile__caption")).not_to_have_css("clip-path", "none")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/layers/1/maps/17/contributions$"))
    expect(page.locator("#tile-1-17")).to_be_focused()
    assert page.locator("#maps-1 .tile[tabindex='0']").count() == 1


def test_a_change_that_takes_longer_is_shown_as_pending(page: Page):
    page.goto("/")
    page.route("**/images/cat?stride1=2*", lambda route: None)
    page.route(re.compile("stride1=2"), lambda route: None)
    change(page, 1)
    page.locator("#stride1").select_option("2")

    expect(page.locator("#lab")).to_have_class(re.compile("htmx-request"))
    expect(page.locator("#tile-1-0 .sprite")).to_have_css("opacity", re.compile(r"^0\.[0-5]"))


def test_everything_works_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/")
    change(page, 1)
    page.locator("#filters1").fill("16")
    page.get_by_role("button", name="Apply the settings").click()

    expect(page).to_have_url(re.compile(r"/images/cat\?filters1=16$"))
    expect(page.locator("#maps-1 .tile")).to_have_count(16)
    page.locator("#tile-2-7").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Map 7 is one sum of 16.")
    page.locator(".upload__file").set_input_files(CAT)
    page.get_by_role("button", name="Send it").click()
    expect(page).to_have_url(re.compile(r"/images/[0-9a-f]{32}\?filters1=16&token="))
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Map 7 is one sum of 16.")
