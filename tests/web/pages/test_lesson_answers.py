"""What the lessons answer: right and wrong, and the numbers in their sentences."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from app.figures import Figure
from tests.engine.reference import conv2d

SAME = ((1, 1), (1, 1))
SMALL = {"size": 32}
SAMPLES = ("astronaut", "brick", "cat", "coffee", "face", "galaxies", "retina", "rocket")


def answer(client, name, guess, **settings):
    query = {"guess": guess, **settings}
    return client.get(f"/lessons/{name}.json", params=query).json()["reveal"]


def question(client, name, **settings):
    return client.get(f"/lessons/{name}.json", params=settings).json()


def trace_of(client, query="size=32"):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))


def black(client) -> str:
    file = io.BytesIO()
    Image.new("RGB", (48, 48)).save(file, "PNG")
    made = client.post("/images", files={"file": file.getvalue()}, follow_redirects=False)
    return re.search(r"/images/([\w-]+)", made.headers["Location"])[1]


@pytest.mark.parametrize(
    ("name", "guess", "right"),
    [
        *(("cube", guess, guess == "27") for guess in ("9", "27", "3", "12")),
        *(
            ("count", guess, guess in ("32", "32.0"))
            for guess in ("32", "32.0", "96", "2048", "64", "2", "1", "31.5", "0")
        ),
        *(("sum", guess, guess == "sum") for guess in ("strongest", "mean", "sum", "all")),
        *(("weights", guess, guess == "1") for guess in ("1", "2", "4")),
    ],
)
def test_each_guess_is_called_right_or_wrong(client, name, guess, right):
    assert answer(client, name, guess, **SMALL)["right"] is right


def test_one_kernel_for_three_channels_is_off_by_what_is_said(client):
    trace = trace_of(client)
    data = client.get("/lessons/cube.json?guess=9&size=32").json()
    channel = data["scenes"][0]["channel"]
    kernels = trace["layer1/weight"][channel]
    strongest = int(np.square(kernels).sum(axis=(1, 2)).argmax())
    weight = np.repeat(kernels[strongest][None, None], 3, axis=1)

    shared = conv2d(
        trace["image"], weight, trace["layer1/bias"][channel : channel + 1], padding=SAME
    )

    off = np.abs(shared[0] - trace["layer1/preactivation"][channel]).max()
    assert kernels.any(axis=(1, 2)).all()
    assert not np.allclose(kernels[0], kernels[2])
    assert f"the kernel of {'RGB'[strongest]}" in data["reveal"]["says"]
    assert f"map {channel} would differ by up to {Figure(float(off))}" in data["reveal"]["says"]


def test_where_all_kernels_of_layer_1_are_equal_none_is_said_to_be_off(client):
    says = answer(
        client, "cube", "9", size=32, filters1=1, weights1="random", edit1=equal_kernels()
    )

    assert "happen to be equal" in says["says"]
    assert "differ by" not in says["says"]


def equal_kernels() -> str:
    weights = ",".join(map(str, range(1, 10)))
    return "_".join(f"0.{channel},{weights}" for channel in range(3))


@pytest.mark.parametrize("guess", ["96", "2048", "64", "2", "1", "500"])
def test_a_wrong_count_stands_next_to_the_right_one(client, guess):
    gap = answer(client, "count", guess, **SMALL)["gap"]

    assert (gap["guess"], gap["truth"]) == (int(guess), 32)
    assert gap["least"] <= min(int(guess), 32) < max(int(guess), 32) <= gap["most"]


def test_the_pixel_of_the_row_worked_out_by_hand_is_right(client):
    row = question(client, "number")["scenes"][0]["view"]
    products = [
        value * weight
        for values, weights in zip(row["window"], row["kernel"], strict=True)
        for value, weight in zip(values, weights, strict=True)
    ]
    pixel = row["others"] + row["bias"] + sum(products)

    shown = f"{pixel:.4f}"
    reveal = answer(client, "number", shown)
    added, ledger = (
        scene["view"]
        for scene in client.get("/lessons/number.json", params={"guess": shown}).json()["scenes"]
    )

    assert len(products) == 9
    assert row["added"] is None
    assert reveal["right"] is True
    assert reveal["gap"]["truth"] == pytest.approx(pixel, abs=1e-9)
    assert added["added"]["sum"] == pytest.approx(sum(products), abs=1e-9)
    assert str(Figure(pixel, 4)) in reveal["verdict"]
    assert ledger["preactivation"] == pytest.approx(pixel, abs=1e-5)


@pytest.mark.parametrize("share", [-0.021, -0.019, 0.019, 0.021])
def test_a_number_within_two_per_cent_of_the_range_of_the_map_is_right(client, share):
    values = trace_of(client)["layer2/preactivation"][28]
    truth = answer(client, "number", "0", **SMALL)["gap"]["truth"]

    guess = f"{truth + share * float(np.ptp(values)):.6f}"

    assert answer(client, "number", guess, **SMALL)["right"] is (abs(share) < 0.02)


def test_usual_mistakes_with_the_last_row_are_named(client):
    row = question(client, "number", **SMALL)["scenes"][0]["view"]
    truth = answer(client, "number", "0", **SMALL)["gap"]["truth"]
    mistakes = {
        "without the last row": row["others"] + row["bias"],
        "the last row alone": truth - row["others"] - row["bias"],
        "divided by 64": truth / 64,
    }

    for words, guess in mistakes.items():
        reveal = answer(client, "number", f"{guess:.6f}", **SMALL)
        assert reveal["right"] is False
        assert words in reveal["says"]


@pytest.mark.parametrize("image", SAMPLES)
@pytest.mark.parametrize("size", [32, 256])
def test_the_last_row_has_something_to_add_on_every_sample(client, image, size):
    data = question(client, "number", image=image, size=size)
    row = data["scenes"][0]["view"]

    assert not row["empty"]
    assert any(map(any, row["window"]))
    assert 0 < row["row"] < size - 1
    assert 0 < row["col"] < size - 1


def test_a_last_row_of_zeros_is_said_to_add_nothing(client):
    image, weights = black(client), "random"
    settings = {
        "image": image,
        "size": 32,
        "weights1": weights,
        "weights2": weights,
        "bias1": "off",
        "normalise": "none",
    }
    page = client.get("/lessons/number", params=settings).text
    row = question(client, "number", **settings)["scenes"][0]["view"]

    assert row["empty"]
    assert "so its row adds nothing" in page
    reveal = answer(client, "number", f"{row['others'] + row['bias']:.5f}", **settings)
    assert reveal["right"] is True


@pytest.mark.parametrize(("size", "sizes"), [(32, [32, 64]), (256, [256, 512]), (512, [256, 512])])
def test_the_numbers_at_both_sizes_are_those_of_the_definition(client, size, sizes):
    data = client.get(f"/lessons/weights.json?guess=1&size={size}").json()
    counts = data["scenes"][0]["view"]
    rows = {row["kind"]: row for row in counts["rows"]}
    weights = 64 * 3 * 3 * 3 + 32 * 3 * 3 * 64

    assert counts["sizes"] == sizes
    assert [one["total"] for one in rows["weights"]["at"]] == [weights, weights]
    assert [one["total"] for one in rows["biases"]["at"]] == [64 + 32, 64 + 32]
    assert weights + 64 + 32 == 20_256
    assert [one["total"] for one in rows["multiply_adds"]["at"]] == [
        weights * side**2 for side in sizes
    ]
    assert [one["total"] for one in rows["memory"]["at"]] == [
        4 * (64 + 32) * side**2 for side in sizes
    ]
    assert {kind: row["times"] for kind, row in rows.items()} == {
        "weights": 1,
        "biases": 1,
        "multiply_adds": 4,
        "memory": 4,
    }
    assert f"{weights * sizes[1] ** 2:,}" in data["reveal"]["says"]
    assert f"{weights * sizes[1] ** 2:,}" in data["reveal"]["carry"]["answer"]


def test_weights_for_every_place_would_be_as_many_as_is_said(client):
    says = answer(client, "weights", "4", **SMALL)["says"]

    assert f"{32 * 3 * 3 * 64 * 32 * 32:,} weights on a picture of 32 × 32" in says


def test_the_strongest_and_the_mean_are_off_by_what_is_said(client):
    data = client.get("/images/cat/layers/2/maps/14/contributions.json").json()
    off = {one["kind"]: Figure(one["greatest_difference"]) for one in data["wrong"]}

    assert f"by up to {off['strongest']} before ReLU" in answer(client, "sum", "strongest")["says"]
    assert f"by up to {off['mean']} before ReLU" in answer(client, "sum", "mean")["says"]
    right = answer(client, "sum", "sum")["says"]
    assert str(off["strongest"]) in right
    assert str(off["mean"]) in right


def test_the_strongest_flips_in_a_lesson_and_in_the_lab(client):
    picture = "/images/cat/layers/2/maps/14/wrong/strongest.png"
    lesson = client.get("/lessons/sum?guess=strongest").text
    lab = client.get("/images/cat/layers/2/maps/14/contributions").text

    for page in (lesson, lab):
        assert picture in page
        assert 'name="answer" form="look" value="strongest"' in page
    assert client.get(picture).status_code == 200


def test_the_deciding_view_in_the_lab_has_its_place_and_the_settings(client):
    row = question(client, "number", **SMALL)["scenes"][0]["view"]
    page = client.get("/lessons/number?guess=1&size=32").text
    href = re.search(r'href="([^"]*/maps/28/pixel\?[^"]*)"[^>]*>On your picture', page)[1]

    address, _, query = href.replace("&amp;", "&").partition("?")

    fields = dict(part.split("=") for part in query.split("&"))
    assert address == "/images/cat/layers/2/maps/28/pixel"
    assert (fields["row"], fields["col"]) == (str(row["row"]), str(row["col"]))
    assert fields["size"] == "32"
    assert client.get(f"{address}?{query}").status_code == 200


@pytest.mark.parametrize("lang", ["en", "de"])
def test_how_often_a_number_grows_is_written_as_a_whole_number(client, lang):
    page = client.get("/lessons/weights", params={"guess": "1", "lang": lang, **SMALL}).text
    grows = re.findall(r"<td><b>(×[^<]+)</b></td>", page)

    assert grows == ["× 1", "× 1", "× 4", "× 4"]
