"""What a weight file states, over HTTP: the choices of the form, the settings of the lab, and its page."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load, save

JSON = {"Accept": "application/json"}
CASES = Path(__file__).parents[2] / "untrusted" / "weights" / "cases"
MOBILE = CASES / "mobilenet_v2.safetensors"


def send(client, file: bytes, **fields: str) -> dict:
    answer = client.post("/weights?size=48", files={"file": file}, data=fields, headers=JSON)
    assert answer.status_code == 201, answer.text
    return answer.json()


def layer1(client, body: dict) -> np.ndarray:
    path, _, query = body["url"].partition("?")
    with np.load(io.BytesIO(client.get(f"{path}/trace.npz?{query}").content)) as file:
        return file["layer1/weight"]


def test_the_contents_offer_a_field_for_the_bias_and_a_switch_for_batch_norm(client):
    page = client.post("/weights/contents", files={"file": MOBILE.read_bytes()}).text

    for field in ("first_bias", "second_bias", "first_batch_norm", "second_batch_norm", "bgr"):
        assert f'name="{field}"' in page
    assert '<option value="features.0.1.running_mean">' in page
    assert "epsilon; 0.00001 is used" in " ".join(page.split())


def test_contents_without_a_batch_norm_have_no_switch_for_it(client):
    file = (CASES / "npz_positional.npz").read_bytes()

    page = client.post("/weights/contents", files={"file": file}).text

    assert "BatchNorm" not in page
    assert "arr_1" in page


def test_the_lab_opens_with_what_the_file_states_and_the_page_says_so(client):
    body = send(client, (CASES / "keras_efficientnet_dwconv.h5").read_bytes())

    assert "stride1=2" in body["url"]
    assert "activation1=silu" in body["url"]
    assert "normalise=none" in body["url"]
    page = client.get(body["url"]).text
    assert "How the file was read" in page
    assert "The BatchNorm stem_bn is folded into the weights and biases of layer 1" in page
    assert "What the lab cannot do as the file says" in page
    assert re.search(r"weights1=32x3x3x3-d1_32x32x3x3-", body["url"])


def test_what_the_file_does_not_say_stands_open_to_be_checked(client):
    body = send(client, (CASES / "npz_positional.npz").read_bytes())

    assert body["guessed"]
    assert not body["unfollowed"]
    assert re.search(r'<details class="imported__reading" open>', client.get(body["url"]).text)


def test_a_switch_leaves_the_batch_norm_out(client):
    file = MOBILE.read_bytes()

    folded, plain = send(client, file), send(client, file, first_batch_norm="off")

    stored = load(file)["features.0.0.weight"]
    np.testing.assert_array_equal(layer1(client, plain), stored)
    assert np.abs(layer1(client, folded) - stored).max() > 1e-3
    assert any("left out" in each for each in plain["unfollowed"])


def test_blue_green_and_red_are_turned(client):
    arrays = {
        name: np.random.default_rng(1).normal(0, 0.3, shape).astype(np.float32)
        for name, shape in {"a.weight": (4, 3, 3, 3), "b.weight": (2, 4, 3, 3)}.items()
    }

    body = send(client, save(arrays), bgr="on", mean="103.939,116.779,123.68")

    np.testing.assert_array_equal(layer1(client, body), arrays["a.weight"][:, ::-1])
    assert "normalise=0.4076" in body["url"]


@pytest.mark.parametrize(
    ("fields", "field", "word"),
    [
        ({"first_bias": "nope"}, "first_bias", "would work"),
        ({"second_bias": "arr_1"}, "second_bias", "one value for each"),
        ({"first_batch_norm": "maybe"}, "first_batch_norm", "on"),
    ],
)
def test_a_choice_that_cannot_work_names_its_field(client, fields, field, word):
    file = (CASES / "npz_positional.npz").read_bytes()

    answer = client.post("/weights", files={"file": file}, data=fields, headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert word in answer.json()["message"]


@pytest.mark.parametrize("path", sorted(CASES.iterdir()), ids=lambda path: path.name)
def test_no_case_is_an_error_of_the_server(client, path):
    file = path.read_bytes()

    for address in ("/weights/contents", "/weights"):
        answer = client.post(address, files={"file": file}, headers=JSON)
        assert answer.status_code in (200, 201, 415, 422), answer.text
        if answer.status_code == 201:
            assert client.get(answer.json()["url"]).status_code == 200
