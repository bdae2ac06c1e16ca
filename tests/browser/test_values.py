"""What the screen shows of maps, kernels and their legends, in both themes."""

import io

import numpy as np
import pytest
from PIL import Image

from app.drawing.colormaps import SIGNED, WEIGHTS, ZERO

SMALL = "?size=64&filters1=6&filters2=4&show=preactivation"
MAP = f"/images/cat/layers/1/maps/3{SMALL}"
LUMA = np.array([0.213, 0.715, 0.072])  # of `hue-rotate`, Filter Effects Module Level 1
DARK_PAPER = (20, 21, 22)


def shot(locator):
    """What the screen shows of an element, (H, W, 3)."""
    return np.asarray(Image.open(io.BytesIO(locator.screenshot())).convert("RGB")).astype(int)


def bars(page):
    """The colours of the legends of the map and of its kernels, by index from 1 to 255."""
    found = []
    for bar in page.locator("#map .legend__bar").all():
        row = shot(bar)[4]  # (W, 3)
        places = np.rint(np.linspace(1, len(row) - 2, 255)).astype(int)
        found.append(row[places])
    return found


def hue(colours):
    """Hue by its definition for HSL, in degrees."""
    r, g, b = np.moveaxis(colours.astype(float), -1, 0)
    return np.degrees(np.arctan2(np.sqrt(3) * (g - b), 2 * r - g - b))


@pytest.fixture
def light_and_dark(open_page):
    pages = [open_page(scheme=scheme) for scheme in ("light", "dark")]
    for page in pages:
        page.goto(MAP)
        page.locator(".map__picture img").evaluate("image => image.decode()")
    return pages


def test_the_legends_have_the_colours_of_the_palettes(light_and_dark):
    for shown, table in zip(bars(light_and_dark[0]), (SIGNED, WEIGHTS), strict=True):
        assert np.abs(shown - table[1:].astype(int)).max() <= 6  # a bar has a pixel for each index


def test_in_the_dark_theme_zero_is_nearly_the_paper_lightness_is_mirrored_and_hue_kept(
    light_and_dark,
):
    for light, dark in zip(*map(bars, light_and_dark), strict=True):
        assert np.abs(dark[ZERO - 1] - DARK_PAPER).max() <= 6
        mirrored = dark[ZERO - 1] @ LUMA - 0.9 * (light @ LUMA - light[ZERO - 1] @ LUMA)
        inside = dark.max(axis=1) < 254  # what would be brighter than the screen is cut
        assert inside.mean() > 0.6
        assert np.abs(dark @ LUMA - mirrored)[inside].max() <= 4
        coloured = np.ptp(light, axis=1) > 60
        turn = (hue(dark) - hue(light) + 180) % 360 - 180
        assert np.abs(turn)[inside & coloured].max() < 3
        assert np.abs(turn)[coloured].max() < 12
        for arm in (dark[ZERO - 1 :], dark[ZERO - 1 :: -1]):
            assert (np.diff((arm @ LUMA)[::8]) > 0).all()


def test_a_map_has_the_colours_of_its_legend_in_both_themes(light_and_dark):
    for page in light_and_dark:
        picture = page.locator(".map__picture img")
        answer = page.request.get(picture.evaluate("image => image.src"))
        indices = np.asarray(Image.open(io.BytesIO(answer.body())))  # (64, 64)
        shown = shot(picture)
        rows, columns = (
            (np.arange(64) * size / 64 + size / 128).astype(int) for size in shown.shape[:2]
        )
        legend = bars(page)[0]

        assert np.abs(shown[rows][:, columns] - legend[indices - 1]).max() <= 8
        assert len(np.unique(indices)) > 100


def test_photographs_are_the_same_in_both_themes(light_and_dark):
    for name in (".picture__whole img", ".picture__channels img >> nth=0"):
        light, dark = (shot(page.locator(name))[1:-1, 1:-1] for page in light_and_dark)
        np.testing.assert_array_equal(light, dark)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_embedded_page_has_the_pictures_of_the_theme_that_it_was_given(open_page, theme):
    page = open_page(scheme="light" if theme == "dark" else "dark")
    page.goto(f"/embed{MAP}&theme={theme}")

    zero = bars(page)[0][ZERO - 1]
    expected = SIGNED[ZERO] if theme == "light" else DARK_PAPER
    assert np.abs(zero - expected).max() <= 6


def test_with_forced_colours_the_legends_keep_theirs(open_page):
    page = open_page(forced_colors="active")
    page.goto(MAP)

    for shown, table in zip(bars(page), (SIGNED, WEIGHTS), strict=True):
        assert np.abs(shown - table[1:].astype(int)).max() <= 6


def test_on_paper_the_dark_theme_prints_the_light_palette(open_page):
    page = open_page(scheme="dark")
    page.goto(MAP)
    turned = page.locator(".legend__bar").first

    assert turned.evaluate("bar => getComputedStyle(bar).filter") != "none"
    page.emulate_media(media="print")
    assert turned.evaluate("bar => getComputedStyle(bar).filter") == "none"


def test_with_more_contrast_pictures_have_an_edge_and_legends_full_ink(open_page):
    page = open_page(contrast="more")
    page.goto(MAP)

    for name in (".map__picture img", ".legend__bar"):
        style = page.locator(name).first.evaluate("one => getComputedStyle(one).outlineStyle")
        assert style == "solid"
    ink, words = (
        page.locator(name).first.evaluate("one => getComputedStyle(one).color")
        for name in ("body", ".legend__words")
    )
    assert words == ink
