"""What the page does while the server has too much to do: it waits its turn, says so, and can be told to stop."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect
from starlette.requests import Request
from starlette.testclient import TestClient

from app.main import create_app
from app.messages import sentence
from app.settings import Settings
from app.web.errors import Busy
from tests.browser.stage import change
from tests.browser.test_lab import BLANK_TILES
from tools.serving import ROOT

CAT = ROOT / "static/samples/cat.jpg"
SMALL = "/?size=64&filters1=8&filters2=4"
CHANGED = re.compile(r"\?.*stride1=2")
STATED = 3  # seconds in Retry-After

Refuse = Callable[[Route], None]


@pytest.fixture(scope="session")
def refuse(tmp_path_factory: pytest.TempPathFactory) -> Refuse:
    """Answer a request as our server does when its queue is full."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("busy")))

    @app.get("/full")
    def full(request: Request) -> None:
        raise Busy(sentence("43 computations wait already."), STATED)

    answer = TestClient(app).get("/full", headers={"HX-Request": "true"})
    assert answer.status_code == 503

    def refuse(route: Route) -> None:
        route.fulfill(status=503, headers=dict(answer.headers), body=answer.content)

    return refuse


@pytest.fixture
def stopped_clock(page: Page) -> Iterator[Page]:
    """A page whose seconds pass when the test says so."""
    page.clock.install()
    yield page
    page.clock.resume()


def first_refused(refuse: Refuse, times: int) -> tuple[Callable[[Route], None], list[str]]:
    """A handler that refuses each address so many times, and the list of what it saw."""
    seen: list[str] = []

    def handle(route: Route) -> None:
        seen.append(route.request.url)
        if seen.count(route.request.url) <= times:
            refuse(route)
        else:
            route.continue_()

    return handle, seen


def is_sheet(address: str) -> bool:
    """Tell whether it is a sheet; the whole one may take the place of its half before that is asked for again."""
    return "/maps.png" in address


def line(page: Page):
    return page.locator("busy-line .busy__line")


def pass_seconds(page: Page, seconds: int) -> None:
    for _ in range(seconds):
        page.clock.run_for(1000)


def test_a_change_that_finds_the_queue_full_waits_and_is_made(stopped_clock: Page, watch, refuse):
    page = stopped_clock
    watch.expect("503")
    handle, seen = first_refused(refuse, 1)
    page.route(CHANGED, handle)
    page.goto(SMALL)
    change(page, 1)
    page.locator("#stride1").select_option("2")

    told = "43 computations wait already."
    expect(line(page)).to_contain_text(f"{told} Trying again in 3 s.")
    pass_seconds(page, STATED - 1)
    expect(line(page)).to_contain_text(f"{told} Trying again in 1 s.")
    assert len(seen) == 1
    page.clock.run_for(1000)
    expect(page).to_have_url(CHANGED)
    expect(line(page)).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_count(0)


def test_the_wait_is_announced_once_and_not_counted_down_aloud(
    stopped_clock: Page, watch, refuse, axe
):
    page = stopped_clock
    watch.expect("503")
    page.route(CHANGED, refuse)
    page.goto(SMALL)
    page.evaluate("""() => {
      globalThis.announced = []
      const status = document.querySelector("busy-line [role=status]")
      const note = () => announced.push(status.textContent)
      new MutationObserver(note).observe(status, {childList: true, characterData: true, subtree: true})
    }""")
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(line(page)).to_contain_text("in 3 s.")
    pass_seconds(page, STATED)
    expect(line(page)).to_contain_text("in 5 s.")  # the second wait is longer
    assert axe(page) == []

    announced = page.evaluate("announced")
    assert len(announced) == 1
    assert "43 computations wait" in announced[0]
    assert "Escape" in announced[0]
    assert "Trying again in" not in announced[0]


@pytest.mark.parametrize("way", ["Escape", "Give up"])
def test_the_reader_can_give_up_and_stands_where_they_were(stopped_clock: Page, watch, refuse, way):
    page = stopped_clock
    watch.expect("503")
    handle, seen = first_refused(refuse, 99)
    page.route(CHANGED, handle)
    page.goto(SMALL)
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(line(page)).to_be_visible()
    if way == "Escape":
        page.keyboard.press("Escape")
    else:
        page.get_by_role("button", name="Give up").click()

    expect(line(page)).to_be_hidden()
    expect(page.locator("#stride1")).to_have_value("1")
    expect(page.locator("#lab")).not_to_have_class(re.compile("htmx-request"))
    pass_seconds(page, 2 * STATED)
    assert len(seen) == 1
    assert page.url.endswith(SMALL)


