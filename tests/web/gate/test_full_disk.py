"""The disk fills up, or the folder for uploads disappears, while the server runs."""

import gc

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.full_disk import files_of_at_most
from tests.web.pages.test_uploads import file_of

JSON = {"Accept": "application/json"}
NOISE = np.random.default_rng(0)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "images"


@pytest.fixture
def own(tmp_path):
    with TestClient(create_app(Settings(data_dir=tmp_path))) as client:
        yield client


@pytest.mark.parametrize(
    "side", [100, 800], ids=["the store is full", "the form cannot be spooled"]
)
def test_an_upload_to_a_full_disk_gets_507_and_leaves_no_files(own, folder, side):
    file = file_of(NOISE.integers(0, 256, (side, side, 3), np.uint8))

    with files_of_at_most(10_000):
        page = own.post("/images", files={"file": file})
        data = own.post("/images", files={"file": file}, headers=JSON)
    gc.collect()  # an unclosed file would cause a warning here, which is an error

    assert (page.status_code, data.status_code) == (507, 507)
    assert "No room" in page.text
    for text in (page.text, data.json()["message"]):
        assert "samples still work" in text
    assert list(folder.iterdir()) == []
    assert own.get("/images/cat").status_code == 200
    assert own.post("/images", files={"file": file}, headers=JSON).status_code == 201


def test_uploads_fail_if_their_folder_is_gone_and_samples_still_work(own, folder):
    folder.rmdir()
    file = file_of(NOISE.integers(0, 256, (100, 100, 3), np.uint8))

    answer = own.post("/images", files={"file": file}, headers=JSON)

    assert answer.status_code == 507
    assert own.get("/images/cat").status_code == 200
    folder.mkdir()
