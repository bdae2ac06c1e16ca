"""What is photographed: four pages, each at its own size, and how a page is waited for until nothing moves."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page

MAP = "/images/cat/layers/2/maps/14/contributions?sum=40"
LESSON = "/lessons/sum?guess=mean"
MOST_BYTES = 400_000  # of one picture in the documents
PALETTES = (256, 192, 128, 96, 64)  # colours, tried until a picture is small enough
PATIENCE_MS = 60_000
# Arguments for the browser. Without them two of four runs differed, by up to 19 grey levels in a few pixels.
STEADY = ("--disable-partial-raster", "--num-raster-threads=1", "--disable-lcd-text")
DRAWN = """() => Promise.all([
  document.fonts.ready,
  ...[...document.images].filter((image) => image.loading !== "lazy").map((image) => image.decode()),
  ...[...document.querySelectorAll("svg image")].map((image) => {
    const same = new Image()
    same.src = image.href.baseVal
    return same.decode()
  }),
])"""
COURSE = Path(__file__).with_name("course.html")


class TooLarge(Exception):
    """A picture stays larger than a document should carry, even with few colours."""


@dataclass(frozen=True)
class Shot:
    """One picture: its name in `docs`, the size of the window, and what is opened in it.

    `motion` is what the browser says of its reader. Play is offered only with it; without it the lab is at rest.
    """

    name: str
    width: int
    height: int
    show: Callable[[Page, str], None]
    motion: Literal["no-preference", "reduce"] = "no-preference"


def take(browser: Browser, address: str, shot: Shot) -> bytes:
    """Return the picture as a PNG with a palette; the same pages make the same bytes.

    Raises:
        TooLarge: 64 colours are still more than `MOST_BYTES`.
    """
    context = browser.new_context(
        viewport={"width": shot.width, "height": shot.height},
        color_scheme="light",
        reduced_motion=shot.motion,
        locale="en",
    )
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    shot.show(page, address)
    for frame in page.frames:
        frame.evaluate(DRAWN)
        # How long the server took differs from run to run.
        frame.evaluate("document.querySelectorAll('server-timing').forEach((one) => one.remove())")
    page.mouse.move(0, 0)
    made = page.screenshot(animations="disabled", caret="hide")
    context.close()
    return reduced(made)


def reduced(picture: bytes) -> bytes:
    """Return a PNG with as many colours as fit into `MOST_BYTES`."""
    pixels = Image.open(io.BytesIO(picture)).convert("RGB")
    for colours in PALETTES:
        file = io.BytesIO()
        palette = pixels.quantize(colours, dither=Image.Dither.NONE)
        palette.save(file, "PNG", optimize=True)
        if file.tell() < MOST_BYTES:
            return file.getvalue()
    raise TooLarge(f"{file.tell():,} bytes with {colours} colours; {MOST_BYTES:,} would do")


def _lab(page: Page, address: str) -> None:
    page.goto(address, wait_until="networkidle")
    page.locator("#tile-2-14").wait_for()


def _fold(page: Page, address: str) -> None:
    page.goto(f"{address}{MAP}", wait_until="networkidle")
    page.locator("#bench, #fold").first.wait_for(state="attached")


def _lesson(page: Page, address: str) -> None:
    page.goto(f"{address}{LESSON}", wait_until="networkidle")
    page.locator("#next").wait_for()


def _course(page: Page, address: str) -> None:
    body = COURSE.read_text("utf-8").replace("VIEW", f"/embed{MAP}")
    page.route(
        f"{address}/course", lambda route: route.fulfill(body=body, content_type="text/html")
    )
    page.goto(f"{address}/course", wait_until="networkidle")
    page.frame_locator("iframe").locator("#bench, #fold").first.wait_for(state="attached")


SHOTS = (
    Shot("lab", 1440, 900, _lab, motion="reduce"),
    Shot("fold", 1440, 900, _fold),
    Shot("lesson", 1440, 900, _lesson, motion="reduce"),
    Shot("embedding", 960, 760, _course),
)
