"""The client of the benchmarks fetches what a reader would see, and measures the right process."""

import io
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.main import STATIC, create_app
from app.settings import Settings
from tools.bench import memory
from tools.bench.client import FRAGMENT, sheets_in, with_comment

CAT = STATIC / "samples/cat.jpg"
HELD_MIB = 300  # more than a bare interpreter, or the process of a test, is likely to hold


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))) as client:
        yield client


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
@pytest.mark.parametrize("settings", ["", "?size=64&filters1=5&filters2=70&seed=2", "?scale=stack"])
def test_the_sheets_found_are_those_of_layer_1_and_layer_2(client, settings, headers):
    page = client.get(f"/images/cat{settings}", headers=headers).text

    found = [_png_size(client.get(address).content) for address in sheets_in(page)]

    grids = client.get(f"/images/cat.json{settings}").json()["grids"]
    assert [grid["layer"] for grid in grids] == [1, 2]
    assert found == [(grid["sheet"]["width"], grid["sheet"]["height"]) for grid in grids]
    assert found[0] != found[1]


def test_a_page_without_grids_has_no_sheets(client):
    assert sheets_in(client.get("/about").text) == []


def test_a_comment_makes_another_upload_of_the_same_picture(client):
    jpeg = CAT.read_bytes()
    marked = [with_comment(jpeg, text) for text in ("one", "two")]

    places = {
        client.post("/images", files={"file": data}, follow_redirects=False).headers["Location"]
        for data in (jpeg, *marked)
    }

    assert len(places) == 3
    for data in marked:
        np.testing.assert_array_equal(_pixels(data), _pixels(jpeg))


def test_the_peak_is_that_of_the_process_started_last():
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system does not say how much memory a process has held")
    code = f"held = b'x' * ({HELD_MIB} << 20); del held; print(flush=True); input()"
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        process.stdout.readline()
        child, peak = memory.newest_child(), memory.peak_mib(memory.newest_child())
        process.stdin.close()

    if child is None:
        pytest.skip("this kernel does not list the children of a thread")
    assert child == process.pid
    assert peak is not None
    assert HELD_MIB < peak < 2 * HELD_MIB
    assert memory.peak_mib(None) is None


def _png_size(data: bytes) -> tuple[int, int]:
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)
