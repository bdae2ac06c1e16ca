"""Numbers in small frames: those of a ledger and of a lesson stand apart, and what is cut off fades."""

from itertools import pairwise

import pytest

from tests.browser.small_frames import CAT, ENDS, SIZES, open_small


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_the_numbers_of_a_small_ledger_stand_apart_inside_its_width(open_page, width, language):
    page = open_small(open_page, width)
    page.goto(f"{CAT}/2/maps/3/pixel?row=60&col=60&lang={language}")

    scroller = page.locator(".ledger__scroll")
    assert scroller.evaluate("one => one.scrollWidth <= one.clientWidth")
    for row in (0, 1):
        matrices = page.locator(f"#ledger-{row} .matrix").evaluate_all(ENDS)
        assert len(matrices) == 3
        for (_, end), (start, _) in (
            pair for matrix in matrices for line in matrix for pair in pairwise(line)
        ):
            assert start - end > 2
        if width == 320:  # one below the other, in the same columns
            columns = {tuple(round(end) for _, end in line) for one in matrices for line in one}
            assert len(columns) == 1, columns


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_rows_of_a_small_ledger_fade_where_they_are_cut_and_the_last_one_is_whole(open_page, width):
    page = open_small(open_page, width)
    page.goto(f"{CAT}/2/maps/3/pixel?row=60&col=60")

    part = {600: ".ledger tfoot::before", 320: ".ledger__scroll::after"}[width]
    owner, pseudo = part.split("::")
    fade = page.locator(owner).evaluate(
        """(one, pseudo) => {
          const { display, backgroundImage, blockSize } = getComputedStyle(one, pseudo)
          return { display, backgroundImage, room: parseFloat(blockSize) }
        }""",
        f"::{pseudo}",
    )
    assert fade["display"] != "none"
    assert "gradient" in fade["backgroundImage"]
    scroller = page.locator(".ledger__scroll")
    scroller.evaluate("one => one.scrollTo(0, one.scrollHeight)")
    last = page.locator(".ledger tbody tr").last.locator("data").last.bounding_box()
    foot = page.locator(".ledger tfoot").bounding_box()
    frame = scroller.bounding_box()
    if width == 600:
        assert last["y"] + last["height"] <= foot["y"] - fade["room"]
    else:
        assert foot["y"] + foot["height"] <= frame["y"] + frame["height"] - fade["room"] + 1


@pytest.mark.parametrize("width", SIZES, ids="{}px".format)
def test_a_lesson_in_german_has_its_numbers_apart_and_its_error_over_the_field(
    open_page, watch, width
):
    watch.expect("422")
    page = open_small(open_page, width)
    page.goto("/embed/lessons/number?lang=de")

    edge = width - 12
    for matrix in page.locator(".pending .matrix").evaluate_all(ENDS):
        for line in matrix:
            assert line[-1][1] <= edge
            assert all(start - end > 2 for (_, end), (start, _) in pairwise(line))
    page.locator("#guess").fill("abc")
    page.locator("#guess").press("Enter")
    refused = page.locator(".answers__refused").bounding_box()
    field = page.locator("#guess").bounding_box()
    assert refused["y"] + refused["height"] <= field["y"]
    assert refused["height"] < 50  # at most two lines
    show = page.locator(".answers__show").bounding_box()
    assert show["x"] + show["width"] <= edge


@pytest.mark.parametrize(
    "kind", ["standard", "separable", "pointwise_first", "separable&kernel2=5"]
)
@pytest.mark.parametrize(
    ("frame", "width", "height"),
    [("", 390, 844), ("", 320, 640), ("", 800, 560), ("/embed", 480, 480)],
)
def test_the_weights_of_a_small_equation_stand_apart(open_page, frame, width, height, kind):
    page = open_page(width=width)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{frame}/images/cat/layers/2/maps/3/contributions?size=64&kind2={kind}")
    rows = page.locator(".equation .taps tr").evaluate_all(
        """rows => rows.map(row => [...row.cells].map(cell => {
          const range = document.createRange()
          range.selectNodeContents(cell)
          const { left, right } = range.getBoundingClientRect()
          return [left, right]
        }))"""
    )

    assert rows
    assert all(start - end > 1.5 for row in rows for (_, end), (start, _) in pairwise(row))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
