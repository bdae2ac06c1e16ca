import io

import numpy as np
import pytest
from PIL import Image


def file_of(pixels, kind="PNG") -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind)
    return file.getvalue()


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

    assert first.headers["Location"] == second.headers["Location"]


def test_the_settings_of_the_page_are_kept(client, small):
    answer = client.post("/images?filters1=16&size=64", files={"file": small})

    assert answer.headers["Location"].endswith("?size=64&filters1=16")


def test_what_was_done_to_the_picture_is_said(client, small):
    url = client.post("/images", files={"file": small}).headers["Location"]

    page = client.get(url).text

    assert "Cropped to the central square of 40 x 40." in page


def test_an_uploaded_picture_is_computed_as_the_sample_is(client, cat_file):
    url = client.post("/images", files={"file": cat_file}).headers["Location"]

    own, sample = (
        client.get(f"{address}/trace.npz?size=64").content for address in (url, "/images/cat")
    )

    assert own == sample


def test_the_name_of_the_file_is_not_shown(client, small):
    answer = client.post("/images", files={"file": ("secret-name.png", small)})

    assert "secret-name" not in client.get(answer.headers["Location"]).text
