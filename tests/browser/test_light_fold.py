"""What a fold costs on a small screen: bytes until it can be read, and bytes with its whole sum."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

KB = 1000
UNTIL_READ, WITH_SUM = 450 * KB, 1000 * KB
SHEET = re.compile(r"/(?:maps|contributions)\.png")


class Meter:
    """Adds up what the answers to a page take on the line."""

    def __init__(self, page: Page) -> None:
        self._answers: list[Response] = []
        page.on("response", lambda answer: self._answers.append(answer))

    def read(self) -> int:
        sizes = [one.request.sizes() for one in self._answers]
        return sum(one["responseHeadersSize"] + one["responseBodySize"] for one in sizes)

    def asked(self, what: re.Pattern[str]) -> list[str]:
        return [one.url for one in self._answers if what.search(one.url)]


@pytest.mark.parametrize(
    "fold",
    [
        "/images/cat/layers/2/maps/7/contributions",
        pytest.param("/images/coffee/layers/2/maps/22/contributions", marks=pytest.mark.thorough),
        "/images/astronaut/layers/1/maps/3/contributions",
    ],
)
def test_a_fold_is_light_until_it_can_be_read_and_with_its_whole_sum(open_page, fold):
    page = open_page(width=390)
    meter = Meter(page)
    page.goto(fold)
    page.wait_for_load_state("networkidle")
    read = meter.read()
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_load_state("networkidle")

    assert 100 * KB < read <= UNTIL_READ
    assert read < meter.read() <= WITH_SUM


def test_on_a_small_screen_grids_are_of_half_size_until_they_are_touched(open_page):
    page = open_page(width=390)
    meter = Meter(page)
    page.goto("/images/cat/layers/2/maps/7/contributions")
    page.wait_for_load_state("networkidle")
    assert len(meter.asked(SHEET)) == 3
    assert all("shrink=2" in address for address in meter.asked(SHEET))

    page.locator("#tile-1-20").click()
    made = page.locator("#tile-1-20 .tile__made image")
    expect(made).not_to_have_attribute("href", re.compile("shrink"))
    strip = page.locator("#tile-2-7 image")
    expect(strip).to_have_attribute("href", re.compile("shrink"))


def test_on_a_wide_screen_what_is_drawn_large_is_asked_for_whole_and_stays_so(page: Page):
    page.goto("/images/cat/layers/2/maps/7/contributions")
    for one in ("#tile-1-20 .tile__made", "#tile-1-20 .tile__map", "#tile-2-7", ".equation__made"):
        image = page.locator(f"{one} image").first
        expect(image).not_to_have_attribute("href", re.compile("shrink"))

    meter = Meter(page)
    page.locator(".pin button").click()
    expect(page).to_have_url(re.compile("/pixel"))
    expect(page.locator("#tile-2-7 image")).not_to_have_attribute("href", re.compile("shrink"))
    page.wait_for_load_state("networkidle")
    assert [one for one in meter.asked(SHEET) if "shrink" not in one] == []


def test_the_half_sheet_shows_each_tile_in_the_same_place(open_page):
    page = open_page(width=390)
    page.goto("/images/cat/layers/2/maps/7/contributions")
    off = page.evaluate(
        """async () => {
          const image = document.querySelector("#tile-1-63 .tile__made image")
          const box = image.ownerSVGElement.viewBox.baseVal
          const [width, height] = [image.width.baseVal.value, image.height.baseVal.value]
          const draw = async address => {
            const picture = Object.assign(new Image(), {src: address})
            await picture.decode()
            const context = new OffscreenCanvas(43, 43).getContext("2d")
            const [x, y] = [picture.naturalWidth / width, picture.naturalHeight / height]
            context.drawImage(picture, box.x * x, box.y * y, box.width * x, box.height * y, 0, 0, 43, 43)
            return context.getImageData(0, 0, 43, 43).data
          }
          const half = image.href.baseVal
          const [one, whole, other] = await Promise.all(
            [half, half.replace("shrink=2&", ""), half.replace("/7/", "/8/")].map(draw))
          const from = other => one.reduce((sum, value, at) => sum + Math.abs(value - other[at]), 0) / one.length
          return {whole: from(whole), other: from(other)}
        }"""
    )

    assert off["whole"] < 6
    assert off["other"] > 3 * off["whole"]
