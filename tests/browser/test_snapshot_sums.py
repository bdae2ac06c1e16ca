"""The running sum of a file from disk: it plays to the pixels of the map, and says its values."""

import re
from urllib.request import urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.disk import FILES, FOLD, MAP, Disk

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


@pytest.mark.parametrize("address", [FOLD, "/lessons/sum/snapshot.html"])
def test_a_wrong_answer_stands_in_the_place_of_the_sum_until_a_step_is_shown(
    disk: Disk, page: Page, axe, address
):
    file = disk.open(address)
    if "lessons" in address:
        file.locator(".answer[value=mean]").click()
    picture, label = file.get_by_role("application"), file.locator(".folded__label")
    for kind, name in (("mean", "plain mean"), ("strongest", "the strongest")):
        file.get_by_role("radio", name=name).check()
        shown = file.locator(".folded__picture img, .folded__steps").filter(visible=True)
        expect(shown).to_have_count(1)
        page.goto("/about")
        its = page.evaluate(PIXELS, f"{MAP}/wrong/{kind}.png")
        assert file.evaluate(PIXELS, shown.get_attribute("src")) == its
        expect(file.locator(f".folded__why[data-answer={kind}]")).to_be_visible()
        expect(label).to_be_hidden()
        picture.focus()
        picture.press("ArrowRight")
        expect(file.locator(".folded__value output")).to_have_text("")  # of the map, not of this
    assert axe(file) == []

    file.get_by_role("button", name="One step back").click()
    expect(file.get_by_role("radio", name="weighted sum")).to_be_checked()
    expect(file.locator(".folded__wrong").filter(visible=True)).to_have_count(0)
    expect(label).to_be_visible()
    file.get_by_role("radio", name="plain mean").check()
    file.get_by_role("radio", name="weighted sum").check()
    expect(file.locator(".folded__steps")).to_be_visible()


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


def test_without_scripts_the_finished_map_is_there(open_file):
    page = open_file("fold", java_script_enabled=False)

    expect(page.locator(".folded__whole")).to_be_visible()
    expect(page.locator(".folded__label")).to_have_text("after ReLU: map 14")
    expect(page.get_by_role("button", name="Play")).to_have_count(0)


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_a_layer_of_two_steps_has_the_kernel_and_the_number_of_the_page(
    disk: Disk, page: Page, kind
):
    view = f"{MAP}/contributions"
    file = disk.open(f"{view}/snapshot.html?kind2={kind}&size=64&lang=de")

    for step in (64, 9):
        page.goto(f"{view}?kind2={kind}&size=64&lang=de&sum={step}")
        file.locator(f".tile--part[data-step='{step}']").click()
        kernel = page.locator("#equation .taps td").all_inner_texts()
        assert len(kernel) == 9
        assert any("," in one for one in kernel)
        assert file.locator(".formed .taps td").all_inner_texts() == kernel
        number = page.locator("#equation [data-number]").inner_text()
        expect(file.locator(".formed__number b")).to_have_text(number)
    words = page.locator(".finding__lede").first.inner_text()
    assert words in file.locator(".snap__head").inner_text()


def test_a_kernel_is_written_in_the_numbers_of_the_language(disk: Disk):
    page = disk.open(f"{FILES['layer-1']}&lang=fr")
    cells = page.locator(".formed .taps td")
    before = cells.all_inner_texts()
    page.locator(".tile--part").first.click()
    page.locator(".tile--part").last.click()

    assert cells.all_inner_texts() == before
    assert any("," in one for one in before)
