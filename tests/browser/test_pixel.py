"""One pixel as a reader meets it: the cross-hair, the pin, the ledger, by pointer, keyboard and plain form."""

import re
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from tests.browser.stage import change

FOLD = "/images/cat/layers/2/maps/22/contributions"
PIXEL = "/images/cat/layers/2/maps/22/pixel"
CURSOR = """
surface => ["--cursor-row", "--cursor-col"].map(name => surface.style.getPropertyValue(name))
"""


def part(place: int, size: int) -> Any:
    return pytest.approx((place + 0.5) / size, abs=1e-6)


def cursor(page: Page, where: str) -> list[float]:
    """Row and column of the cross-hair on a picture, as parts of its sides."""
    return [float(text) for text in page.locator(where).evaluate(CURSOR)]


def point(page: Page, row: int, col: int, size: int = 256, where: str = "#sum-picture") -> None:
    """Move the pointer over one pixel of a picture."""
    page.locator(where).scroll_into_view_if_needed()
    box = page.locator(where).bounding_box()
    page.mouse.move(
        box["x"] + (col + 0.5) * box["width"] / size, box["y"] + (row + 0.5) * box["height"] / size
    )


def float32(text: str) -> np.float32:
    return np.float32(text.replace("−", "-"))


def test_the_cross_hair_follows_on_every_picture_without_a_request(page: Page):
    page.goto(FOLD)
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for row in range(100, 110):
        point(page, row, 80)
    expect(page.locator(".cursor")).to_contain_text("row 109, column 80")

    surfaces = page.locator("[data-plane]")
    expect(surfaces).to_have_count(4)
    for where in (
        ".picture__whole",
        "#parts .grid",
        "#sum-picture",
        "#maps-2 .grid",
    ):
        expect(page.locator(where)).to_have_attribute("data-cursor", "")
        assert cursor(page, where) == [part(109, 256), part(80, 256)]
    page.wait_for_timeout(400)
    assert [url for url in asked if "/values" not in url] == []
    assert len(asked) == 1  # the values of the one map that the pointer rests on
    point(page, 20, 30)
    expect(page.locator(".cursor")).to_contain_text("row 20, column 30: ")
    assert len(asked) == 1


@pytest.mark.parametrize("where", ["#sum-picture", "#tile-2-9", "#tile-1-63"])
def test_the_value_under_the_pointer_is_the_one_in_the_data(page: Page, where):
    page.goto(FOLD)
    point(page, 100, 80, where=where)
    readout = page.locator(".cursor")
    expect(readout).to_have_text(re.compile(r": −?[0-9.e+-]+$"))
    row, col = map(int, re.search(r"row (\d+), column (\d+)", readout.inner_text()).groups())
    shown = float32(readout.inner_text().rpartition(": ")[2])

    layer, channel = {
        "#sum-picture": (2, 22),
        "#tile-2-9": (2, 9),
        "#tile-1-63": (2, 22),
    }[where]
    data = page.request.get(
        f"/images/cat/layers/{layer}/maps/{channel}/pixel.json?row={row}&col={col}"
    ).json()
    if where == "#tile-1-63":
        assert shown == pytest.approx(data["contributions"][63]["sum"], abs=2e-6)
    else:
        assert shown == np.float32(data["activation"])


def test_the_value_under_the_pointer_is_said_to_be_of_the_finished_map_while_the_sum_is_not(
    page: Page,
):
    page.goto("/images/cat/layers/2/maps/3/contributions?sum=5")
    picture, readout = page.locator("#sum-picture"), page.locator(".cursor")
    slider = page.locator(".sum__slider")
    picture.hover(position={"x": 100, "y": 100})
    expect(readout).to_have_text(re.compile(r"^Map 3 .*: \S+ in the finished map$"))
    value = readout.inner_text().removesuffix(" in the finished map")

    slider.press("End")
    picture.hover(position={"x": 100, "y": 100})
    expect(readout).to_have_text(value)
    slider.evaluate("one => { one.value = 4; one.dispatchEvent(new Event('input')) }")
    expect(readout).to_have_text(f"{value} in the finished map")  # the pointer did not move
    page.locator("#tile-2-3").hover()
    expect(readout).to_have_text(re.compile(r"^Map 3 .*: \S+$"))


