"""A lesson that asks for a number, as a file: it reads a guess, refuses it and judges it as the page does."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.disk import Disk

LESSON = "/lessons/{name}{file}?lang={lang}&size=64"
# What is typed into the lesson in a language: near, far off, usual mistakes, and no numbers.
NUMBERS = {
    "en": ("0.4", "-0.5", "0", "1,000", "1e2", ".5", "99999.5", "five", "1,2,3", "9999999"),
    "de": ("0,4", "0.4", "−0,5", "1.234", "1,234", "etwa 3", "-9.999.999,5", "\uff13"),
    "fr": ("0,4", "1234,5", "1\u202f234,5", "12 000", "deux"),
}
COUNTS = (
    "32",
    "32.0",
    "2048",
    "2049",
    "-12345",
    "2,048",
    "64",
    "31.5",
    "-1",
    "x" * 60,
    "\u202e32",
    "2,048.5",
)
STEPS = ("64", "31", "1000", "4097", "32", "128", "129", "4096", "0")


def lesson(name: str, lang: str, *, file: bool) -> str:
    return LESSON.format(name=name, file="/snapshot.html" if file else "", lang=lang)


def said(page: Page) -> dict[str, str | None]:
    """Return all that a page or a file says of a guess, and where its marks are."""
    shown = {
        name: page.locator(selector).filter(visible=True)
        for name, selector in (
            ("refused", ".answers__refused"),
            ("words", ".reveal__words"),
            ("gap", ".gap figcaption"),
            ("row", ".pending__sums div:last-child"),
            ("key", ".curves__name--guess"),
        )
    }
    texts = {name: " ".join(one.all_inner_texts()) for name, one in shown.items()}
    marks = page.locator(".gap path:not(.gap__axis), line.curves__guess").filter(visible=True)
    places = marks.evaluate_all(
        """all => all.map(one => [one.getAttribute("d"), one.getAttribute("x1")]
            .map(text => (text ?? "").replace(/[\\d.]+/g, number => Math.round(number))).join(" "))"""
    )
    button = page.locator(".answers__number .button").inner_text()
    return {**texts, "marks": " ".join(places), "button": button}


@pytest.mark.parametrize(
    ("name", "lang", "guesses"),
    [
        ("number", "de", NUMBERS["de"]),
        ("count", "en", COUNTS),
        ("count", "de", ("2049", "12.345,5", "viele")),
        ("training", "de", STEPS[:4]),
        pytest.param("number", "en", NUMBERS["en"], marks=pytest.mark.thorough),
        pytest.param("number", "fr", NUMBERS["fr"], marks=pytest.mark.thorough),
        pytest.param("training", "de", STEPS, marks=pytest.mark.thorough),
    ],
)
def test_a_file_answers_every_guess_with_the_words_of_the_page(
    disk: Disk, page: Page, watch, name, lang, guesses
):
    watch.expect("422")
    file = disk.open(lesson(name, lang, file=True))

    for guess in guesses:
        page.goto(lesson(name, lang, file=False))
        for one in (page, file):
            one.locator("#guess").fill(guess)
            one.locator("#guess").press("Enter")
        expect(page.locator(".answers__refused, .reveal")).to_have_count(1)
        assert said(file) == said(page), guess


def test_nothing_typed_asks_for_a_number_as_the_browser_does(disk: Disk):
    page = disk.open(lesson("number", "en", file=True))
    for nothing in ("", "   "):
        page.locator("#guess").fill(nothing)
        page.get_by_role("button", name="Guess").click()
        expect(page.locator("#guess:invalid:focus")).to_have_count(1)
        expect(page.locator(".reveal")).to_have_count(0)
        expect(page.locator(".answers__refused")).to_be_hidden()


def test_the_answer_is_neither_shown_nor_read_out_before_a_guess(disk: Disk, page: Page):
    page.goto(f"{lesson('number', 'en', file=False)}&guess=show")
    pixel = page.locator(".reveal__verdict").inner_text().removeprefix("The pixel is ").strip(". ")
    file = disk.open(lesson("number", "en", file=True))

    assert float(pixel) > 0
    assert pixel not in file.locator("body").inner_text()
    assert pixel not in file.locator("body").aria_snapshot()
    file.get_by_role("button", name="Show me").click()
    assert pixel in file.locator("body").inner_text()
    assert pixel in file.locator("body").aria_snapshot()


def test_a_guess_that_is_refused_takes_the_answer_away_again(disk: Disk, axe):
    page = disk.open(lesson("number", "de", file=True))
    for guess in ("0,4", "viel"):
        page.locator("#guess").fill(guess)
        page.locator("#guess").press("Enter")
        assert axe(page) == []

    expect(page.get_by_role("alert")).to_contain_text("viel ist hier keine Antwort")
    expect(page.locator(".reveal")).to_have_count(0)
    expect(page.locator("[data-stage=question]")).to_be_visible()
    expect(page.locator("[data-stage=answer]")).to_be_hidden()


def test_the_answer_shown_after_a_refusal_stands_as_on_the_page(disk: Disk, page: Page, watch):
    watch.expect("422")
    file = disk.open(lesson("number", "en", file=True))
    page.goto(lesson("number", "en", file=False))
    for one in (page, file):
        one.locator("#guess").fill("five")
        one.locator("#guess").press("Enter")
        expect(one.locator(".answers__refused")).to_be_visible()
        one.get_by_role("button", name="Show me").click()
        expect(one.locator(".reveal")).to_have_count(1)
        expect(one.locator("#guess")).to_have_value("")

    for part in ("refused", "words", "button"):
        assert said(file)[part] == said(page)[part]
    assert said(file)["refused"] == ""


@pytest.mark.parametrize("name", ["number", "sum"])
def test_without_javascript_a_lesson_says_so_and_opens_its_answer_in_words(disk: Disk, name):
    page = disk.open(lesson(name, "en", file=True), java_script_enabled=False)

    expect(page.get_by_text("Without JavaScript")).to_be_visible()
    expect(page.locator("[data-answers]")).to_be_hidden()
    expect(page.locator(".reveal__words")).to_be_hidden()
    page.locator("summary", has_text="Show me").click()
    expect(page.locator(".reveal__words")).to_be_visible()
