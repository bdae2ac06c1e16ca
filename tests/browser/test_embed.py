"""Views in frames of other pages, the dialog that makes them, and what is shared of a view."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen

import pytest
from playwright.sync_api import Frame, Page, expect

from app.languages import LANGUAGES
from tests.browser.stage import change
from tools.serving import ROOT

SMALL = "size=48&filters1=8&filters2=4&weights1=random"
SHORT = "size=48&filters1=8&weights1=random&filters2=4"
LAB = f"/embed/images/cat?{SMALL}"
MAP = "/images/cat/layers/2/maps/1"
VIEWS = {
    "lab": f"/images/cat?{SMALL}",
    "fold": f"{MAP}/contributions?{SMALL}",
    "wall": f"/images/cat/layers/2/wall?{SMALL}&column=1",
    "pixel": f"{MAP}/pixel?row=1&col=1&{SMALL}",
    "ladder": "/ladder?size=64",
}
# The attribute of the frame, its width, and whether the page around it is on our own site.
FRAMES = {
    "plain, on our own site": ("", 600, True),
    "cross-origin": ("", 600, False),
    "320 pixels wide": ("", 320, False),
    "sandboxed as WordPress does": ('sandbox="allow-scripts"', 600, False),
    "sandboxed with forms": ('sandbox="allow-scripts allow-forms allow-popups"', 600, False),
    "sandboxed on its own site": ('sandbox="allow-scripts allow-same-origin allow-forms"', 600, False),
}  # fmt: skip
LISTEN = (
    "<script>heard = []; addEventListener('message', (event) => heard.push(event.data))</script>"
)
PICTURE = ROOT / "static/samples/coffee.jpg"


class Elsewhere:
    """Another site: pages by path."""

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = site.pages.get(self.path, "").encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    @contextmanager
    def serving(self) -> Iterator["Elsewhere"]:
        thread = Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        yield self
        self.server.shutdown()
        self.server.server_close()
        thread.join()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere().serving() as site:
        yield site


@pytest.fixture
def show(page: Page, server: str, elsewhere: Elsewhere, watch) -> Callable[..., Page]:
    """Show a body as a page of another site, or of ours."""

    def show(body: str, *, ours: bool = False) -> Page:
        text = f"<!doctype html><html lang=en><title>Course</title><h1>Course</h1>{LISTEN}{body}"
        if ours:
            page.route(
                f"{server}/course", lambda route: route.fulfill(body=text, content_type="text/html")
            )
            page.goto("/course")
        else:
            watch.expect(f"request to another host: {elsewhere.address}")
            elsewhere.pages["/course"] = text
            page.goto(f"{elsewhere.address}/course")
        return page

    return show


def iframe(address: str, *, attribute: str = "", width: int = 600, height: int = 450) -> str:
    return f'<iframe src="{address}" {attribute} title="A view" width="{width}" height="{height}"></iframe>'


def framed(page: Page) -> Frame:
    page.wait_for_function("window.heard.length > 1")
    return page.frames[1]


def is_too_wide(frame: Frame) -> bool:
    return frame.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("kind", FRAMES)
def test_a_view_works_in_every_kind_of_frame(show, server, axe, kind):
    attribute, width, ours = FRAMES[kind]
    opaque = "sandbox" in attribute and "same-origin" not in attribute
    page = show(iframe(f"{server}{LAB}", attribute=attribute, width=width), ours=ours)
    frame = framed(page)

    assert (frame.evaluate("self.origin") == "null") == opaque
    assert not is_too_wide(frame)
    assert axe(frame) == []
    frame.locator("#tile-2-1").click()
    expect(frame.locator("#fold")).to_be_visible()
    frame.locator("#frame-more summary").press("Enter")
    change(frame, 1)
    frame.locator("#filters1").fill("6")
    frame.locator("#filters1").press("Enter")
    expect(frame.locator(".tile--part")).to_have_count(6)
    frame.locator("#sum-picture").click()
    expect(frame.locator("#pixel")).to_be_visible()
    frame.locator(".upload__file").set_input_files(PICTURE)
    expect(frame.get_by_role("heading", name="Your picture")).to_be_visible()
    expect(frame.locator(".embedded__foot a")).to_have_attribute(
        "href", re.compile(r"^/images/[0-9a-f]{32}.*filters1=6")
    )


@pytest.mark.parametrize("view", ["lab", "fold", "wall", "pixel", "ladder"])
def test_a_view_fits_a_fixed_box(show, server, axe, view):
    sizes = {600: 450, 320: 480}
    body = "".join(
        iframe(f"{server}/embed{VIEWS[view]}&theme=dark", width=w, height=h)
        for w, h in sizes.items()
    )
    page = show(body)
    page.wait_for_function("window.heard.length > 3")

    for frame in page.frames[1:]:
        assert not is_too_wide(frame)
        foot = frame.locator(".embedded__foot").bounding_box()
        box = frame.frame_element().bounding_box()
        assert foot["y"] + foot["height"] <= box["y"] + box["height"] + 1  # without scrolling
        assert foot["height"] < box["height"] / 8
        for part in (
            "body",
            "main",
        ):  # the page itself scrolls, and nothing that holds the view in it
            how = frame.locator(part).evaluate("(element) => getComputedStyle(element).overflowY")
            assert how in ("visible", "clip", "hidden")
    assert axe(page.frames[1]) == []


def test_a_form_of_the_wall_works_where_forms_are_forbidden(show, server):
    address = f"{server}/embed/images/cat/layers/2/wall?{SMALL}"
    frame = framed(show(iframe(address, attribute='sandbox="allow-scripts"', width=900)))
    frame.locator("#wall-column").fill("2")
    frame.locator(".wall__show").click()
    expect(frame.get_by_role("heading", name="Where map 2 goes")).to_be_visible()
    frame.locator("#wall-row").fill("99")
    frame.locator(".wall__show").click()

    assert frame.evaluate("document.querySelector('#wall-row').validity.rangeOverflow")
    expect(frame.get_by_role("heading", name="Where map 2 goes")).to_be_visible()


def test_the_frame_tells_its_height_to_us_and_to_a_course_system(show, server):
    page = show(iframe(f"{server}{LAB}", height=700))
    frame = framed(page)
    height = frame.evaluate("Math.ceil(document.body.getBoundingClientRect().height)")
    page.wait_for_function("height => heard.at(-1).height === height", arg=height)
    heard = page.evaluate("heard")

    assert {one["subject"] for one in heard} == {"convfold.frameResize", "lti.frameResize"}
    frame.locator("#tile-2-1").click()
    page.wait_for_function("count => heard.length > count", arg=len(heard))


def snippets(server: str, view: str) -> dict[str, str]:
    path, _, query = VIEWS[view].partition("?")
    with urlopen(f"{server}{path}/embedding?{query}&lock=all&height=520") as answer:
        page = answer.read().decode()
    names = re.findall(r"<h3>(.*?)</h3>", page)
    texts = re.findall(r"<code>(.*?)</code>", page, re.DOTALL)
    return {unescape(name): unescape(text) for name, text in zip(names, texts, strict=True)}


def rendered(name: str, text: str) -> str:
    """Return what each host's own renderer makes of a snippet."""
    if found := re.search(r"```\{(?:=html|raw\} html)\}?\n(.*)\n```", text, re.DOTALL):
        return found[1]  # the content of a raw block is passed on
    if found := re.fullmatch(r":::\{iframe\} (\S+)\n:width: (\S+)\n.*\n:::", text):
        return f'<iframe src="{found[1]}" width="{found[2]}"></iframe>'
    if found := re.search(r'IFrame\("([^"]+)", width="([^"]+)", height=(\d+)\)', text):
        return f'<iframe width="{found[2]}" height="{found[3]}" src="{found[1]}"></iframe>'
    return text if "<" in text else f'<iframe src="{text}"></iframe>'