def test_a_map_with_a_stride_or_a_lost_border_has_the_cross_hair_at_the_same_point(page: Page):
    page.goto(f"{FOLD}?stride1=2&padding2=valid")
    page.locator(".picture__whole").wait_for()
    point(page, 4, 4, 126)

    # Layer 2 loses a ring: its pixel 4 stands over pixel 5 of layer 1, which stands over pixel 11 of the
    # image: same padding of a stride of 2 puts its one odd pixel after.
    expect(page.locator(".cursor")).to_contain_text("row 4, column 4")
    found = [cursor(page, one)[0] for one in (".picture__whole", "#parts .grid")]
    assert found == [part(11, 256), part(4, 126)]
    point(page, 0, 0, 256, ".picture__whole")
    expect(page.locator("#sum-picture")).not_to_have_attribute("data-cursor", "")


def test_a_click_on_the_large_map_pins_that_pixel(page: Page):
    page.goto(FOLD)
    point(page, 100, 80)
    page.mouse.down()
    page.mouse.up()

    expect(page).to_have_url(re.compile(r"/pixel\?row=100&col=80$"))
    expect(page.locator("#pixel-title")).to_have_text("Map 22 at row 100, column 80")
    page.mouse.move(0, 0)
    expect(page.locator(".cursor")).to_be_hidden()
    assert cursor(page, "#parts .grid") == [part(100, 256), part(80, 256)]
    page.go_back()
    expect(page.locator("#pixel")).to_have_count(0)
    expect(page).to_have_url(re.compile("/contributions$"))


def test_a_click_on_a_tile_still_opens_its_map(page: Page):
    page.goto(f"{PIXEL}?row=100&col=80")
    page.locator("#tile-2-7").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Map 7 is one sum of 64.")