def test_a_newer_change_takes_the_place_of_one_that_waits(stopped_clock: Page, watch, refuse):
    page = stopped_clock
    watch.expect("503")
    handle, seen = first_refused(refuse, 99)
    page.route(CHANGED, handle)
    page.goto(SMALL)
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(line(page)).to_be_visible()
    page.locator("#tile-1-3").click()

    expect(page).to_have_url(re.compile("/layers/1/maps/3/contributions"))
    expect(line(page)).to_be_hidden()
    pass_seconds(page, 2 * STATED)
    assert len(seen) == 1


def test_after_ten_more_tries_it_stops_and_says_so(stopped_clock: Page, watch, refuse):
    page = stopped_clock
    watch.expect("503")
    handle, seen = first_refused(refuse, 99)
    page.route(CHANGED, handle)
    page.goto(SMALL)
    change(page, 1)
    page.locator("#stride1").select_option("2")
    expect(line(page)).to_be_visible()
    waits = []
    for tries in range(1, 11):
        expect(line(page)).to_contain_text(re.compile(r"in \d+ s"))
        waits.append(int(re.search(r"in (\d+) s", line(page).inner_text())[1]))
        with page.expect_response(CHANGED):
            pass_seconds(page, waits[-1])
        assert len(seen) == 1 + tries

    expect(page.get_by_role("alert")).to_contain_text("43 computations wait already.")
    expect(page.locator("#stride1")).to_have_value("1")
    assert min(waits) >= STATED
    assert waits == sorted(waits)
    pass_seconds(page, 60)
    assert len(seen) == 11


def test_an_upload_that_finds_the_queue_full_is_sent_again(stopped_clock: Page, watch, refuse):
    page = stopped_clock
    watch.expect("503")
    handle, seen = first_refused(refuse, 1)
    page.route("**/images?*", handle)
    page.goto(SMALL)
    page.locator(".upload__file").set_input_files(CAT)
    expect(line(page)).to_contain_text("in 3 s.")
    pass_seconds(page, STATED)

    expect(page.locator("#picture-title")).to_have_text("Your picture")
    assert len(seen) == 2


def test_pictures_that_did_not_come_are_asked_for_again(page: Page, watch, refuse):
    watch.expect("503")
    handle, seen = first_refused(refuse, 1)
    page.route(re.compile(r"/images/cat/.*\.png\?size=64"), handle)
    page.goto(SMALL)  # most fail before the script runs
    for _ in range(100):
        page.wait_for_timeout(100)
        # Refused, brought, and drawn: routes keep the browser from drawing it out of its cache.
        came = all(seen.count(address) >= (1 if is_sheet(address) else 3) for address in seen)
        if came and page.evaluate(BLANK_TILES) == []:
            break

    expect(page.locator(".picture__whole img")).to_have_js_property("naturalWidth", 64)
    assert page.evaluate(BLANK_TILES) == []
    # A busy browser may draw one address for two of its tiles, each time without its cache.
    assert {seen.count(address) for address in seen if not is_sheet(address)} <= {3, 4}
    expect(page.locator("late-pictures .busy__line")).to_be_hidden()


def test_pictures_that_never_come_are_said_to_be_missing(stopped_clock: Page, watch, refuse, axe):
    page = stopped_clock
    watch.expect("503")
    handle, seen = first_refused(refuse, 99)
    page.route(re.compile(r"/channels/0\.png"), handle)
    page.goto(SMALL)
    for _ in range(25):
        pass_seconds(page, 1)
        page.wait_for_timeout(20)
    missing = page.locator("late-pictures .busy__line")
    expect(missing).to_contain_text("1 picture of this page could not be loaded.")
    assert len(seen) == 5
    assert axe(page) == []

    page.unroute(re.compile(r"/channels/0\.png"))
    page.get_by_role("button", name="Ask again").click()
    pass_seconds(page, 2)
    expect(missing).to_be_hidden()
    expect(page.locator(".picture__channels img").first).to_have_js_property("naturalWidth", 64)
