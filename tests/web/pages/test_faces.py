"""The faces on the stage: outlined where the bank of faces fires, with the sum that decides."""

import io
from html import unescape
from urllib.parse import urlencode

import numpy as np
import pytest

from app.engine.weights.banks.face import FACE_SETTINGS, PARTS, PLACES
from tools.training.face import CHIN, TRUE, drawings

FACES = urlencode({name: value for name, value in FACE_SETTINGS.items() if name != "size"})
PART = 11 // 2  # pixels from the middle of a part to its edge


def faces_of(client, image="face", more=""):
    return client.get(f"/images/{image}.json?{FACES}{more}").json()["faces"]


def test_each_outline_holds_all_parts_of_one_drawn_face(client):
    faces = faces_of(client)
    drawn = [one for one in drawings() if one.word == TRUE]

    assert faces["count"] == len(faces["found"]) == len(drawn) == 7
    for box in faces["found"]:
        inside = [one for one in drawn if holds(box, one.row - CHIN, one.column)]
        assert len(inside) == 1
        drawn.remove(inside[0])
    assert not drawn


def holds(box, row, column):
    middles = [(row + down, column + right) for _, (down, right) in PLACES]
    return all(
        box["top"] <= y - PART
        and y + PART < box["top"] + box["height"]
        and box["left"] <= x - PART
        and x + PART < box["left"] + box["width"]
        for y, x in middles
    )


@pytest.mark.parametrize("image", ["face", "cat"])
@pytest.mark.parametrize(
    "more", ["", "&mute=1", "&bias2=off", "&flip=on", "&padding_mode2=reflect"]
)
def test_the_sum_is_that_of_the_strongest_place_of_the_map(client, image, more):
    faces = faces_of(client, image, more)
    arrays = np.load(io.BytesIO(client.get(f"/images/{image}/trace.npz?{FACES}{more}").content))
    sums = arrays["layer2/preactivation"][0]

    total = faces["weight"] * sum(part["value"] for part in faces["parts"]) + faces["bias"]
    assert [part["name"] for part in faces["parts"]] == ["Eye", "Eye", "Nose", "Mouth"]
    assert faces["total"] == pytest.approx(total, abs=1e-9)
    assert faces["total"] == pytest.approx(sums.max(), abs=1e-4)
    assert sums[faces["row"], faces["col"]] == sums.max()
    assert faces["count"] == (sums > 0).sum()
    assert len(faces["found"]) == min(faces["count"], 50)


def test_a_muted_part_leaves_no_face(client):
    number = list(PARTS).index("Nose")

    assert faces_of(client, more=f"&mute={number}")["count"] == 0


def test_the_page_outlines_the_faces_and_writes_the_sum(client):
    page = unescape(client.get(f"/images/face/layers/2/maps/0/contributions?{FACES}").text)

    assert page.count('class="faces__box"') == 7
    assert "2 × (eye + eye + nose + mouth) − 7 > 0" in page
    assert "2 × (1.00 + 1.00 + 1.00 + 1.00) − 7 = 1.00" in page


def test_without_a_face_the_best_place_is_told_and_nothing_outlined(client):
    page = unescape(client.get(f"/images/cat?{FACES}").text)

    assert "there is none" in page
    assert "faces__box" not in page


@pytest.mark.parametrize("more", ["&weights2=random", "&edit2=0.0" + ",1" * 49])
def test_with_another_filter_nothing_is_said_of_faces(client, more):
    answer = client.get(f"/images/face.json?{FACES}{more}")

    assert answer.status_code == 200
    assert answer.json()["faces"] is None


def test_a_link_to_the_fold_of_layer_1_opens_on_a_filter_that_treats_colours_differently(client):
    lab = client.get("/images/cat.json?size=32").json()
    channel = lab["colour_filter"]

    def equal(number):
        address = f"/images/cat/layers/1/maps/{number}/contributions"
        return client.get(f"{address}.json?size=32").json()["kernels_equal"]

    assert not equal(channel)
    assert all(equal(number) for number in range(channel))
    assert f'href="/images/cat/layers/1/maps/{channel}/contributions?size=32"' in (
        client.get("/images/cat?size=32").text
    )


def test_on_a_grey_picture_the_link_opens_on_the_first_filter(client):
    assert client.get("/images/cat.json?size=32&channels=grey").json()["colour_filter"] == 0