def test_every_snippet_shows_the_view_on_another_page(show, server):
    given = snippets(server, "lab")
    body = "".join(rendered(name, text) for name, text in given.items())
    eager = body.replace('loading="lazy"', "")
    page = show(f"<div>{eager}</div>")
    expect(page.locator("iframe")).to_have_count(len(given))
    page.evaluate("for (const one of document.querySelectorAll('iframe')) one.loading = 'eager'")

    for frame in page.frames[1:]:
        expect(frame.locator("#tile-2-3")).to_be_attached()
        assert frame.locator(".field__control").count() == 0
    assert len(page.frames) == len(given) + 1


def test_the_custom_element_is_as_high_as_its_view_and_hears_nobody_else(show, server):
    page = show(snippets(server, "lab")["HTML, as high as the view"])
    page.wait_for_function("document.querySelector('convfold-view iframe')?.height > 520")
    frame = page.frames[1]
    height = page.evaluate("+document.querySelector('convfold-view iframe').height")
    page.evaluate("postMessage({ subject: 'convfold.frameResize', height: 99 }, '*')")
    page.evaluate("new Promise((done) => setTimeout(done))")

    assert height == frame.evaluate("document.documentElement.scrollHeight")
    assert page.evaluate("+document.querySelector('convfold-view iframe').height") == height
    page.evaluate("document.querySelector('convfold-view').remove()")
    assert len(page.frames) == 1


