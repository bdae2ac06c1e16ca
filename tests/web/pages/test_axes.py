"""The order of axes: one switch for every shape of maps on a page, none for data."""

import re
from html import unescape

import pytest

LINEAR = "activation1=linear&activation2=linear"


def text_of(answer):
    plain = re.sub(r"<[^>]+>", " ", answer.text)
    return re.sub(r"\s+", " ", unescape(plain).replace("\N{NO-BREAK SPACE}", " "))


def count(shape, text):
    return len(re.findall(rf"\b{shape}\b", text))


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("/images/cat?size=48&filters1=20", ["3 × 48 × 48", "20 × 48 × 48", "32 × 48 × 48"]),
        ("/images/cat/layers/2/maps?size=48", ["32 × 48 × 48"]),
        (f"/images/cat/one_layer?size=48&{LINEAR}", ["32 × 48 × 48"]),
        ("/ladder?layers=conv3-20,pool2&size=48", ["3 × 48 × 48", "20 × 48 × 48", "20 × 24 × 24"]),
    ],
)
def test_the_switch_rewrites_every_shape_of_maps_on_a_page(client, address, first):
    joint = "&" if "?" in address else "?"
    plain, turned = text_of(client.get(address)), text_of(client.get(f"{address}{joint}axes=last"))

    for shape in first:
        channels, height, width = shape.split(" × ")
        last = f"{height} × {width} × {channels}"
        assert count(shape, plain) == count(last, turned) > 0
        assert count(shape, turned) == 0


def test_filters_are_written_height_by_width_by_channels_in_either_order(client):
    for axes in ("first", "last"):
        text = text_of(client.get(f"/images/cat?size=48&axes={axes}"))
        assert "64 filters of 3×3×3" in text
        assert "32 filters of 3×3×64" in text


def test_data_keep_their_order_and_the_page_says_so(client):
    plain = client.get("/images/cat.json?size=48").json()
    turned = client.get("/images/cat.json?size=48&axes=last").json()

    assert turned["layers"][0]["shape"] == plain["layers"][0]["shape"] == [64, 48, 48]
    page = text_of(client.get("/images/cat?size=48&axes=last&below=numbers"))
    assert "In the files the channels come first" in page
    assert "maps[row, col, 7]" in page
    assert "maps[7, row, col]" in text_of(client.get("/images/cat?size=48&below=numbers"))


def test_the_switch_stands_with_what_is_shown_and_pictures_do_not_depend_on_it(client):
    first, last = (
        client.get(f"/images/cat?size=48&axes={axes}").text for axes in ("first", "last")
    )

    field = re.search(r'<select[^>]*name="axes".*?</select>', last, re.DOTALL)[0]
    assert re.search(r'value="last"\s+selected[^>]*>channels last', field)
    pictures = [re.findall(r'(?:href|src)="([^"]+\.png[^"]*)"', page) for page in (first, last)]
    assert pictures[0] == pictures[1]
    assert "axes=last" in re.search(r'href="([^"]*contributions[^"]*)"', last)[1]


def test_another_word_is_refused_with_those_that_work(client):
    answer = client.get("/images/cat.json?axes=channels_last")

    assert answer.status_code == 422
    assert answer.json()["field"] == "axes"
    assert "first, last would work" in answer.json()["message"]
