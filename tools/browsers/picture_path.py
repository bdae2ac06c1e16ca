"""Large pictures, reduced by a page and not: the server must read the same picture from both."""

import io
import json
import re
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin

import numpy as np
from numpy.typing import NDArray

from tools.browsers.webdriver import Driver, StepFailed
from tools.picture_files.stated import StatedFile, stated_files

SMALL = "/?size=64&filters1=4&filters2=2"
TRACE = "/trace.npz?normalise=none&size=128&filters1=1&filters2=1"
NAMES = (
    *("jpeg turned", "jpeg mirrored", "jpeg profile", "jpeg of several"),
    *("png turned", "png profile", "png opaque alpha", "png transparent"),
    *("webp plain", "webp turned", "webp profile"),
)
READY = "return Boolean(customElements.get('busy-line'))"
UPLOADED = re.compile(r"/images/[0-9a-f]{32}")
SIZES = ("Reduced", "Cropped")  # begin the notes in which the two may differ
MOST = 2 / 255  # on average; what the codecs of browsers and the server differ by is below 1


def picture_steps(
    driver: Driver, server: str, folder: Path
) -> list[tuple[str, Callable[[], None]]]:
    """Return a step for each file."""
    files = {file.name: file for file in stated_files()}
    return [
        (f"{name}: the same through the page", _step(driver, server, folder, files[name]))
        for name in NAMES
    ]


def _step(driver: Driver, server: str, folder: Path, file: StatedFile) -> Callable[[], None]:
    def compare() -> None:
        path = folder / f"{file.name.replace(' ', '-')}.{file.kind.partition('/')[2]}"
        path.write_bytes(file.make())
        driver.open(f"{server}{SMALL}")
        driver.wait_until(lambda: driver.run(READY), "the script that reduces pictures")
        driver.choose_file(".upload__file", path)
        driver.wait_until(lambda: UPLOADED.search(driver.address()), "the address of the upload")
        sent = urljoin(server, UPLOADED.findall(driver.address())[0])
        alone = f"{server}/images/{_post(server, path.read_bytes())}"
        if not any("in the browser" in one for one in _all_notes(sent)):
            raise StepFailed("the page did not reduce it")
        if _notes(sent) != _notes(alone):
            raise StepFailed(f"the notes {_notes(sent)} are not {_notes(alone)}")
        difference = float(np.abs(_image(sent) - _image(alone)).mean())
        if difference > MOST:
            raise StepFailed(f"the pictures differ by {255 * difference:.1f} of 255")

    return compare


def _post(server: str, data: bytes) -> str:
    mark = b"--mark"
    head = b'Content-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    body = mark + b"\r\n" + head + data + b"\r\n" + mark + b"--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=mark", "Accept": "application/json"}
    request = urllib.request.Request(f"{server}/images", body, headers)
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["id"])


def _notes(address: str) -> list[str]:
    return [one for one in _all_notes(address) if not one.startswith(SIZES)]


def _all_notes(address: str) -> list[str]:
    with urllib.request.urlopen(f"{address}.json?size=64") as answer:
        notes: list[str] = json.load(answer)["picture"]["notes"]
    return notes


def _image(address: str) -> NDArray[np.float32]:
    with urllib.request.urlopen(f"{address}{TRACE}") as answer:
        image: NDArray[np.float32] = np.load(io.BytesIO(answer.read()))["image"]
    return image
