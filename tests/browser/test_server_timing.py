"""What the server took for a page, said to the curious; and deleting an upload without a script."""

import re
from urllib.request import urlopen

from playwright.sync_api import Page, expect

from tools.serving import ROOT

PICTURE = ROOT / "static/samples/rocket.jpg"


def test_the_page_says_what_the_server_told_the_browser_that_it_took(page: Page):
    page.goto("/about")
    told = page.evaluate(
        "performance.getEntriesByType('navigation')[0].serverTiming"
        ".map(({name, duration}) => [name, Math.round(duration)])"
    )

    line = page.locator("server-timing")
    expect(line).to_be_visible()
    said = [int(ms) for ms in re.findall(r"(\d+) ms", line.inner_text().replace(",", ""))]
    assert said == [dict(told)["app"], *([dict(told)["queue"]] if dict(told)["queue"] else [])]


def test_of_a_page_that_was_kept_it_says_that_and_no_time(page: Page, server):
    address = "/images/cat?size=32&filters1=2&filters2=1&seed=77"
    page.goto(address)
    expect(page.locator("server-timing")).to_have_text(re.compile(r"took [\d,]+ ms for this page"))

    with urlopen(f"{server}{address}") as again:
        assert again.headers["Server-Timing"].endswith(", kept")
    page.reload()

    expect(page.locator("server-timing")).to_have_text("The server had this page ready.")


def test_without_a_script_no_line_about_it_stands_there(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/about")

    expect(page.locator("server-timing")).to_be_hidden()


def test_an_upload_is_deleted_without_a_script(page_without_javascript: Page):
    page = page_without_javascript
    page.goto("/")
    page.set_input_files("input[type=file]", PICTURE)
    page.locator("button[form=upload]").click()
    address = page.url.partition("?")[0]
    page.wait_for_load_state("networkidle")  # its pictures, which are gone afterwards

    page.get_by_role("button", name="Delete now").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your upload is deleted.")
    assert page.request.get(address).status == 404