def test_arrows_move_the_pin_by_one_and_with_shift_by_ten(page: Page):
    page.goto(f"{PIXEL}?row=100&col=80")
    page.locator("#sum-picture").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".cursor")).to_contain_text("row 101, column 80")
    expect(page).to_have_url(re.compile(r"\?row=101&col=80$"))
    page.keyboard.press("Shift+ArrowLeft")
    expect(page).to_have_url(re.compile(r"\?row=101&col=70$"))
    expect(page.locator("#pixel-title")).to_have_text("Map 22 at row 101, column 70")
    expect(page.locator("#sum-picture")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Shift+ArrowUp")
    expect(page).to_have_url(re.compile(r"\?row=0&col=70$"))


def test_the_keyboard_alone_pins_a_pixel_and_reads_all_digits(page: Page):
    page.goto(FOLD)
    page.locator("#sum-picture").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?row=128&col=129$"))
    page.locator(".ledger__scroll").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")

    data = page.request.get(f"{PIXEL}.json?row=128&col=129").json()
    exact = page.locator(".ledger__exact").text_content()
    assert float(exact.replace("−", "-")) == data["contributions"][0]["window"][0][1]
    page.locator("input[name=row][form=pin]").fill("12")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?row=12&col=129$"))


def test_the_running_sum_says_what_it_is_at_the_pin(page: Page):
    page.goto(f"{PIXEL}?row=70&col=88&sum=3")
    line = page.locator(".pin__sum")
    expect(line).to_contain_text("Σ₃ = ")
    page.get_by_role("button", name="One step on").click()

    expect(line).to_contain_text("Σ₄ = ")
    shown = float(re.search("= (.*) at row 70", line.inner_text())[1].replace("−", "-"))
    rows = page.request.get(f"{PIXEL}.json?row=70&col=88").json()["contributions"][:4]
    assert shown == pytest.approx(sum(row["sum"] for row in rows), rel=1e-3)
    expect(page).to_have_url(re.compile("row=70&col=88&sum=4$"))


def test_the_order_of_the_ledger_is_in_the_address(page: Page):
    page.goto(f"{PIXEL}?row=70&col=88")
    page.get_by_role("link", name="size at this pixel").click()

    expect(page).to_have_url(re.compile("order=size.*row=70"))
    sums = page.locator("#pixel tbody .ledger__sum > data").evaluate_all(
        "cells => cells.map(cell => Math.abs(cell.value))"
    )
    assert sums == sorted(sums, reverse=True)


def test_the_ledger_can_be_copied(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{PIXEL}?row=70&col=88")
    page.get_by_role("button", name="Copy as CSV").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    page.locator("#play").focus()  # where the reader pastes; no page here may read the clipboard
    with page.expect_event("console") as message:
        page.evaluate(
            "addEventListener('paste', event => console.info(event.clipboardData.getData('text')))"
        )
        page.keyboard.press("Control+V")
    assert message.value.text.startswith("channel,name,window 0.0,")


def test_a_map_that_becomes_smaller_than_the_pin_is_shown_without_it(page: Page):
    page.goto(f"{PIXEL}?row=200&col=88")
    change(page, 2)
    page.locator("#stride2").select_option("2")

    expect(page).to_have_url(re.compile(r"/maps/22/contributions\?stride2=2$"))
    expect(page.locator("#pixel")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_place_outside_is_explained(page: Page, watch):
    watch.expect("404")
    page.goto(f"{PIXEL}?row=300&col=88")

    expect(page.get_by_role("alert")).to_contain_text("row is 300; 0 to 255 would work.")


def test_a_pixel_is_pinned_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/images/cat/layers/2/maps/22?stride2=2")
    page.locator("input[name=row][form=pin]").fill("7")
    page.locator("input[name=col][form=pin]").fill("9")
    page.get_by_role("button", name="Pin this pixel").click()

    expect(page.locator("#pixel-title")).to_have_text("Map 22 at row 7, column 9")
    expect(page.locator("#pixel")).to_contain_text("rows 13 to 17, columns 17 to 21")
    assert "stride2=2" in page.url
    page.get_by_role("link", name="Unpin").click()
    expect(page.locator("#pixel")).to_have_count(0)


def test_the_pixel_view_is_no_wider_than_its_window(any_page: Page):
    any_page.goto(f"{PIXEL}?row=0&col=0")
    assert any_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (1440, "dark"), (390, "light")])
def test_axe_finds_nothing_wrong_with_a_pixel(open_page, axe, width, scheme):
    page = open_page(width=width, scheme=scheme)
    few = "filters1=4&filters2=4"  # axe looks at every number
    page.goto(f"/images/cat/layers/2/maps/3/pixel?row=0&col=255&{few}")

    assert axe(page) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 650), (1024, 768), (390, 844)])
@pytest.mark.parametrize("language", ["en", "de"])
def test_the_second_row_of_a_ledger_is_in_sight_in_a_low_or_narrow_window(
    open_page, width, height, language
):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"/images/cat/layers/2/maps/28/pixel?row=40&col=50&lang={language}")
    frames = [page.locator(one).bounding_box() for one in (".ledger__scroll", ".panel")]
    end = min(height, *(one["y"] + one["height"] for one in frames))
    rows = [page.locator(f"#ledger-{row}").bounding_box() for row in (0, 1)]
    window, kernel = (
        page.locator("#ledger-1 .matrix").nth(index).bounding_box() for index in (0, 1)
    )

    assert window["y"] == kernel["y"]
    assert kernel["x"] >= window["x"] + window["width"]
    assert rows[0]["height"] < 170
    assert window["y"] + 16 < end
    assert page.locator(".ledger__scroll").evaluate("one => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize("kind", ["standard", "separable", "pointwise_first"])
def test_all_sums_below_the_ledger_are_in_sight_on_a_wide_page(open_page, kind):
    page = open_page(width=1440)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/images/cat/layers/2/maps/3/pixel?row=40&col=50&kind2={kind}")

    panel = page.locator(".panel").bounding_box()
    last = page.locator(".panel .ledger tfoot tr").last.bounding_box()
    assert last["y"] + last["height"] <= panel["y"] + panel["height"]
