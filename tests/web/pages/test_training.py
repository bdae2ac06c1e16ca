"""The training as a reader sees it: the steps, the curves, the weights of each step."""

import io
import json
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from PIL import Image

FOLDER = Path(__file__).parents[3] / "app/weights"
TOLD = json.loads((FOLDER / "trained.json").read_text())
STEPS = TOLD["steps"]


def trace(client, query):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?size=32&{query}").content))


@pytest.mark.parametrize("step", [STEPS[0], STEPS[3], STEPS[-1]])
def test_the_weights_of_a_step_are_those_that_were_kept(client, step):
    arrays = trace(client, f"weights1=trained&step={step}")
    kept = np.load(FOLDER / "trained.npz")

    for layer in (1, 2):
        for name in ("weight", "bias"):
            np.testing.assert_array_equal(
                arrays[f"layer{layer}/{name}"],
                kept[f"step{step}/layer{layer}/{name}"].astype(np.float32),
            )


def test_without_a_step_it_is_the_last(client):
    last, none = (trace(client, f"weights1=trained{step}") for step in (f"&step={STEPS[-1]}", ""))

    np.testing.assert_array_equal(last["layer2/output"], none["layer2/output"])


def test_the_curves_end_at_the_edges_and_the_score_is_where_it_was_measured(client):
    view = client.get(f"/images/cat.json?size=32&weights1=trained&step={STEPS[4]}").json()[
        "training"
    ]
    at = TOLD["curve"]["step"].index(STEPS[4])

    assert view["accuracy"] == TOLD["curve"]["held_out_accuracy"][at]
    assert view["held_out_loss"] == TOLD["curve"]["held_out_loss"][at]
    assert view["steps"][view["place"]] == {"step": STEPS[4], "x": view["x"], "chosen": True}
    score = next(one for one in view["curves"] if one["name"] == "held-out score")
    assert [score["points"][0][0], score["points"][-1][0]] == [0, 1]
    across = {round(x, 9): y for x, y in score["points"]}
    assert across[round(view["x"], 9)] == pytest.approx(1 - view["accuracy"])


def test_every_step_has_a_link_and_the_page_tells_what_was_learnt(client):
    page = client.get("/images/cat?size=32&weights1=trained").text

    links = re.findall(r'href="([^"]+)" data-step="(\d*)"', page)
    assert [int(step) for _, step in links] == STEPS
    assert all(client.get(link.replace("&amp;", "&")).status_code == 200 for link, _ in links[:2])
    assert "guessing would be right for" in page
    assert TOLD["sentence"].split(",")[0] in page


def test_other_weights_show_no_training(client):
    assert client.get("/images/cat.json?size=32").json()["training"] is None


def test_a_step_that_was_not_kept_is_refused_with_those_that_were(client):
    answer = client.get("/images/cat.json?weights1=trained&step=7")

    assert answer.status_code == 422
    assert f"{STEPS[-1]} would work" in answer.json()["message"]


def test_layer_2_follows_layer_1_where_its_shape_allows(client):
    def made(query):
        return [
            one["weights_made"]
            for one in client.get(f"/images/cat.json?size=32&{query}").json()["layers"]
        ]

    assert all(words.startswith("Trained for") for words in made("weights1=trained"))
    assert made("weights1=trained&kernel2=5")[1].startswith("Drawn at random")


def pixels(client, address):
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)


def cut(picture, box):
    return picture[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]]


@pytest.mark.parametrize("step", [STEPS[0], STEPS[-1]])
def test_all_filters_are_drawn_in_colour_on_the_scale_that_is_told(client, step):
    query = f"size=32&weights1=trained&step={step}"
    view = client.get(f"/images/cat/training.json?{query}").json()
    picture = pixels(client, f"/images/cat/layers/1/filters.png?{query}")
    weights = trace(client, f"weights1=trained&step={step}")["layer1/weight"]  # (64, 3, 3, 3)

    assert len(view["filters"]) == len(weights) == 64
    assert view["limit"] == np.abs(weights).max()
    for one, kernels in zip(view["filters"], weights, strict=True):
        expected = 127.5 + 127.5 * np.moveaxis(kernels, 0, -1) / view["limit"]  # (3, 3, RGB)
        np.testing.assert_allclose(cut(picture, one["box"]), expected, atol=0.51)
        assert (one["minimum"], one["maximum"]) == (kernels.min(), kernels.max())


def test_filters_of_a_grey_picture_are_grey(client):
    picture = pixels(client, "/images/cat/layers/1/filters.png?channels=grey&weights1=random")

    assert (picture == picture[..., :1]).all()
    assert picture.min() == 0 or picture.max() == 255


def test_the_maps_next_to_the_filters_are_those_of_their_step(client):
    query = f"size=32&weights1=trained&step={STEPS[3]}"
    maps = client.get(f"/images/cat/training.json?{query}").json()["maps"]

    assert maps == client.get(f"/images/cat.json?{query}").json()["grids"][0]


def test_the_screen_has_a_link_to_each_step_that_stays_on_it(client):
    page = client.get(f"/images/cat/training?size=32&weights1=trained&step={STEPS[2]}").text

    links = [unescape(one) for one in re.findall(r'href="([^"]+)" data-step="\d*"', page)]
    assert len(links) == len(STEPS)
    assert all(link.startswith("/images/cat/training?") for link in links)
    queries = [dict(parse_qsl(urlsplit(link).query)) for link in links]
    assert queries[2] == {"size": "32", "weights1": "trained", "step": str(STEPS[2])}
    assert page.count('id="filter-') == page.count('id="tile-1-') == 64


def test_the_lab_leads_to_the_training_on_one_screen(client):
    lab = client.get("/images/cat?size=32").text
    trained = client.get("/images/cat?size=32&weights1=trained").text

    for page in (lab, trained):
        assert 'href="/images/cat/training?size=32&amp;weights1=trained"' in page


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("", "weights1", "is handmade; trained would work"),
        ("weights1=random", "weights1", "is random; trained would work"),
        ("weights1=random&filters1=8", "weights1", "trained, with 64 filters of 3x3"),
    ],
)
def test_without_trained_weights_the_screen_says_what_would_work(client, query, field, words):
    answer = client.get(f"/images/cat/training.json?{query}")

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert words in answer.json()["message"]


def test_the_filters_of_layer_2_have_no_colours(client):
    answer = client.get("/images/cat/layers/2/filters.png")

    assert answer.status_code == 422
    assert "read maps, not colours; 1 would work" in unescape(answer.text)
    assert client.get("/images/cat/layers/3/filters.png").status_code == 404
