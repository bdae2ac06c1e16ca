import io
import json
import re

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.lab.keep import decoding
from app.main import create_app
from app.settings import Settings
from tools import failing_decoder


def file_of(pixels, kind="PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


def without_token(answer) -> str:
    return re.sub(r"[?&]token=[\w-]+$", "", answer.headers["Location"])


@pytest.fixture
def small() -> bytes:
    return file_of(np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8))


def test_an_upload_leads_to_its_lab(client, cat_file):
    answer = client.post("/images", files={"file": ("cat.jpg", cat_file)})

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert page.text.count('class="tile"') == 96
    assert "Kept for 24 hours" in page.text


def test_an_upload_is_answered_as_data_where_that_is_asked_for(client, small):
    answer = client.post("/images", files={"file": small}, headers={"Accept": "application/json"})

    assert answer.status_code == 201
    body = answer.json()
    assert (body["height"], body["width"]) == (40, 60)
    assert body["url"] == f"/images/{body['id']}"
    assert isinstance(body["notes"], list)
    assert answer.headers["Location"] == body["url"]


def test_the_same_file_gets_the_same_address(client, small):
    first, second = (client.post("/images", files={"file": small}) for _ in range(2))

    assert without_token(first) == without_token(second)


def test_the_settings_of_the_page_are_kept(client, small):
    answer = client.post("/images?filters1=16&size=64", files={"file": small})

    assert without_token(answer).endswith("?size=64&filters1=16")


def test_what_was_done_to_the_picture_is_said(client, small):
    url = client.post("/images", files={"file": small}).headers["Location"]

    page = client.get(url).text

    assert "Cropped to the central square of 40 × 40." in page


def test_an_uploaded_picture_is_computed_as_the_sample_is(client, cat_file):
    url = without_token(client.post("/images", files={"file": cat_file}))

    own, sample = (
        client.get(f"{address}/trace.npz?size=64").content for address in (url, "/images/cat")
    )

    assert own == sample


def test_the_name_of_the_file_is_not_shown(client, small):
    answer = client.post("/images", files={"file": ("secret-name.png", small)})

    assert "secret-name" not in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize("size", [10 * 2**20 + 1, 11 * 2**20], ids=["the file", "the form"])
def test_an_upload_that_is_too_large_is_told_its_size(client, size):
    file = b"GIF89a".ljust(size, b"\0")

    answer = client.post("/images", files={"file": file}, headers={"Accept": "application/json"})

    assert answer.status_code == 413
    given = re.search(r"has ([\d,]+) bytes; up to 10 MiB would work", answer.json()["message"])
    assert size <= int(given[1].replace(",", "")) < size + 1000


@pytest.mark.parametrize(
    ("original", "noted"),
    [("4032x3024", True), ("60x40", False), ("4032x3024\n", False), ("9" * 9 + "x9", False)],
    ids=["larger", "not larger", "not a size", "out of bounds"],
)
def test_a_size_before_sending_is_noted_where_it_can_be_true(client, original, noted):
    # A file of its own: one that is kept is not taken in again.
    pixels = np.random.default_rng(len(original)).integers(0, 256, (40, 60, 3), np.uint8)
    answer = client.post(
        "/images",
        files={"file": file_of(pixels)},
        data={"original": original},
        headers={"Accept": "application/json"},
    )

    note = "Reduced in the browser from 4032 × 3024 to 60 × 40 before it was sent."
    assert answer.status_code == 201
    assert (note in answer.json()["notes"]) == noted
    assert noted or not any("browser" in line for line in answer.json()["notes"])


def test_an_upload_that_version_0_1_kept_shows_its_notes_as_they_were_written(tmp_path, small):
    app = create_app(Settings(data_dir=tmp_path))
    with TestClient(app) as client:
        kept = client.post("/images", files={"file": small}, headers={"Accept": "application/json"})
    (path,) = tmp_path.glob("images/**/*.npz")
    with np.load(path) as stored:
        pixels, facts = stored["pixels"], json.loads(stored["facts"].tobytes())
    facts["notes"] = ["Turned upright as the file says."]
    np.savez(path, pixels=pixels, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8))

    with TestClient(create_app(Settings(data_dir=tmp_path))) as client:
        picture = client.get(f"/images/{kept.json()['id']}.json").json()["picture"]

    assert picture["notes"][0] == "Turned upright as the file says."
    assert "Cropped to the central square of 40 × 40." in picture["notes"]


@pytest.mark.parametrize("failure", ["crash", "exit", "swell"])
def test_a_file_that_makes_the_decoder_fail_is_refused_in_words_that_help(
    client, small, monkeypatch, failure
):
    monkeypatch.setattr(decoding, "decode", failing_decoder.decode)

    answer = client.post(
        "/images",
        files={"file": small + failure.encode()},
        headers={"Accept": "application/json"},
    )

    assert answer.status_code == 422
    assert "the same picture saved again as PNG or JPEG would work" in answer.json()["message"]
    assert client.post("/images", files={"file": small}).status_code == 303


@pytest.mark.parametrize(
    ("original", "notes", "noted"),
    [
        ("4032x3024", "first_picture", True),
        ("4032x3024", "turned,first_picture", True),
        ("4032x3024", "first_pictures", False),
        ("", "first_picture", False),
    ],
)
def test_what_a_page_left_out_of_a_picture_is_noted_if_it_is_known(client, original, notes, noted):
    pixels = np.random.default_rng(len(original + notes)).integers(0, 256, (40, 61, 3), np.uint8)
    answer = client.post(
        "/images",
        files={"file": file_of(pixels)},
        data={"original": original, "notes": notes},
        headers={"Accept": "application/json"},
    )

    first = "First of the pictures in the file only."
    assert (first in answer.json()["notes"]) == noted
    assert not any("Turned" in line for line in answer.json()["notes"])
