"""For everyone: what is said aloud, where focus returns, kernels as text, fields, targets, captions, motion."""

import re

import pytest
from playwright.sync_api import Page, expect

SMALL = "filters1=8&filters2=4&size=48"
LAB = f"/images/cat?{SMALL}"
FOLD = f"/images/cat/layers/2/maps/1/contributions?{SMALL}"
PIXEL = f"/images/cat/layers/2/maps/1/pixel?row=3&col=4&{SMALL}"
NUMBER = re.compile(r"[−+]?\d+\.\d+|≈ 0")
# Every sentence that a polite region comes to hold, from now on.
LISTEN = """() => {
  window.said = []
  for (const place of document.querySelectorAll("[role=status], [aria-live=polite]")) {
    new MutationObserver(() => {
      const words = place.textContent.trim()
      if (words && words !== said.at(-1)) said.push(words)
    }).observe(place, {childList: true, characterData: true, subtree: true})
  }
}"""
# The contrast of the edge of each field to what it stands on.
EDGES = """() => {
  const channels = text => text.match(/[\\d.]+/g).slice(0, 3).map(value => value / 255)
  const light = text => channels(text)
    .map(value => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0.05)
  const paper = light(getComputedStyle(document.body).backgroundColor)
  return [...document.querySelectorAll("input, select")]
    .filter(one => one.checkVisibility() && !["range", "radio", "hidden", "file"].includes(one.type))
    .map(one => {
      const edge = light(getComputedStyle(one.closest(".field") ?? one).borderTopColor)
      return [one.name, Math.max(edge, paper) / Math.min(edge, paper)]
    })
}"""
# What is smaller than 24 by 24, but for links within a sentence (WCAG 2.5.8).
SMALL_TARGETS = """() => [...document.querySelectorAll("#lab :is(a[href], button, input, select, summary)")]
  .filter(one => one.checkVisibility({visibilityProperty: true}))
  .filter(one => !one.matches(".stage__skip, .upload__file, [type=hidden]"))
  .filter(one => !(getComputedStyle(one).display === "inline" && one.closest("p")))
  .map(one => [one, one.getBoundingClientRect()])
  .filter(([, {width, height}]) => width < 23.9 || height < 23.9)
  .map(([one, {width, height}]) => `${one.outerHTML.slice(0, 90)} ${width} x ${height}`)"""
# What shows a ring when it has the focus, and is in a part that cuts the ring off, however that part is scrolled.
CUT_RINGS = """() => {
  const cut = []
  for (const one of document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")) {
    one.focus({focusVisible: true})
    const ringed = one.closest(".switch__choice, .tabs__choice") ?? one
    const {outlineStyle, outlineWidth, outlineOffset} = getComputedStyle(ringed)
    if (document.activeElement !== one || outlineStyle === "none") continue
    let part = ringed.parentElement
    while (part && getComputedStyle(part).overflow === "visible") part = part.parentElement
    if (!part || part.matches("html, body, .page")) continue
    const {overflow, overflowClipMargin} = getComputedStyle(part)
    const grow = parseFloat(outlineWidth) + parseFloat(outlineOffset)
    const room = overflow === "clip" ? parseFloat(overflowClipMargin) || 0 : 0
    const ring = ringed.getBoundingClientRect(), edge = part.getBoundingClientRect()
    const missing = [
      part.scrollTop <= 0 && edge.top + part.clientTop - room - (ring.top - grow),
      part.scrollLeft <= 0 && edge.left + part.clientLeft - room - (ring.left - grow),
      part.scrollTop + part.clientHeight >= part.scrollHeight - 1
        && ring.bottom + grow - (edge.top + part.clientTop + part.clientHeight + room),
      part.scrollLeft + part.clientWidth >= part.scrollWidth - 1
        && ring.right + grow - (edge.left + part.clientLeft + part.clientWidth + room),
    ]
    if (missing.some(by => by > 0.5)) cut.push(`${one.outerHTML.slice(0, 80)} by ${missing}`)
  }
  return cut
}"""
MOVING = """() => [...document.querySelectorAll("*")].filter(one => {
  const {transitionDuration, animationDuration} = getComputedStyle(one)
  return /[1-9]/.test(transitionDuration + animationDuration)
}).map(one => one.outerHTML.slice(0, 80))"""

# What runs by the clock; a shade that follows the scrolling of the wall does not.
RUNNING = """() => document.getAnimations()
  .filter(one => one.timeline === document.timeline).map(one => one.animationName)"""


def test_each_change_is_said_in_one_sentence(page: Page):
    page.goto(LAB)
    page.evaluate(LISTEN)
    page.locator("#tile-2-1").focus()
    page.keyboard.press("Enter")
    words = "Map 1 of layer 2 is open, with its 8 contributions."
    expect(page.locator("#said")).to_have_text(words)
    page.locator("#play").click()
    page.wait_for_timeout(1500)
    assert page.evaluate("said.filter(words => !/^the sum so far|^nothing/.test(words))") == [words]

    page.goto(LAB)
    page.evaluate(LISTEN)
    page.locator("#settings-1 > summary").click()
    page.locator("#stride1").select_option("2")
    expect(page.locator("#said")).to_contain_text("layer 1 makes 8 × 24 × 24")
    page.locator("#weights1").select_option("random")
    expect(page.locator("#said")).to_have_text("The maps are computed with the new setting.")
    page.wait_for_timeout(300)
    assert len(page.evaluate("said")) == 2


