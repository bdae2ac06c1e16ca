"""Lessons in a browser: a question, a guess, and the view that decides it, by mouse, by keys, without a script."""

import re

import pytest
from playwright.sync_api import Page, expect

GUESSES = {"cube": "9", "count": "96", "sum": "strongest", "number": "0.4", "weights": "4"}
EVERY = pytest.mark.parametrize("name", GUESSES)


@EVERY
def test_a_lesson_has_no_faults_before_and_after_a_guess(any_page: Page, axe, name):
    for query in ("", f"?guess={GUESSES[name]}"):
        any_page.goto(f"/lessons/{name}{query}")
        any_page.wait_for_load_state("networkidle")

        assert axe(any_page) == []
        assert any_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@EVERY
def test_after_a_guess_the_answer_is_in_sight_and_enter_goes_on(open_page, name):
    page = open_page(width=390)
    page.goto(f"/lessons/{name}")
    guess(page, GUESSES[name])

    expect(page.locator(".reveal__words")).to_be_in_viewport(ratio=0.99)
    following = page.locator("#next")
    expect(following).to_be_focused()
    expect(following).to_be_in_viewport()
    address = following.get_attribute("href")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(address) + "$"))


@EVERY
def test_a_lesson_is_answered_without_a_script(page_without_javascript: Page, name):
    page = page_without_javascript
    page.goto(f"/lessons/{name}")
    guess(page, GUESSES[name])

    expect(page.locator(".reveal__verdict")).to_be_visible()
    page.locator(".further summary").first.click()
    expect(page.locator(".further p").first).to_be_visible()


def guess(page: Page, value: str) -> None:
    field = page.locator("input[name=typed]")
    if field.count():
        field.fill(value)
        field.press("Enter")
    else:
        page.locator(f"button[name=guess][value='{value}']").click()


def test_the_sum_plays_by_itself_after_a_guess(page: Page):
    page.goto("/lessons/sum?guess=all")
    expect(page.locator("#play")).to_have_text("Pause")
    expect(page.locator(".sum__count")).to_have_text(re.compile("^[1-9] of 64$"))
    expect(page).to_have_url(re.compile(r"/lessons/sum\?guess=all$"))


def test_the_wall_stands_unfolded_and_then_folds_by_itself(page: Page):
    page.goto("/lessons/count?guess=32")
    wall = page.locator("fold-wall")

    expect(wall).not_to_have_attribute("data-folded", "")
    expect(page.locator(".wall__board")).to_be_visible()
    expect(wall).to_have_attribute("data-folded", "")
    expect(page.locator(".wall__tile")).to_have_count(32)

    page.locator("#wall-fold").click()
    expect(wall).not_to_have_attribute("data-folded", "")
    expect(page).to_have_url(re.compile(r"/lessons/count\?guess=32$"))


def test_on_a_phone_what_plays_waits_until_it_is_seen(open_page):
    page = open_page(width=390)
    page.goto("/lessons/sum?guess=all")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#play")).to_have_text("Play")
    page.locator("#sum-picture").scroll_into_view_if_needed()
    expect(page.locator("#play")).to_have_text("Pause")

    page.goto("/lessons/count?guess=32")
    page.wait_for_load_state("networkidle")
    wall = page.locator("fold-wall")
    expect(wall).not_to_have_attribute("data-folded", "")
    wall.evaluate("wall => wall.scrollIntoView()")
    expect(wall).to_have_attribute("data-folded", "")


def test_nothing_plays_where_motion_is_unwelcome(open_page):
    page = open_page(reduced_motion="reduce")
    page.goto("/lessons/sum?guess=all")
    page.wait_for_load_state("networkidle")
    expect(page.locator("#play")).to_have_text("Play")
    slider = page.locator(".sum__slider")
    assert slider.input_value() == slider.get_attribute("max")

    page.goto("/lessons/count?guess=32")
    page.wait_for_load_state("networkidle")
    expect(page.locator("fold-wall")).to_have_attribute("data-folded", "")
    expect(page.locator(".wall__board")).to_be_hidden()


def test_the_strongest_flips_in_the_place_of_the_sum(page: Page):
    page.goto("/lessons/sum?guess=strongest")
    place = page.locator("#sum-picture").bounding_box()
    page.locator("[name=answer][value=strongest]").check()

    wrong = page.locator(".sums__wrong--strongest")
    expect(wrong).to_be_visible()
    expect(page.locator("#sum-picture")).to_be_hidden()
    assert wrong.bounding_box() == pytest.approx(place, abs=1)
    expect(page.locator(".sums__why--strongest")).to_contain_text("off by up to")
