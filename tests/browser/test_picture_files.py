"""One file, one picture: a page that reduces it before sending changes nothing that the file states."""

import io
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.watching import Watch
from tools.browsers.picture_path import NAMES
from tools.picture_files.stated import StatedFile, stated_files

SMALL = "/?size=64&filters1=4&filters2=2"
LEAST_BYTES = 128 * 1024  # below, a page sends a file as it is
AS_DATA = {"Accept": "application/json"}
TRACE = "normalise=none&size=128&filters1=1&filters2=1"
# Those that other browsers are tested with in each run, the others in `make thorough`.
FILES = [
    pytest.param(file, id=file.name, marks=() if file.name in NAMES else pytest.mark.thorough)
    for file in stated_files()
]


@pytest.mark.parametrize("file", FILES)
def test_a_file_gives_one_picture_and_the_same_notes_whether_a_page_reduces_it_or_not(
    page: Page, watch: Watch, file: StatedFile
):
    payload = FilePayload(name="a", mimeType=file.kind, buffer=file.make())
    assert len(payload["buffer"]) > LEAST_BYTES
    plain = page.request.post("/images", multipart={"file": payload}, headers=AS_DATA)
    page.goto(SMALL)
    if not plain.ok:
        watch.expect(str(plain.status))
        page.locator(".upload__file").set_input_files(payload)
        expect(page.get_by_role("alert")).to_contain_text(plain.json()["message"])
        return
    page.locator(".upload__file").set_input_files(payload)
    expect(page.locator("#picture-title")).to_have_text("Your picture")
    sent, alone = page.url, plain.json()["url"]

    assert is_reduced(page, sent) == file.reduced
    assert notes_of(page, sent) == notes_of(page, alone)
    difference = np.abs(image_of(page, sent) - image_of(page, alone)) * 255
    assert difference.mean() < 2
    assert difference.max() < 32


def picture_of(page: Page, address: str) -> dict[str, Any]:
    return page.request.get(f"{address.partition('?')[0]}.json?size=64").json()["picture"]


def image_of(page: Page, address: str) -> np.ndarray:
    answer = page.request.get(f"{address.partition('?')[0]}/trace.npz?{TRACE}")
    return np.load(io.BytesIO(answer.body()))["image"]


def notes_of(page: Page, address: str) -> list[str]:
    """The notes but those of sizes, in which the two differ."""
    sizes = ("Reduced", "Cropped")
    return [one for one in picture_of(page, address)["notes"] if not one.startswith(sizes)]


def is_reduced(page: Page, address: str) -> bool:
    return any("in the browser" in one for one in picture_of(page, address)["notes"])
