"""The real server, and pages that fail the test when they misbehave."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import chromium
from tests.browser.disk import FILES, Disk, OpenFile
from tests.browser.watching import Watch
from tools.serving import ROOT, running_server

AXE = ROOT / "node_modules/axe-core/axe.min.js"
AXE_OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "preload": False,  # of style sheets again, which a sandboxed frame is denied; no rule here needs it
    "resultTypes": ["violations"],  # to describe what passed as well takes twice the time
}
HEIGHTS = {1440: 900, 1024: 768, 390: 844}
PATIENCE_MS = 30_000  # for a busy machine; nothing waits longer than it has to

OpenPage = Callable[..., Page]

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that serves this checkout."""
    with running_server(tmp_path_factory.mktemp("server")) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.arguments()
        )
        yield running
        running.close()


@pytest.fixture
def watch(server: str) -> Iterator[Watch]:
    """What the pages of this test did wrong; `watch.expect(text)` says what they should."""
    watch = Watch(server)
    yield watch
    assert watch.surprises() == []
    assert watch.missing() == []


@pytest.fixture
def open_page(browser: Browser, server: str, watch: Watch) -> Iterator[OpenPage]:
    """Make pages: `open_page(width=390, scheme="dark", javascript=False, has_touch=True, ...)`."""
    contexts = []

    def open_page(
        *, width: int = 1440, scheme: Any = "light", javascript: bool = True, **options: Any
    ) -> Page:
        context = browser.new_context(
            base_url=server,
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme=scheme,
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        watch.follow(context)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    return open_page()


@pytest.fixture
def page_without_javascript(open_page: OpenPage) -> Page:
    return open_page(javascript=False)


@pytest.fixture(scope="session")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of files that need no server."""
    return tmp_path_factory.mktemp("snapshots")


@pytest.fixture
def disk(browser: Browser, server: str, saved: Path) -> Iterator[Disk]:
    """Files opened from disk: `disk.open(address)`. None may ask for anything, or complain."""
    disk = Disk(browser, server, saved)
    yield disk
    disk.close()
    assert disk.complaints == []


@pytest.fixture
def open_file(disk: Disk) -> OpenFile:
    """Open the file of a view by its name."""
    return lambda name, **options: disk.open(FILES[name], **options)


@pytest.fixture(params=HEIGHTS, ids="{}px".format)
def width(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture(params=["light", "dark"])
def scheme(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(
    params=[(1440, "light"), (1024, "dark"), (390, "light")], ids=lambda way: f"{way[0]}px-{way[1]}"
)
def any_page(open_page: OpenPage, request: pytest.FixtureRequest) -> Page:
    """A page at each width, one of them dark: a scheme changes colours, not sizes."""
    width, scheme = request.param
    return open_page(width=width, scheme=scheme)


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], list[str]]:
    """A function that lists what axe-core finds wrong with a page, each as `rule: where`."""
    source = AXE.read_text()

    def axe(page: Page) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("options => axe.run(document, options)", AXE_OPTIONS)
        return [
            f"{violation['id']}: {node['html']} {node['failureSummary']}"
            for violation in found["violations"]
            for node in violation["nodes"]
        ]

    return axe
