"""Words of every language have room: no page is wider than its window, and no word of the stage is cut off."""

import pytest

from tests.browser.each_language import EACH, FOREIGN

pytestmark = pytest.mark.skipif(not FOREIGN, reason="app/locale has no catalogs")

PATHS = (
    "/images/cat",
    "/images/cat/layers/2/maps/3/contributions",
    "/images/cat/layers/2/maps/3?kernel=3",
    "/images/cat/layers/2/maps/3/pixel?row=60&col=60",
    "/images/cat/layers/2/maps/3/projections",
    "/images/cat/layers/2/wall",
    "/images/cat/layers/2/costs",
    "/images/cat/live",
    "/images/cat/embedding",
    "/images/cat?filters1=999",
    "/lessons/count?guess=show",
    "/ladder",
    "/about",
    "/weights",
)
# Words that reach beyond the window and lie in nothing that scrolls. The page itself hides what is wider.
BEYOND = """() => {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), beyond = []
  const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX)
  const hides = (one) => getComputedStyle(one).clipPath !== "none"
  while (texts.nextNode()) {
    const { nodeValue, parentElement } = texts.currentNode
    if (!nodeValue.trim() || !parentElement.checkVisibility()) continue
    const words = document.createRange()
    words.selectNode(texts.currentNode)
    const { left, right } = words.getBoundingClientRect()
    if (left >= -1 && right <= innerWidth + 1) continue
    let one = parentElement
    while (one && !scrolls(one) && !hides(one) && !one.matches(".skip, .stage__skip")) one = one.parentElement
    if (!one) beyond.push(nodeValue)
  }
  return beyond
}"""


@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize("path", PATHS)
def test_no_page_is_wider_than_its_window(open_page, watch, path, language):
    watch.expect("422") if "999" in path else None
    page = open_page()
    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language.code}")
    for width in (1280, 1024, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert page.evaluate(BEYOND) == [], width


@pytest.mark.parametrize("language", EACH)
def test_a_fold_has_room_for_its_words(open_page, language):
    page = open_page(width=1280)
    page.goto(f"/images/cat/layers/2/maps/14/contributions?lang={language.code}")

    def box(selector: str) -> dict[str, float]:
        found = page.locator(selector).last.bounding_box()
        assert found is not None
        return found

    switch, last_choice = box(".parts .switch"), box(".parts .switch__choice")
    assert last_choice["y"] < switch["y"] + switch["height"] / 2, "the last choice is out of sight"
    assert last_choice["x"] + last_choice["width"] <= switch["x"] + switch["width"] + 1

    links = page.locator(".bench--fold > .layer__shape")
    assert links.evaluate("line => line.scrollHeight <= line.clientHeight + 1"), "the links wrap"
    maps, line = box(".layer--right"), box(".sum__order")
    assert line["x"] + line["width"] <= maps["x"], "the order is under the maps"
    play = page.locator("#play")
    assert play.evaluate("button => button.scrollWidth <= button.clientWidth")


CUT_OFF = """() => [...document.querySelectorAll(
    ".stage :is(h2, .settings__line, .layer__shape, figcaption)")]
  .filter((one) => {
    if (!one.checkVisibility() || getComputedStyle(one).clipPath !== "none") return false
    const { bottom } = one.getBoundingClientRect()
    const texts = document.createTreeWalker(one, NodeFilter.SHOW_TEXT)
    while (texts.nextNode()) {
      const { nodeValue, parentElement } = texts.currentNode
      if (!nodeValue.trim() || parentElement.closest(".visually-hidden")) continue
      const words = document.createRange()
      words.selectNode(texts.currentNode)
      const place = words.getBoundingClientRect()
      if (place.left < 0 || place.right > innerWidth || place.bottom > bottom + 2) return true
      for (let box = parentElement; one.contains(box); box = box.parentElement)
        if (getComputedStyle(box).overflowX !== "visible" && box.scrollWidth > box.clientWidth) return true
    }
    return false
  }).map((one) => one.textContent.trim())"""
ADDED = "/images/cat/layers/2/maps"


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("width", [1280, 1024, 600, 390])
def test_no_word_of_the_stage_is_cut_off(open_page, width, language):
    page = open_page(width=width)
    for address in (
        "/images/cat?",
        "/images/cat?pool2=max&groups2=4&",
        f"{ADDED}/25/contributions?",  # the longest name of a filter
        f"{ADDED}/3/contributions?kind2=separable&pool2=average&",
        f"{ADDED}/3/contributions?kind2=pointwise_first&",
        "/images/face?",
    ):
        page.goto(f"{address}lang={language.code}")
        assert page.evaluate(CUT_OFF) == [], address


@pytest.mark.parametrize("language", FOREIGN)
def test_the_line_under_the_headline_is_whole_on_a_low_screen(open_page, language):
    page = open_page(width=1366)
    page.set_viewport_size({"width": 1366, "height": 650})
    for address in ("/images/cat?", "/images/cat?kind2=separable&", f"{ADDED}/3/contributions?"):
        page.goto(f"{address}lang={language.code}")
        for line in page.locator(".finding__lede").all():
            assert line.evaluate("one => one.scrollWidth <= one.clientWidth")
        grid, lines = (
            page.locator("#tile-2-31").bounding_box(),
            page.locator(".head").bounding_box(),
        )
        assert grid["y"] + grid["height"] <= 650
        title = page.locator(".layer--right > h2").bounding_box()
        assert lines["y"] + lines["height"] <= title["y"]
        assert page.locator(".layer--right > h2").evaluate(
            "one => one.scrollWidth <= one.clientWidth"
        )


@pytest.mark.parametrize("language", FOREIGN)
def test_the_legend_of_the_bench_stands_below_the_filter(open_page, language):
    page = open_page(width=1366)
    page.goto(f"/images/cat?lang={language.code}")
    for width, height in ((1366, 650), (1280, 720), (1200, 800), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        block, legend = (page.locator(one).bounding_box() for one in (".block", ".bench__legends"))
        assert legend["y"] >= block["y"] + block["height"] + 4, (width, height)


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("width", [1440, 1280, 1024, 390])
@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_the_two_steps_of_an_equation_stand_in_one_row(open_page, kind, width, language):
    page = open_page(width=width)
    page.goto(f"{ADDED}/3/contributions?kind2={kind}&lang={language.code}")

    tops = page.locator(".equation > figure").evaluate_all("all => all.map(one => one.offsetTop)")

    assert len(tops) >= 4
    assert max(tops) - min(tops) < 2


@pytest.mark.parametrize("language", EACH)
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1366, 650), (1280, 720), (1024, 768)])
def test_the_line_of_a_layer_stands_clear_of_its_grid(open_page, width, height, language):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": height})
    for address in ("/images/cat?", f"{ADDED}/3/contributions?kind2=separable&pool2=max&"):
        page.goto(f"{address}lang={language.code}")
        gaps = page.locator(".stage .layer:has(> .settings):has(.grid):visible").evaluate_all(
            """layers => layers.map(layer => {
              const line = document.createRange()
              line.selectNodeContents(layer.querySelector(".settings__line"))
              const ends = [...line.getClientRects()].map(({ bottom }) => bottom)
              return layer.querySelector(".grid").getBoundingClientRect().top - Math.max(...ends)
            })"""
        )
        assert gaps
        assert min(gaps) >= 1.5, address
