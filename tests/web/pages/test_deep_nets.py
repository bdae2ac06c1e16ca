"""The ladder of a deep net as page, part and data, against the published table of VGG-16."""

import re
from html import unescape

import pytest

from tests.engine.deep_nets.vgg16 import ROWS

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#ladder"}


def text_of(page):
    return unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_data_of_vgg16_are_those_of_the_published_table(client):
    view = client.get("/ladder.json?net=vgg16").json()

    found = [
        [rung["name"], *map(str, rung["shape"][:2]), f"{rung['parameters']:,}"]
        for rung in view["layers"]
    ]
    assert found == ROWS
    assert view["total"]["parameters"] == 14_714_688
    assert view["layers"][-1]["shape"] == [512, 7, 7]
    # Araujo, Norris & Sim, "Computing receptive fields" (Distill, 2019).
    assert (view["layers"][-1]["receptive_field"], view["layers"][-1]["step"]) == (212, 32)


def test_the_page_without_settings_is_vgg16(client):
    text = text_of(client.get("/ladder").text)

    assert "VGG-16 ends in 7 × 7; one value there sees 212 pixels across." in text
    assert "14,714,688" in text
    for name, depth, side, parameters in ROWS:
        row = rf"{name} +(conv|pool)[-0-9]+ +{depth} × {side} × {side} .*? {parameters} "
        assert re.search(row, re.sub(r"\s+", " ", text)), name


def test_the_drawing_has_bars_as_high_as_maps_and_squares_as_large_as_receptive_fields(client):
    view = client.get("/ladder.json").json()
    drawing, rungs = view["drawing"], view["layers"]

    for bar, rung in zip(drawing["bars"], rungs, strict=True):
        depth, side, _ = rung["shape"]
        assert bar["height"] == pytest.approx(drawing["picture"] * side / 224, abs=0.01)
        assert bar["width"] == pytest.approx(drawing["bars"][-1]["width"] * depth / 512, abs=0.02)
        sees = max(drawing["tile"] * rung["receptive_field"] / 224, 1.5)
        assert bar["sees_side"] == pytest.approx(sees, abs=0.01)
    page = client.get("/ladder").text
    assert page.count('class="ladder__sees"') == 18
    assert "style=" not in page


def test_an_own_list_is_counted_and_written_as_it_was_read(client):
    view = client.get("/ladder.json?layers=conv3-64,pool2,conv5-8s2p2&size=32&channels=1").json()

    assert view["net"] is None
    assert view["written"] == "conv3-64,pool2,conv5-8s2p2"
    assert [rung["shape"] for rung in view["layers"]] == [[64, 32, 32], [64, 16, 16], [8, 8, 8]]
    assert [rung["parameters"] for rung in view["layers"]] == [64 * 10, 0, 8 * (25 * 64 + 1)]
    assert [rung["receptive_field"] for rung in view["layers"]] == [3, 4, 12]
    assert [rung["multiply_adds"] for rung in view["layers"]] == [
        64 * 9 * 32 * 32,
        0,
        8 * 25 * 64 * 8 * 8,
    ]


def test_a_list_may_be_written_in_lines_and_leads_to_one_address(client):
    answer = client.get("/ladder?layers=conv3-64,%20conv3-64%0D%0APOOL2,&size=64&apply=1")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/ladder?layers=conv3-64,conv3-64,pool2&size=64"
    by_name = client.get("/ladder?net=vgg16&size=&apply=1")
    assert by_name.headers["location"] == "/ladder"


def test_htmx_gets_the_part_and_the_address_follows(client):
    answer = client.get("/ladder?layers=conv3-8&size=8&apply=1", headers=HTMX)

    assert answer.headers["hx-push-url"] == "/ladder?layers=conv3-8&size=8"
    assert answer.text.lstrip().startswith("<title>A net of 1 layer · Convfold")
    assert "<html" not in answer.text


@pytest.mark.parametrize(
    ("query", "field", "words"),
    [
        ("net=vgg19", "net", "vgg16"),
        ("net=vgg16&layers=conv3-8", "net", "one of them would work"),
        ("layers=conv3_64", "layers", "conv3-64 or pool2 would work"),
        ("layers=conv3-8,dense10", "layers", "entry 2"),
        ("layers=conv3-5000", "layers", "1 to 4096 would work"),
        ("layers=conv33-8", "layers", "1 to 32 would work"),
        (f"layers={','.join(['pool1'] * 65)}", "layers", "1 to 64 would work"),
        ("layers=pool2,pool2,pool2,pool2&size=15", "layers", "a size of 16 or more would work"),
        ("layers=conv5-8p0,pool3&size=6", "layers", "entry 2, pool3, reads only 2x2"),
        ("size=5000", "size", "1 to 4096 would work"),
        ("size=big", "size", "a whole number would work"),
        ("channels=0", "channels", "1 to 4096 would work"),
        ("axes=middle", "axes", "first, last would work"),
    ],
)
def test_what_cannot_work_is_named_with_what_would(client, query, field, words):
    answer = client.get(f"/ladder.json?{query}")

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    assert words in answer.json()["message"]
    assert words in unescape(client.get(f"/ladder?{query}").text)


def test_the_nearest_size_that_is_named_works_and_the_one_below_does_not(client):
    layers = "conv3-8s2p0,pool3,conv3-8p0d2,pool2"
    message = client.get(f"/ladder.json?layers={layers}&size=9").json()["message"]
    size = int(re.search(r"a size of (\d+) or more", message)[1])

    assert client.get(f"/ladder?layers={layers}&size={size}").status_code == 200
    assert client.get(f"/ladder?layers={layers}&size={size - 1}").status_code == 422


def test_the_longest_list_is_answered_whole(client):
    layers = ",".join(["conv3-4096"] * 64)
    view = client.get(f"/ladder.json?layers={layers}&size=4096").json()

    assert len(view["layers"]) == 64
    assert view["layers"][-1]["receptive_field"] == 129


def test_the_lab_leads_to_its_two_layers_as_a_ladder(client):
    lab = client.get("/images/cat?size=64&kernel2=5&padding2=valid&pool1=max&below=numbers").text
    address = unescape(re.search(r'href="(/ladder[^"]*)"[^>]*>these two layers', lab)[1])
    layers = client.get(address.replace("/ladder", "/ladder.json")).json()["layers"]
    stack = client.get("/images/cat.json?size=64&kernel2=5&padding2=valid&pool1=max").json()

    assert address == "/ladder?layers=conv3-64,pool2,conv5-32p0&size=64"
    assert layers[1]["shape"] == stack["layers"][0]["shape"]
    assert layers[2]["shape"] == stack["layers"][1]["shape"]
    assert layers[2]["parameters"] == stack["layers"][1]["parameters"]
    assert layers[2]["receptive_field"] == stack["layers"][1]["receptive_field"]["height"]


@pytest.mark.parametrize("query", ["groups2=2", "kind2=separable", "kernel1=3x5", "bias2=off"])
def test_layers_that_a_list_has_no_words_for_have_no_ladder(client, query):
    assert ">these two layers" not in client.get(f"/images/cat?size=32&{query}").text
