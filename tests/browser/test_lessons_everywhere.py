"""Every lesson by keys alone, without a script, in a frame and on a projector; and a class that votes."""

import re

import pytest
from playwright.sync_api import Page, expect

from app.lab.stage.lessons.table import LESSONS
from tests.browser.test_live import until

EVERY = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
# The page is the same for all, so each run takes the longest: a number, a number that is counted, and a training.
PROJECTED = [
    pytest.param(
        one,
        id=one.name,
        marks=() if one.name in ("count", "number", "training") else pytest.mark.thorough,
    )
    for one in LESSONS
]
QR_IS_THERE = "document.querySelector('.room__qr')?.naturalWidth > 0"
ON_AN_ANSWER = "document.activeElement.matches('.answer, #guess')"


def a_guess(lesson) -> str:
    return "7" if lesson.number else lesson.options[0].value


@EVERY
def test_it_is_answered_by_keys_alone(page: Page, lesson):
    page.goto(f"/lessons/{lesson.name}?size=64")
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate(ON_AN_ANSWER):
            break
    if lesson.number:
        page.keyboard.type("7")
    page.keyboard.press("Enter")

    expect(page.locator("#next")).to_be_focused()
    expect(page.locator(".reveal__words")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).not_to_have_url(re.compile(f"/lessons/{lesson.name}"))
    if lesson is not LESSONS[-1]:
        until(page, ON_AN_ANSWER)  # the next question waits for a key as well


@EVERY
def test_it_is_answered_without_a_script(page_without_javascript: Page, lesson):
    page = page_without_javascript
    page.goto(f"/lessons/{lesson.name}?size=64")
    if lesson.number:
        page.locator("#guess").fill("7")
        page.locator("#guess").press("Enter")
    else:
        page.locator(".answer").first.click()

    expect(page.locator(".reveal__verdict")).to_be_visible()


@EVERY
def test_it_is_answered_in_a_sandboxed_frame_and_the_answer_is_seen_there(
    page: Page, server, lesson
):
    address = f"{server}/embed/lessons/{lesson.name}?size=64"
    host = f'<iframe sandbox="allow-scripts allow-forms" width="600" height="450" src="{address}"></iframe>'
    page.route(f"{server}/course", lambda route: route.fulfill(body=host, content_type="text/html"))
    page.goto("/course")
    frame = page.frame_locator("iframe")
    if lesson.number:
        frame.locator("#guess").fill("7")
        frame.locator("#guess").press("Enter")
    else:
        frame.locator(".answer").first.click()

    expect(frame.locator(".reveal__verdict")).to_be_in_viewport()


@pytest.mark.parametrize("lesson", PROJECTED)
def test_on_a_projector_it_stands_alone_and_large_with_its_code(open_page, axe, lesson):
    page = open_page(width=1920)
    for query in ("present=on", f"present=on&guess={a_guess(lesson)}"):
        page.goto(f"/lessons/{lesson.name}?{query}")
        page.wait_for_load_state("networkidle")

        expect(page.locator(".header")).to_be_hidden()
        until(page, QR_IS_THERE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1920
        size = page.locator("h1").evaluate(
            "(title) => parseFloat(getComputedStyle(title).fontSize)"
        )
        assert size >= 48
    assert axe(page) == []


def test_a_class_votes_and_sees_the_answer_when_the_presenter_shows_it(open_page, axe):
    presenter = open_page(width=1920)
    presenter.goto("/lessons/sum?size=64")
    presenter.get_by_role("button", name="Let a class vote").click()
    code = presenter.locator(".room__code").inner_text()
    student = open_page(width=390)
    student.goto(f"/lessons/sum?size=64&room={code}")
    assert axe(student) == []
    student.locator(".answer").nth(1).click()

    expect(student.get_by_text("Your vote is counted.")).to_be_visible()
    expect(presenter.locator(".room__count")).to_have_text("One vote")
    expect(student.locator(".reveal")).to_have_count(0)
    assert axe(presenter) == []
    presenter.get_by_role("button", name="Show the answer").click()
    expect(student.locator(".reveal__verdict")).to_contain_text("Not so. The 64 are added.")
    expect(presenter.locator(".room__right")).to_contain_text("It adds all 64")


@pytest.mark.parametrize("name", ["sum", "cheaper", "sight", "number"])
def test_a_presenter_sees_the_invitation_all_votes_and_what_ends_them_at_once(open_page, name):
    page = open_page(width=1440)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"/lessons/{name}?size=64")
    page.get_by_role("button", name="Let a class vote").click()
    until(page, QR_IS_THERE)
    controls = page.locator(".room__controls").bounding_box()

    assert controls["y"] + controls["height"] <= 900
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(
    ("name", "language"),
    [("cheaper", "en"), ("cheaper", "fr"), ("relu", "de"), ("depth", "fr")],
)
def test_long_answers_and_what_ends_the_vote_fit_a_low_screen(open_page, name, language):
    page = open_page(width=1366)
    page.goto(f"/lessons/{name}?size=64&lang={language}")
    page.locator(".teaching__vote").click()
    for vote in ("open", "closed"):
        expect(page.locator(".room__invitation")).to_have_count(int(vote == "open"))
        for height in (768, 650):
            page.set_viewport_size({"width": 1366, "height": height})

            expect(page.locator(".room__controls")).to_be_in_viewport(ratio=1)
            assert page.evaluate("scrollY") == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.locator(".room__controls button").first.click()


def test_votes_have_the_letters_of_the_answers_that_the_class_sees(open_page):
    presenter, student = open_page(), open_page(width=390)
    presenter.goto("/lessons/sum?size=64")
    presenter.get_by_role("button", name="Let a class vote").click()
    code = presenter.locator(".room__code").inner_text()
    student.goto(f"/lessons/sum?size=64&room={code}")
    votes = presenter.locator(".room__counts th").all_inner_texts()
    answers = student.locator(".answer").all_inner_texts()

    assert [one.split() for one in votes] == [one.split() for one in answers]


@pytest.mark.parametrize("width", [720, 1024, 1199])
@pytest.mark.parametrize("name", ["cube", "number", "sum", "training"])
def test_what_a_question_is_about_stands_next_to_it_also_on_a_tablet(open_page, name, width):
    page = open_page(width=width)
    page.goto(f"/lessons/{name}?size=64")
    words, stage = (
        page.locator(one).bounding_box() for one in (".lesson__words", ".lesson__stage")
    )

    assert stage["x"] >= words["x"] + words["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    stages = page.locator(".lesson__stage")
    assert stages.evaluate("one => one.scrollWidth <= one.clientWidth")


@pytest.mark.parametrize("width", [390, 720, 1024, 1440])
def test_a_picture_at_two_sizes_is_drawn_to_scale(open_page, width):
    page = open_page(width=width)
    page.goto("/lessons/weights?size=64")
    small, large = (one.bounding_box()["width"] for one in page.locator(".shown__one img").all())

    assert large == pytest.approx(2 * small, rel=0.02)