def test_a_sum_plays_in_silence_and_is_said_when_it_rests(page: Page):
    page.goto(f"{FOLD}&sum=0")
    page.evaluate(LISTEN)
    text = page.locator(".sum__slider").get_attribute("aria-valuetext")
    page.locator(".sum__slider").focus()
    page.keyboard.press("Space")
    expect(page.locator(".sum__count")).to_have_text("3 of 8")
    assert page.evaluate("said") == []
    assert page.locator(".sum__slider").get_attribute("aria-valuetext") == text

    page.locator("#play").click()
    where = page.locator("#sum-label").inner_text()
    expect(page.locator("#said")).to_have_text(where)
    assert page.locator(".sum__slider").get_attribute("aria-valuetext") == where
    assert page.evaluate("said") == [where]


@pytest.mark.parametrize("opener", ["#settings-1 > summary", "#view > summary", "#share > summary"])
def test_escape_closes_a_menu_and_focus_goes_back_to_what_opened_it(page: Page, opener):
    page.goto(LAB)
    page.locator(opener).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")

    expect(page.locator(opener)).to_be_focused()
    expect(page.locator("details[open]")).to_have_count(0)


def test_escape_closes_the_ledger_then_the_fold_and_focus_goes_back(page: Page):
    page.goto(PIXEL)
    page.locator("#pixel .ledger__scroll").focus()
    page.keyboard.press("Escape")
    expect(page.locator("#pixel")).to_have_count(0)
    expect(page.locator("[data-pins]")).to_be_focused()

    page.keyboard.press("Escape")
    expect(page.locator("#fold")).to_have_count(0)
    expect(page.locator("#tile-2-1")).to_be_focused()


def test_focus_survives_back_after_a_map_was_chosen(page: Page):
    page.goto(LAB)
    page.locator("#tile-2-2").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#fold")).to_be_visible()
    page.go_back()

    expect(page.locator("#fold")).to_have_count(0)
    expect(page.locator("#tile-2-2")).to_be_focused()


@pytest.mark.parametrize(
    "address",
    [
        FOLD,
        f"/images/cat/layers/2/maps/1?{SMALL}",
        f"/images/cat/layers/2/maps/1?{SMALL}&kind2=separable",
    ],
)
def test_each_kernel_has_its_nine_numbers_as_text(page: Page, address):
    page.goto(address)
    kernels = page.locator(".tile--part .tile__caption, .kernel__picture").all()

    assert len(kernels) == 8
    for one in kernels:
        text = one.evaluate("one => one.textContent + ' ' + (one.matches('a') ? one.title : '')")
        assert len(NUMBER.findall(text.partition("kernel")[2] or text)) >= 9, text


def test_fields_have_an_edge_of_3_to_1(open_page, scheme):
    page = open_page(scheme=scheme)
    for address in (LAB, PIXEL):
        page.goto(address)
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        edges = page.evaluate(EDGES)
        assert len(edges) >= 2
        assert [(name, ratio) for name, ratio in edges if ratio < 3] == []


@pytest.mark.parametrize("address", [LAB, FOLD, PIXEL], ids=["lab", "fold", "pixel"])
def test_at_320_pixels_every_target_is_24_by_24(open_page, address):
    page = open_page(width=320, reduced_motion="reduce")
    page.goto(address)

    assert page.evaluate(SMALL_TARGETS) == []


def test_a_caption_can_be_pointed_at_and_escape_takes_it_away(page: Page):
    page.goto(LAB)
    tile = page.locator("#tile-1-2")
    caption = tile.locator(".tile__caption")
    shown = "one => getComputedStyle(one).clipPath === 'none' && getComputedStyle(one).visibility === 'visible'"
    tile.hover()
    page.wait_for_timeout(400)
    assert caption.evaluate(shown)
    caption.hover()
    assert caption.evaluate(shown)

    page.keyboard.press("Escape")
    assert not caption.evaluate(shown)
    assert page.url.endswith(LAB)
    page.mouse.move(0, 0)
    tile.hover()
    page.wait_for_timeout(400)
    assert caption.evaluate(shown)


def test_on_touch_a_first_tap_tells_the_range_and_offers_to_open(open_page):
    page = open_page(has_touch=True)
    page.goto(LAB)
    page.locator("#tile-2-1").tap()
    caption = page.locator("#tile-2-1 .tile__caption")
    expect(caption).to_contain_text(re.compile(r"\d to \d"))
    page.locator("#tile-2-2").tap()
    expect(page.locator(".tile__open")).to_have_count(1)
    page.locator("#tile-2-2 .tile__open").tap()

    expect(page).to_have_url(re.compile("/maps/2/contributions"))


def test_without_motion_nothing_moves_and_steps_remain(open_page):
    page = open_page(reduced_motion="reduce")
    for address in ("/", FOLD, f"/images/cat/layers/2/wall?{SMALL}"):
        page.goto(address)
        assert page.evaluate(RUNNING) == []
        assert page.evaluate(MOVING) == []
    page.goto(FOLD)
    page.locator("#tile-2-2").click()
    expect(page).to_have_url(re.compile("/maps/2/"))
    page.get_by_role("button", name="One step back").click()
    expect(page.locator("#sum-label")).not_to_have_text("after ReLU: map 2")


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize(
    "address",
    [
        "/images/cat/layers/2/maps/3/contributions",
        "/images/cat/layers/1/maps/3?kernel=1",
        "/images/cat/layers/2/wall",
        "/images/cat/layers/2/costs",
    ],
)
def test_the_ring_of_what_has_the_focus_is_whole(open_page, address, width):
    page = open_page(width=width)
    page.goto(f"{address}{'&' if '?' in address else '?'}{SMALL}")

    assert page.evaluate(CUT_RINGS) == []
