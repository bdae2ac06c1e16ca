"""The running sum as its pictures arrive: small while it moves, exact at rest, and never more than it needs."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Request, Route, expect

FOLD = "/images/cat/layers/2/maps/7/contributions"
MOVING = re.compile("/sums/moving")
STEP = re.compile(r"/sums/(\d+)\.png")
# What is drawn of the sum, as pixels; and the same of a picture at an address.
DRAWN = """
() => {
  const place = document.querySelector("#sum-picture")
  const shown = place.querySelector("canvas") ?? place.querySelector("img")
  const [width, height] = [shown.naturalWidth ?? shown.width, shown.naturalHeight ?? shown.height]
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext("2d")
  context.drawImage(shown, 0, 0, width, height)
  return {width, height, pixels: [...context.getImageData(0, 0, width, height).data]}
}
"""
FETCHED = """
async address => {
  const picture = new Image()
  picture.src = address
  await picture.decode()
  const {naturalWidth: width, naturalHeight: height} = picture
  const context = new OffscreenCanvas(width, height).getContext("2d")
  context.drawImage(picture, 0, 0)
  return {width, height, pixels: [...context.getImageData(0, 0, width, height).data]}
}
"""
SCRUB = """
() => {
  const slider = document.querySelector(".sum__slider")
  const canvas = document.querySelector("#sum-picture canvas")
  const frames = []
  for (let step = 0; step <= Number(slider.max); step++) {
    slider.value = step
    slider.dispatchEvent(new Event("input", {bubbles: true}))
    frames.push(canvas.toDataURL())
  }
  return new Set(frames).size
}
"""


def asked_of(page: Page, what: re.Pattern[str]) -> list[str]:
    """The addresses that the page asks for from now on."""
    asked: list[str] = []

    def keep(request: Request) -> None:
        if what.search(request.url):
            asked.append(request.url)

    page.on("request", keep)
    return asked


def rests(page: Page, step: int) -> None:
    picture = page.locator("#sum-picture img:not(.sums__going)")
    expect(picture).to_have_attribute("src", re.compile(rf"/sums/{step}\.png"))
    expect(page.locator("#sum-picture canvas")).to_have_count(0)


def held(page: Page, what: re.Pattern[str]) -> Callable[[], None]:
    """Keep back the answers to what is asked, until the result is called."""
    waiting: list[Route] = []
    open_now: list[bool] = []
    page.route(what, lambda route: route.continue_() if open_now else waiting.append(route))

    def let_go() -> None:
        open_now.append(True)
        for route in waiting:
            route.continue_()

    return let_go


def test_the_last_step_comes_alone_and_the_others_once_it_plays(page: Page):
    steps, moving = asked_of(page, STEP), asked_of(page, MOVING)
    page.goto(FOLD)
    page.wait_for_load_state("networkidle")
    assert [STEP.search(one).group(1) for one in steps] == ["66"]
    assert moving == []

    page.get_by_role("button", name="Play").click()
    expect(page.locator("#sum-picture canvas")).to_be_visible()
    assert len(moving) == 1


def test_scrubbing_shows_a_frame_of_its_own_for_each_step_and_asks_once(page: Page):
    page.goto(FOLD)
    moving, steps = asked_of(page, MOVING), asked_of(page, STEP)
    page.locator(".sum__slider").press("Home")
    rests(page, 0)
    page.locator(".sum__slider").press("ArrowRight")
    expect(page.locator("#sum-picture canvas")).to_be_visible()
    rests(page, 1)
    page.locator(".sum__slider").press("ArrowRight")
    expect(page.locator("#sum-picture canvas")).to_be_visible()

    assert page.evaluate(SCRUB) == 67
    rests(page, 66)
    assert len(moving) == 1
    assert len(steps) <= 4  # those at which it rested


def test_it_says_how_small_the_steps_are_only_while_it_moves(page: Page):
    page.goto(f"{FOLD}?sum=58")
    says = page.get_by_text("128 × 128 pixels while it moves")
    expect(says).to_be_hidden()
    page.get_by_role("button", name="Play").click()
    expect(says).to_be_visible()
    rests(page, 66)
    expect(says).to_be_hidden()


def test_small_maps_move_in_full_size_and_nothing_is_said(page: Page):
    page.goto(f"{FOLD}?size=64&sum=3")
    page.locator(".sum__slider").press("ArrowRight")
    rests(page, 4)

    expect(page.locator(".sums__state--moving")).to_have_count(0)


def test_a_paused_sum_becomes_the_exact_picture_of_its_step(page: Page):
    page.goto(f"{FOLD}?sum=20")
    page.get_by_role("button", name="Play").click()
    expect(page.locator("#sum-picture canvas")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    step = (page.locator(".sum__count").text_content() or "").split()[0]
    rests(page, int(step))

    exact = page.evaluate(FETCHED, f"/images/cat/layers/2/maps/7/sums/{step}.png")
    assert (exact["width"], exact["height"]) == (256, 256)
    assert page.evaluate(DRAWN) == exact


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_moves_is_drawn_with_the_colours_of_what_rests(open_page, scheme):
    page = open_page(scheme=scheme)
    page.goto(f"{FOLD}?size=64&sum=3")  # so small that both have the same pixels
    resting = held(page, STEP)
    page.locator(".sum__slider").press("End")
    expect(page.locator("#sum-picture canvas")).to_be_visible()
    moving = page.evaluate(DRAWN)
    filters = page.locator("#sum-picture .sprite").evaluate_all(
        "them => them.map(one => getComputedStyle(one).filter)"
    )
    resting()
    rests(page, 66)

    assert page.evaluate(DRAWN) == moving
    assert len(set(filters)) == 1


def test_play_waits_for_a_step_that_has_not_arrived_and_goes_on_with_it(page: Page):
    let_go = held(page, MOVING)
    page.goto(FOLD)
    page.get_by_role("button", name="Play").click()
    expect(page.get_by_text("this step is loading")).to_be_visible()
    page.wait_for_timeout(1_500)
    expect(page.locator(".sum__count")).to_have_text("0 of 64")

    let_go()
    expect(page.locator(".sum__count")).to_have_text("2 of 64")
    expect(page.get_by_text("this step is loading")).to_be_hidden()
    expect(page.locator("#sum-picture canvas")).to_be_visible()


def test_scrubbed_to_a_step_that_has_not_arrived_it_says_so_and_then_shows_it(page: Page):
    let_go, exact = held(page, MOVING), held(page, STEP)
    page.goto(FOLD, wait_until="domcontentloaded")
    page.locator(".sum__slider").fill("30")
    expect(page.get_by_text("this step is loading")).to_be_visible()
    expect(page.locator("[aria-busy]#bench, #bench [aria-busy]")).to_have_count(1)

    let_go()
    expect(page.locator("#sum-picture canvas")).to_be_visible()
    expect(page.get_by_text("this step is loading")).to_be_hidden()
    exact()
    rests(page, 30)


def test_frames_that_arrive_late_leave_the_exact_step_at_rest(page: Page):
    let_go = held(page, MOVING)
    page.goto(FOLD)
    page.locator(".sum__slider").fill("30")
    rests(page, 30)

    with page.expect_response(MOVING) as frames:
        let_go()
    frames.value.finished()
    page.wait_for_timeout(1_000)
    rests(page, 30)
    expect(page.get_by_text("128 × 128 pixels while it moves")).to_be_hidden()
    page.locator(".sum__slider").press("ArrowRight")
    expect(
        page.locator("#sum-picture canvas")
    ).to_be_visible()  # the frames came, for what moves next
    rests(page, 31)


def test_steps_that_do_not_arrive_are_shown_one_by_one_as_they_rest(page: Page, watch):
    watch.expect("net::ERR_FAILED")
    page.route(MOVING, lambda route: route.abort())
    page.goto(f"{FOLD}?sum=62")
    page.get_by_role("button", name="Play").click()

    expect(page.locator("#sum-label")).to_have_text("after ReLU: map 7", timeout=15_000)
    rests(page, 66)


def test_another_map_shows_nothing_of_the_sum_before_and_back_shows_it_again(page: Page):
    page.goto(FOLD)
    page.locator(".sum__slider").press("Home")
    rests(page, 0)
    page.locator("#tile-2-9").click()
    expect(page).to_have_url(re.compile("/maps/9/contributions$"))
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#sum-picture canvas")).to_have_count(0)
    expect(page.locator("#sum-picture img")).to_have_attribute("src", re.compile("/maps/9/sums/"))

    page.go_back()
    expect(page).to_have_url(re.compile("/maps/7/contributions"))
    expect(page.locator("#sum-picture img")).to_have_attribute("src", re.compile("/maps/7/sums/"))
    page.locator(".sum__slider").press("End")
    rests(page, 66)
    expect(page.locator("#sum-picture img")).to_have_attribute("src", re.compile("/maps/7/sums/"))


def test_stepping_asks_for_the_exact_step_and_not_for_all(page: Page):
    page.goto(f"{FOLD}?sum=10")
    moving = asked_of(page, MOVING)
    page.get_by_role("button", name="One step on").click()
    rests(page, 11)
    page.locator("#tile-1-30").click()
    rests(page, 31)

    assert moving == []
