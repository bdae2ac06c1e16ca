"""Every lesson as a file, opened from disk: each answer is said as on the page, and what decides it is there."""

import pytest
from playwright.sync_api import Page, expect

from app.lab.stage.lessons.table import LESSONS
from tests.browser.disk import Disk

SMALL = "size=64"
CHOICES = [one.name for one in LESSONS if one.options]
NUMBERS = [one.name for one in LESSONS if one.number]
# What decides each question, as a part of the file.
DECIDES = {
    "cube": ".folded__slider",
    "count": ".walled__board",
    "sum": ".folded__slider",
    "number": ".ledger",
    "weights": ".counted",
    "sight": ".spot__field",
    "relu": ".one__measured",
    "training": ".training__slider",
    "depth": ".ladder__figure",
    "cheaper": "#costs-2",
}


def address(name: str, file: str = "", more: str = SMALL) -> str:
    return f"/lessons/{name}{file}?{more}"


@pytest.mark.parametrize("name", CHOICES)
def test_every_answer_is_said_as_on_the_page_and_marked(disk: Disk, page: Page, axe, name):
    file = disk.open(address(name, "/snapshot.html"))
    answers = file.locator(".answer")
    page.goto(address(name))
    assert page.locator(".answer").all_inner_texts() == answers.all_inner_texts()
    expect(file.locator("[data-stage=answer]")).to_be_hidden()
    assert axe(file) == []

    for answer in answers.all():
        value = answer.get_attribute("value")
        page.goto(f"{address(name)}&guess={value}")
        answer.click()
        for part in (".reveal__words", ".answer--right", ".answer--chosen"):
            expect(file.locator(part)).to_have_text(
                page.locator(part).inner_text(), use_inner_text=True
            )
        expect(file.locator("[data-stage=question]")).to_be_hidden()
        expect(file.locator(DECIDES[name]).first).to_be_visible()
    assert axe(file) == []


@pytest.mark.parametrize("name", NUMBERS)
def test_what_decides_a_number_is_there_after_a_guess_or_without_one(disk: Disk, axe, name):
    for skipped in (False, True):
        file = disk.open(address(name, "/snapshot.html"), scheme="dark" if skipped else "light")
        expect(file.locator(DECIDES[name]).first).to_be_hidden()
        if skipped:
            file.get_by_role("button", name="Show me").click()
        else:
            file.locator("#guess").fill("40")
            file.get_by_role("button", name="Guess").click()
        expect(file.locator(DECIDES[name]).first).to_be_visible()
        expect(file.locator(".gap")).to_have_count(0 if skipped else 1)
        assert axe(file) == []


def test_the_training_of_a_file_goes_through_the_steps_of_the_page(disk: Disk, page: Page):
    file = disk.open(address("training", "/snapshot.html"))
    file.get_by_role("button", name="Show me").click()
    slider = file.get_by_role("slider", name="Training step")
    sheets = set()

    for place, step in ((3, 16), (0, 0), (11, 4096)):
        page.goto(f"{address('training')}&weights1=trained&step={step}&guess=show")
        slider.fill(str(place))
        for part in (".training__words", ".curves__name--3"):
            expect(file.locator(part)).to_have_text(
                page.locator(part).inner_text(), use_inner_text=True
            )
        assert slider.get_attribute("aria-valuetext") == f"step {step} of 4096"
        now = file.locator(".curves__now").get_attribute("x1")
        assert now == page.locator(".curves__now").get_attribute("x1")
        silent = file.locator("[data-maps] .tile__silent").filter(visible=True)
        assert silent.count() == page.locator(".maps .tile__silent").count()
        uses = file.locator("[data-filters] use, [data-maps] use")
        sheets |= set(uses.evaluate_all("all => all.map(one => one.getAttribute('href'))"))
    assert len(sheets) == 2 * 3


@pytest.mark.parametrize("width", [1440, 390])
def test_the_wall_of_a_file_folds_into_the_maps_of_the_page(disk: Disk, page: Page, axe, width):
    page.goto(address("count", more=f"{SMALL}&guess=32"))
    captions = page.locator(".wall__tile .wall__caption").all_text_contents()
    file = disk.open(address("count", "/snapshot.html"))
    file.set_viewport_size({"width": width, "height": 844})
    file.get_by_role("button", name="Show me").click()
    wall, maps = file.locator(".walled__board"), file.locator(".wall__tile")
    expect(wall).to_be_visible()
    expect(maps.first).to_be_hidden()
    file.get_by_role("radio", name="folded into 32 maps").press("Space")

    expect(wall).to_be_hidden()
    expect(maps).to_have_count(32)
    expect(maps.last).to_be_visible()
    assert maps.locator(".wall__caption").all_text_contents() == captions
    assert file.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(file) == []
    file.get_by_role("radio", name="2,048 contributions").press("Space")
    expect(wall).to_be_visible()
