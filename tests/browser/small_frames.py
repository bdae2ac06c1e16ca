"""Small frames of a course page: their sizes, their views, and what of a page lies outside of them."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page

CAT = "/embed/images/cat/layers"
SIZES = {600: 450, 320: 480}
# What must be in sight, whole.
VIEWS = {
    "grid": (f"{CAT}/2/maps", ("h1", ".tile", ".legend__bar")),
    "grid of 64": (f"{CAT}/1/maps", ("h1", ".tile", ".legend__bar")),
    "map": (
        f"{CAT}/2/maps/3",
        ("h1", ".map__name", ".map__picture", ".map__facts > :first-child", ".map__fold"),
    ),
    "fold": (
        f"{CAT}/2/maps/3/contributions",
        ("h1", ".equation figure", "#parts-switch", "#tile-1-0", "#sum-picture", "#play"),
    ),
    "ledger": (
        f"{CAT}/2/maps/3/pixel?row=60&col=60",
        ("h1", ".pixel__equation", "#ledger-0 .matrix", "#ledger-0 .ledger__sum data"),
    ),
    "wall": (
        f"{CAT}/2/wall",
        ("h1", "wall-board", ".wall__ends .sprite", "#wall-column", "#wall-row", "#wall-fold"),
    ),
    "lesson": (
        "/embed/lessons/number",
        ("h1", ".lesson__seen", "#guess", ".answers .button", ".pending .matrix"),
    ),
    "lesson of choices": ("/embed/lessons/sum", ("h1", ".answer")),
}
# The ends of the texts of the numbers of a matrix, row by row.
ENDS = """matrices => matrices.map(matrix => [...matrix.querySelectorAll(".matrix__row")].map(row =>
  [...row.querySelectorAll("data")].map(one => {
    const range = document.createRange()
    range.selectNodeContents(one)
    const { left, right } = range.getBoundingClientRect()
    return [left, right]
  })))"""


def open_small(open_page: Callable[..., Page], width: int, **options: str) -> Page:
    """Open a page in a frame of this width."""
    page = open_page(width=width, **options)
    page.set_viewport_size({"width": width, "height": SIZES[width]})
    return page


def outside(page: Page, part: Locator) -> list[str]:
    """Return the boxes of a part that are not whole between the upper edge and the line at the foot."""
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    foot = page.locator(".embedded__foot").bounding_box()
    end = min(height, foot["y"])
    boxes = [one.bounding_box() for one in part.all()]
    assert boxes
    return [
        str(box)
        for box in boxes
        if box is None
        or box["x"] < -1
        or box["y"] < -1
        or box["x"] + box["width"] > width + 1
        or box["y"] + box["height"] > end + 1
        or not box["width"] * box["height"]
    ]
