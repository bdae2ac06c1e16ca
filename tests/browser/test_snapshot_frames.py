"""A file from disk in a small frame of a course page: the view and its scales are in sight."""

import pytest

from tests.browser.disk import FILES, Disk

# The sizes of the numbers at a scale, in pixels of the screen.
TEXT_SIZES = """all => all.map(one => parseFloat(getComputedStyle(one).fontSize)
  * one.ownerSVGElement.getBoundingClientRect().width / one.ownerSVGElement.viewBox.baseVal.width)"""
# What has to be in sight of each file in a frame of 600 by 450.
IN_A_FRAME = {
    "fold": ("h1", ".formed", ".folded__picture", ".folded__play", ".folded__grid", ".legend"),
    "layer-1": ("h1", ".formed", ".folded__picture", ".folded__play", ".folded__grid", ".legend"),
    "two steps": ("h1", ".formed", ".folded__picture", ".folded__play", ".legend"),
    "wall": ("h1", ".walled", ".closer__picture", ".closer__words", ".legend"),
    "small wall": ("h1", ".walled", ".closer__picture", ".closer__words", ".legend"),
    "maps": ("h1", ".grid", ".closer__picture", ".closer__words", ".legend"),
}


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("name", IN_A_FRAME)
def test_in_a_small_frame_the_view_and_its_scales_are_in_sight(disk: Disk, axe, name, lang):
    address = FILES[name]
    page = disk.open(f"{address}{'&' if '?' in address else '?'}lang={lang}", width=600, height=450)

    for part in IN_A_FRAME[name]:
        for one in page.locator(part).all():
            box = one.bounding_box()
            assert box["x"] >= 0, part
            assert box["x"] + box["width"] <= 600, part
            assert box["y"] + box["height"] <= 450, part
    small = page.locator(".legend__ticks text").filter(visible=True).evaluate_all(TEXT_SIZES)
    assert min(small) >= 10
    assert axe(page) == []
