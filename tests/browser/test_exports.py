"""Taking along what one sees: copied, downloaded, and run against the server it is from."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

LAB = "/images/cat"
SMALL = "size=48&filters1=8&filters2=4&weights1=random&weights2=random"


def test_code_is_copied_from_the_page_that_the_lab_leads_to(open_page):
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto(f"{LAB}?{SMALL}")
    page.get_by_text("Share", exact=True).click()
    page.get_by_role("link", name="Export: code").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        "You can take all of this along: as code, as files, as a figure."
    )
    page.get_by_text("Plain NumPy", exact=True).click()
    page.get_by_role("button", name="Copy as Plain NumPy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    shown = page.locator("#code-numpy pre").text_content()
    with page.expect_event(
        "console"
    ) as message:  # pasting is the one way to read that needs no permission
        page.evaluate(
            "addEventListener('paste', event => console.info(event.clipboardData.getData('text')))"
        )
        page.keyboard.press("ControlOrMeta+V")
    assert message.value.text == shown
    assert shown.startswith('"""Two convolution layers in plain NumPy.')


def test_a_downloaded_script_finds_the_numbers_of_the_server_it_is_from(page: Page, tmp_path: Path):
    page.goto(f"{LAB}/export?{SMALL}")
    page.get_by_text("Plain NumPy", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="stack_numpy.py").click()
    script = tmp_path / download.value.suggested_filename
    download.value.save_as(script)
    environment = os.environ | {"no_proxy": "*", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, script.name],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert "layer2/output" in done.stdout
    assert not (tmp_path / "trace.npz").exists()


def test_a_map_is_chosen_and_its_figure_drawn_without_javascript(page_without_javascript: Page):
    page = page_without_javascript
    page.goto(f"{LAB}/export?{SMALL}")
    page.get_by_label("map", exact=True).fill("1")
    page.get_by_label("row", exact=True).fill("7")
    page.get_by_role("button", name="Choose").click()

    expect(page.locator("#one")).to_contain_text("Map 1 of layer 2, row 7, column 24")
    page.locator(".exports__figure").scroll_into_view_if_needed()
    expect(page.locator(".exports__figure")).to_have_js_property("naturalWidth", 1920)
    assert "filters1=8" in page.url


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_accessible_and_as_wide_as_its_window(open_page, axe, width, scheme):
    page = open_page(width=width, scheme=scheme)
    page.goto(f"{LAB}/export?{SMALL}")
    for name in ("PyTorch", "Plain NumPy"):
        page.get_by_text(name, exact=True).click()

    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
