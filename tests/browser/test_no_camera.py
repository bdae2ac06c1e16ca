"""The live page where there is no camera: each reason has words of its own, and what helps."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.test_live import CAMERA, LIVE, launched, said

DENIED = (CAMERA[0], f"{CAMERA[1]}=deny")


@pytest.fixture(scope="module")
def browser(browser: Browser) -> Iterator[Browser]:
    """A browser that has a camera: what refuses it is the page or the reader."""
    with_camera = launched(browser, CAMERA)
    yield with_camera
    with_camera.close()


def framed(page: Page, server: str, attribute: str) -> FrameLocator:
    """Show the live page in a frame of another page, with this attribute."""
    body = (
        f'<iframe {attribute} src="/embed{LIVE}" title="A view" width="1200" height="800"></iframe>'
    )
    page.route(f"{server}/course", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto("/course")
    return page.frame_locator("iframe")


def test_a_camera_that_is_denied_says_so_and_what_helps(browser: Browser, server: str, axe):
    denying = launched(browser, DENIED)
    page = denying.new_page()
    page.goto(f"{server}{LIVE}")
    page.get_by_role("button", name="Start the camera").click()

    expect(said(page)).to_contain_text("Allow it in the browser’s settings for this page")
    expect(page.get_by_role("button", name="Start the camera")).to_be_enabled()
    assert axe(page) == []
    denying.close()


@pytest.mark.parametrize(
    ("reason", "words"),
    {
        "NotReadableError": "Another program uses the camera. Close that program",
        "NotFoundError": "There is no camera on this device. Connect one",
        "NotSupportedError": "The browser could not start the camera. Try another browser",
        "": "whose address begins with https:// or with http://localhost",
    }.items(),
)
def test_each_reason_for_no_camera_has_words_of_its_own(page: Page, reason, words):
    given = (
        f"{{ getUserMedia: () => Promise.reject(new DOMException('', '{reason}')) }}"
        if reason
        else "undefined"
    )
    page.add_init_script(f"Object.defineProperty(navigator, 'mediaDevices', {{ value: {given} }})")
    page.goto(LIVE)
    page.get_by_role("button", name="Start the camera").click()

    expect(said(page)).to_contain_text(words)


def test_a_sandboxed_frame_never_gets_a_camera_and_offers_a_tab_and_the_pad(
    page: Page, server: str
):
    view = framed(page, server, 'sandbox="allow-scripts"')
    view.get_by_role("button", name="Start the camera").click()

    expect(view.locator(".live__said")).to_contain_text(
        "sandboxed frame, which never gets the camera"
    )
    expect(view.get_by_role("link", name="Open it in a tab of its own")).to_have_attribute(
        "target", "_blank"
    )
    view.get_by_label("drawing").check()
    expect(view.locator(".live-picture")).to_have_count(8 + 4)


def test_a_frame_that_does_not_pass_the_camera_on_says_so(page: Page, server: str, watch):
    watch.expect("Permissions policy violation")
    view = framed(page, server, "allow=\"camera 'none'\"")
    view.get_by_role("button", name="Start the camera").click()

    expect(view.locator(".live__said")).to_contain_text("does not pass the camera on")
    expect(view.get_by_role("link", name="Open it in a tab of its own")).to_be_visible()


def test_without_javascript_the_page_offers_no_tools_and_leads_back(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(LIVE)

    expect(page.get_by_role("button", name="Start the camera")).to_be_hidden()
    expect(page.get_by_role("button", name="Freeze")).to_be_hidden()
    page.get_by_role("link", name="Leave live").click()
    expect(page.locator("#picture-title")).to_have_text("Chelsea the cat")