def element(server: str, address: str, more: str = "") -> str:
    return (
        f'<convfold-view src="{server}{address}" title="A view" height="450" {more} '
        'style="display: block; min-height: 450px"></convfold-view>'
    )


def test_a_view_is_never_higher_than_the_page_allows(show, server):
    script = f'<script type="module" src="{server}/embed.js"></script>'
    page = show(script + element(server, f"{LAB}&below=numbers", 'max-height="500"'))
    framed(page)
    page.wait_for_function("document.querySelector('convfold-view iframe').height === '500'")
    page.evaluate("document.querySelector('convfold-view').setAttribute('max-height', '640')")
    assert page.evaluate("document.querySelector('convfold-view iframe').height") == "640"
    page.evaluate("document.querySelector('convfold-view').removeAttribute('max-height')")
    assert page.evaluate("+document.querySelector('convfold-view iframe').height") == 1200


@pytest.mark.parametrize(
    ("says", "more", "theme"),
    [
        ("<style>:root { color-scheme: light }</style>", "", "light"),
        ("<style>:root { color-scheme: light }</style>", 'theme="auto"', "light"),
        ("<style>:root { color-scheme: dark }</style>", "", "dark"),
        ('<meta name="color-scheme" content="only light">', "", "light"),
        ("<style>:root { color-scheme: light dark }</style>", "", None),
        ("", "", None),
        ("<style>:root { color-scheme: light }</style>", 'theme="dark"', "dark"),
    ],
)
def test_a_view_is_light_or_dark_as_the_page_around_it_says(show, server, says, more, theme):
    script = f'<script type="module" src="{server}/embed.js"></script>'
    page = show(says + script + element(server, LAB, more))
    root = framed(page).locator("html")
    assert root.get_attribute("data-theme") == theme


REQUESTS = """() => ["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
  .filter((one) => one.transferSize > 0).map((one) => one.name)"""
SHIFTS = """shifts = []
  new PerformanceObserver((list) => shifts.push(...list.getEntries().map((one) => one.value)))
    .observe({ type: "layout-shift", buffered: true })"""


