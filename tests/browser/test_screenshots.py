"""The pictures of the documents: made by a command, of a stated size, and the same in each run."""

import io

import pytest
from PIL import Image

from tests.browser import chromium
from tools.screenshots.shots import MOST_BYTES, SHOTS, STEADY, reduced, take
from tools.serving import ROOT

DOCUMENTS = (ROOT / "README.md", *(ROOT / "docs").glob("*.md"))


@pytest.fixture
def steady_browser(browser):
    running = browser.browser_type.launch(
        executable_path=chromium.find(), args=[*chromium.arguments(), *STEADY]
    )
    yield running
    running.close()


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_a_picture_of_the_documents_has_its_size_and_is_shown_in_one_of_them(shot):
    file = ROOT / "docs" / f"{shot.name}.png"
    with Image.open(file) as picture:
        assert picture.size == (shot.width, shot.height)

    assert file.stat().st_size < MOST_BYTES
    assert any(f"{shot.name}.png)" in one.read_text("utf-8") for one in DOCUMENTS)


def test_no_picture_of_the_documents_is_made_by_hand():
    assert {file.stem for file in (ROOT / "docs").glob("*.png")} == {shot.name for shot in SHOTS}


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_the_same_page_makes_the_same_picture(steady_browser, server, shot):
    picture = take(steady_browser, server, shot)

    assert take(steady_browser, server, shot) == picture
    with Image.open(io.BytesIO(picture)) as opened:
        assert opened.size == (shot.width, shot.height)
        drawn = opened.convert("L").resize((48, 30)).getcolors()
    assert len(drawn or []) > 20  # greys


def test_a_picture_gets_fewer_colours_until_it_is_small_enough():
    file = io.BytesIO()
    noise = Image.effect_noise((720, 720), 90).convert("RGB")  # which nothing compresses
    noise.save(file, "PNG")

    small = reduced(file.getvalue())

    assert len(small) < MOST_BYTES
    with Image.open(io.BytesIO(small)) as opened:
        assert opened.size == (720, 720)
        assert 0 < len(opened.getcolors() or []) < 256
