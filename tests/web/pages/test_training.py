"""The training as a reader sees it: the steps, the curves, the weights of each step."""

import io
import json
import re
from pathlib import Path

import numpy as np
import pytest

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
    assert "blind guessing is right on" in page
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
