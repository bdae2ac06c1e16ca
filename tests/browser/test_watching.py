"""The watch itself: what a page must never do is seen."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.watching import Watch

SERVER = "http://127.0.0.1:1"


@pytest.fixture
def watch() -> Watch:
    return Watch(SERVER)


@pytest.fixture
def page(browser: Browser, watch: Watch) -> Iterator[Page]:
    context = browser.new_context()
    watch.follow(context)
    yield context.new_page()
    context.close()


def test_a_quiet_page_gives_no_complaint(page, watch):
    page.set_content("<title>Quiet</title><script>console.log('fine')</script>")

    assert watch.surprises() == []


@pytest.mark.parametrize(
    ("markup", "complaint"),
    [
        ("<script>console.warn('frayed')</script>", "console warning: frayed"),
        ("<script>console.error('torn')</script>", "console error: torn"),
        ("<script>throw new Error('broken')</script>", "uncaught: broken"),
        ("<img src='http://elsewhere.invalid/a.png'>", "request to another host: http://elsewhere"),
        (
            "<meta http-equiv='Content-Security-Policy' content=\"style-src 'none'\">"
            "<p style='color: red'>",
            "Content Security Policy",
        ),
    ],
    ids=["warning", "error", "exception", "another host", "breach of the CSP"],
)
def test_what_a_page_must_never_do_is_seen(page, watch, markup, complaint):
    page.set_content(markup)
    page.evaluate("1")  # by now the page's own messages have come

    assert any(complaint in surprise for surprise in watch.surprises())


def test_an_expected_complaint_passes_and_one_that_stays_away_does_not(page, watch):
    watch.expect("frayed")
    watch.expect("torn")
    page.set_content("<script>console.warn('frayed')</script>")

    assert watch.surprises() == []
    assert watch.missing() == ["torn"]
