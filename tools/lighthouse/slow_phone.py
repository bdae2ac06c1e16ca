"""What a reader with a slow phone waits for, measured in Chromium with its line and its processor slowed down."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import chromium

WIDTH, HEIGHT = 390, 844
BITS, LATENCY_MS = 1_600_000, 150  # slow 4G, as Lighthouse has it
SLOWDOWN = 4  # of the processor
PRESSES, DRAGS = 24, 6

# From the start of navigation: the first picture of the page that has arrived.
FIRST_PICTURE = """() => Math.min(...performance.getEntriesByType("resource")
  .filter((one) => /\\.(png|jpg)$/.test(new URL(one.name).pathname)).map((one) => one.responseEnd))"""
PAINTED = """() => performance.getEntriesByName("first-contentful-paint")[0].startTime"""
LOADED = (
    """() => Math.max(...performance.getEntriesByType("resource").map((one) => one.responseEnd))"""
)
# Of each interaction the longest of its events, from the input to the next frame on the screen.
WATCH = """() => {
  window.interactions = new Map()
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId) interactions.set(interactionId, Math.max(duration, interactions.get(interactionId) ?? 0))
  }).observe({ type: "event", durationThreshold: 16, buffered: true })
}"""


def waits(address: str) -> dict[str, float]:
    """Return the seconds until the first paint, the first picture and the last file of a page on a slow line."""
    with _page() as page:
        _slow_down(page, line=True)
        page.goto(address, wait_until="load", timeout=120_000)
        page.wait_for_load_state("networkidle")
        told = {"painted": PAINTED, "picture": FIRST_PICTURE, "loaded": LOADED}
        return {name: float(page.evaluate(code)) / 1000 for name, code in told.items()}


def interactions_ms(address: str) -> list[float]:
    """Scrub the running sum of a fold with keys and pointer, and return how long each interaction took, in ms.

    Interactions below 16 ms, a frame, count as 16.
    """
    with _page() as page:
        page.goto(address, wait_until="networkidle", timeout=120_000)
        _slow_down(page, line=False)
        page.evaluate(WATCH)
        slider = page.locator(".sum__slider")
        slider.scroll_into_view_if_needed()
        slider.focus()
        for press in range(PRESSES):
            page.keyboard.press("ArrowLeft" if press % 12 < 6 else "ArrowRight")
            page.wait_for_timeout(50)
        box = slider.bounding_box()
        assert box
        middle = box["y"] + box["height"] / 2
        for drag in range(DRAGS):
            page.mouse.move(box["x"] + box["width"] * (0.2 if drag % 2 else 0.8), middle)
            page.mouse.down()
            page.mouse.move(box["x"] + box["width"] / 2, middle, steps=12)
            page.mouse.up()
        page.wait_for_timeout(500)
        found = cast(list[float], page.evaluate("() => [...interactions.values()]"))
        return found + [16.0] * max(PRESSES + DRAGS - len(found), 0)


@contextmanager
def _page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.arguments()
        )
        size: Any = {"width": WIDTH, "height": HEIGHT}
        yield browser.new_context(viewport=size, device_scale_factor=2).new_page()
        browser.close()


def _slow_down(page: Page, *, line: bool) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    if line:
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": LATENCY_MS,
                "downloadThroughput": BITS / 8,
                "uploadThroughput": BITS / 8,
            },
        )
