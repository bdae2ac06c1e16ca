"""What single lessons say: their numbers are those of the engine on the reader's picture."""

import io
import json
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import pytest

from app.engine.weights.banks.face import FACE_SETTINGS
from app.figures import Figure, Percentage
from app.lab.stage.lessons.table import LESSONS
from tests.engine.reference import conv2d, pool

SMALL = "size=64&image=coffee"
RIGHT = {
    "sight": "5",
    "relu": "nothing",
    "depth": "sees",
    "cheaper": "seventh",
}


def lesson(client, name, guess="", more=SMALL):
    answer = client.get(f"/lessons/{name}.json?{more}&guess={guess}")
    assert answer.status_code == 200
    return answer.json()


def reveal(client, name, guess, more=SMALL):
    return lesson(client, name, guess, more)["reveal"]


@pytest.mark.parametrize("name", RIGHT)
def test_one_answer_is_right_and_every_other_is_not(client, name):
    for option in lesson(client, name)["options"]:
        answer = reveal(client, name, option["value"])
        assert answer["right"] == (option["value"] == RIGHT[name])
        assert answer["correct"] == RIGHT[name]


def seen_across(*, between=None):
    """Count the columns of the picture that change the middle value of two layers of 3 x 3."""
    kernel, bias, found = np.ones((1, 1, 3, 3)), np.zeros(1), 0
    for column in range(32):
        x = np.zeros((1, 32, 32))
        x[0, :, column] = 1
        maps = conv2d(x, kernel, bias, padding=((1, 1), (1, 1)))
        maps = pool(maps, "max", between) if between else maps
        maps = conv2d(maps, kernel, bias, padding=((1, 1), (1, 1)))
        found += bool(maps[0, maps.shape[1] // 2, maps.shape[2] // 2])
    return found


def test_sight_is_what_changes_the_value(client):
    answer = lesson(client, "sight", "5")
    across, (scene,) = seen_across(), answer["scenes"]

    assert f"{across} × {across}" in answer["reveal"]["verdict"]
    assert scene["view"]["seen"]["field"] == {"top": 30, "left": 30, "height": 5, "width": 5}
    assert answer["reveal"]["carry"]["answer"].startswith(f"It sees {seen_across(between=2)}.")


def test_before_a_guess_sight_marks_a_pixel_and_nothing_that_sees_it(client):
    (scene,) = lesson(client, "sight")["scenes"]
    page = client.get(f"/lessons/sight?{SMALL}").text

    assert scene["view"]["seen"] is None
    assert (scene["view"]["row"], scene["view"]["col"]) == (32, 32)
    assert "spot__pixel" in page
    assert "spot__field" not in page


@pytest.mark.parametrize("guess", ["nothing", "edges", "colours"])
def test_relu_measures_both_layers_against_the_one(client, guess):
    linear = "activation1=linear&activation2=linear&size=64"
    measured = client.get(f"/images/coffee/one_layer.json?{linear}").json()
    answer = reveal(client, "relu", guess)

    assert str(Figure(measured["inside"])) in answer["says"]
    assert f" {Figure(measured['ring'])}." in answer["carry"]["answer"]
    if guess != "colours":
        assert f"greatest value is {Figure(measured['greatest'])}" in answer["says"]


FACTS = json.loads((Path(__file__).parents[3] / "app/weights/trained.json").read_text())
SCORES = dict(zip(FACTS["curve"]["step"], FACTS["curve"]["held_out_accuracy"], strict=True))


def test_the_net_is_better_than_guessing_where_it_is_right_twice_as_often(client):
    answer = reveal(client, "training", "700")
    before, truth = 32, 64

    assert SCORES[before] < 2 * FACTS["chance"] <= SCORES[truth]
    assert max(score for step, score in SCORES.items() if step < truth) < 2 * FACTS["chance"]
    assert (
        f"comes after {truth} of 4,096 steps; the one after {before} does not" in answer["verdict"]
    )
    assert (answer["gap"]["guess"], answer["gap"]["truth"]) == (700, truth)


@pytest.mark.parametrize(
    ("guess", "right", "tested"),
    [
        ("0", False, 0),
        ("31", False, 16),
        ("32", True, 64),
        ("128", True, 64),
        ("129", False, 128),
        ("1,000", False, 768),
        ("4096", False, 4096),
    ],
)
def test_a_guess_of_steps_is_answered_with_the_last_test_before_it(client, guess, right, tested):
    answer = reveal(client, "training", guess)

    assert answer["right"] == right
    assert f"after {tested:,} steps" in answer["says"].lower()
    assert f"right on {Percentage(100 * SCORES[tested])}" in answer["says"]


def test_a_skipped_guess_has_no_gap_and_no_mark_on_the_curve(client):
    assert reveal(client, "training", "show")["gap"] is None
    assert "curves__guess" not in client.get(f"/lessons/training?{SMALL}&guess=show").text
    assert "curves__guess" in client.get(f"/lessons/training?{SMALL}&guess=9").text


def test_the_marks_stand_where_the_curve_has_these_steps(client):
    answer = lesson(client, "training", "512")
    steps = {one["step"]: one["x"] for one in answer["scenes"][0]["view"]["training"]["steps"]}

    assert answer["reveal"]["gap"]["places"] == pytest.approx([steps[512], steps[64]])


def test_before_a_guess_the_filters_are_those_of_step_0_and_no_curve_is_there(client):
    page = client.get(f"/lessons/training?{SMALL}&step=64&weights1=trained").text
    (scene,) = lesson(client, "training")["scenes"]

    assert set(scene["view"]) == {"filters", "sheet", "limit"}
    assert "step=0&" in unescape(page.partition("lesson__stage")[2])
    assert "curves" not in page


def test_a_step_of_the_training_leads_to_the_same_lesson_with_the_same_guess(client):
    page = unescape(client.get(f"/lessons/training?{SMALL}&guess=9").text)
    address = next(part for part in page.split('"') if "step=16&" in part and "/lessons/" in part)
    answer = client.get(address).text

    assert "/lessons/training?" in address
    assert "After 16 of 4,096 training steps" in answer
    assert 'value="9"' in answer


def test_depth_has_the_numbers_of_the_ladder(client):
    last = client.get("/ladder.json").json()["layers"][-1]
    answer = reveal(client, "depth", "cannot")
    depth, side, _ = last["shape"]

    assert f"{last['receptive_field']} × {last['receptive_field']} of the 224" in answer["says"]
    assert f"{side}×{side}×{depth}" in answer["carry"]["question"]
    assert (
        f"{last['values']:,} instead of 224 × 224 × 3 = {224 * 224 * 3:,}"
        in (answer["carry"]["answer"])
    )


@pytest.mark.parametrize("more", ["", "&stride1=2&kind2=separable&mute=1&flip=on&bias2=off"])
def test_depth_finds_the_drawn_faces_and_sums_up_the_readers_picture(client, more):
    answer = lesson(client, "depth", "sees", SMALL + more)
    settings = urlencode(FACE_SETTINGS)
    arrays = np.load(io.BytesIO(client.get(f"/images/coffee/trace.npz?{settings}").content))

    assert answer["scenes"][0]["view"]["faces"]["count"] == 7
    assert f"is {Figure(arrays['layer2/preactivation'].max())} at most" in answer["reveal"]["says"]


def weights(client, filters=32):
    rows = client.get(f"/images/coffee/layers/2/costs.json?filters2={filters}").json()["rows"]
    return {row["way"]: row["weights"]["value"] for row in rows}


def test_cheaper_counts_as_the_cost_table_does(client):
    counts, alone = weights(client), weights(client, filters=1)
    says = {
        guess: reveal(client, "cheaper", guess)["says"]
        for guess in ("all", "half", "seventh", "ninth")
    }
    carry = reveal(client, "cheaper", "all")["carry"]["answer"]

    assert counts["separable"] == 64 * 3 * 3 + 64 * 32
    assert round(counts["standard"] / counts["separable"]) == 7
    assert round(counts["standard"] / counts["pointwise_first"]) == 8
    assert counts["standard"] == 9 * counts["pointwise"]
    for sentence in says.values():
        assert f"{counts['separable']:,}" in sentence
        assert f"{counts['standard']:,}" in sentence
    assert f"{counts['pointwise_first']:,}" in says["seventh"]
    assert f"{counts['pointwise']:,}" in says["ninth"]
    assert f"{counts['separable'] - counts['pointwise']} weights" in says["ninth"]
    assert alone["separable"] > alone["standard"]
    assert f"has {alone['standard']} weights and the separable one {alone['separable']}." in carry


@pytest.mark.parametrize(
    "more",
    [
        "kernel1=5&stride1=2&pool1=max&padding1=valid",
        "weights1=face&kernel1=11&filters1=3",
        "channels=grey&kind1=depthwise&kind2=pointwise_first",
        "size=32&solo=3&groups2=4&edit1=0.0,1,1,1,1,1,1,1,1,1",
        "size=32&pool1=max&pool_size1=8&stride2=2",
        "size=32&padding1=valid&padding2=valid&stride1=4&stride2=4",
    ],
)
@pytest.mark.parametrize("name", [lesson.name for lesson in LESSONS])
def test_a_lesson_works_with_any_net_of_the_reader(client, name, more):
    for guess in ("", "show"):
        assert client.get(f"/lessons/{name}?{more}&guess={guess}").status_code == 200