def test_twelve_views_on_a_page_share_what_they_load_and_never_move_it(page, show, server):
    views = [
        f"/embed/images/cat/layers/2/maps/{number}/contributions?size=48&filters1=8&filters2=12"
        for number in range(12)
    ]
    words = "<p>" + "Words between the views. " * 60 + "</p>"
    script = f"<script>{SHIFTS}</script><script type=module src={server}/embed.js></script>"
    page.set_viewport_size({"width": 760, "height": 800})
    show(script + words.join(element(server, view) for view in views))
    for number in range(12):
        page.locator("convfold-view").nth(number).scroll_into_view_if_needed()
        expect(page.frame_locator("iframe").nth(number).locator("#play")).to_be_visible()
    for _ in range(20):
        page.mouse.wheel(0, -600)
        page.wait_for_timeout(20)
    for frame in page.frames[1:]:
        frame.wait_for_load_state("networkidle")

    assert page.evaluate("shifts") == []
    loaded = [frame.evaluate(REQUESTS) for frame in page.frames[1:]]
    assert min(len(names) for names in loaded) > 0
    # Each view after the first asks for its page and its own pictures.
    assert sum(len(names) for names in loaded) - max(len(names) for names in loaded) <= 60


def pasted(page: Page) -> str:
    """Return what the clipboard has, in the one way that needs no permission."""
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))"
    )
    page.locator("#pasted").focus()
    page.keyboard.press("ControlOrMeta+V")
    text = page.locator("#pasted").input_value()
    page.locator("#pasted").evaluate("(element) => element.remove()")
    return text


def test_the_dialog_opens_from_share_and_its_choices_change_the_example(open_page, axe):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(VIEWS["fold"])
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert pasted(page).endswith(f"{VIEWS['fold'].partition('?')[0]}?{SHORT}")
    assert axe(page) == []
    page.get_by_role("link", name="Embed this view in a page").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_label("everything: they can only choose maps").check()
    expect(dialog.locator("iframe")).to_have_attribute("src", re.compile("lock=all"))
    expect(dialog.locator("code").first).to_contain_text("lock=all")
    expect(dialog.frame_locator("iframe").locator("#fold")).to_be_visible()
    assert axe(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert "embedding" not in page.url


@pytest.mark.parametrize("way", ["Escape", "its button", "Escape while it changes"])
def test_a_closed_dialog_stays_closed_when_the_page_changes(page: Page, way):
    page.goto(VIEWS["fold"])
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("link", name="Embed this view in a page").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator(".embedding")).to_be_visible()
    if way == "its button":
        dialog.get_by_role("button", name="Close").click()
    else:
        if way == "Escape while it changes":
            dialog.get_by_label("theme").select_option("dark")
        page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    page.locator("#tile-2-2").click()
    expect(page).to_have_url(re.compile("/maps/2/contributions"))
    expect(page.locator("h1")).to_contain_text("Map 2")
    expect(dialog).to_be_hidden()
    page.go_back()
    expect(page).not_to_have_url(re.compile("/maps/2/contributions"))
    expect(dialog).to_be_hidden()


def test_what_is_in_the_dialog_is_a_page_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(VIEWS["wall"])
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("link", name="Embed this view in a page").click()
    page.get_by_label("theme").select_option("dark")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("code").first).to_contain_text("theme=dark")
    expect(page.locator("iframe")).to_have_attribute(
        "src", re.compile(r"/embed/.*/wall\?.*column=1.*theme=dark")
    )


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_a_long_address_stays_in_the_panel(open_page, language):
    page = open_page(width=1366)
    muted = ",".join(map(str, range(40)))
    page.goto(f"/images/cat?size=48&weights1=random&filters2=4&mute={muted}&lang={language}")
    page.locator(".sharing__open").click()

    panel, address = (page.locator(one) for one in (".sharing__body", ".sharing__address"))
    assert address.evaluate("one => one.scrollWidth <= one.clientWidth")
    assert panel.evaluate("one => one.scrollWidth <= one.clientWidth")


def test_share_and_dialog_fit_a_narrow_page(open_page, scheme, axe):
    page = open_page(width=390, scheme=scheme)
    page.goto(VIEWS["lab"])
    page.get_by_text("Share", exact=True).click()

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Embed this view in a page").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate(
        "document.querySelector('dialog').scrollWidth <= document.querySelector('dialog').clientWidth"
    )
    assert axe(page) == []
