"""The strongest places of a map, against the arrays of the pass and the pixels of the picture."""

import io
import re
from html import unescape

import numpy as np
import pytest
from PIL import Image

MAP = "/images/cat/layers/2/maps/1/projections"
SMALL = "size=48&filters1=4&filters2=3&weights1=random&weights2=random&seed=3"
SAMPLES = ("cat", "coffee", "astronaut", "rocket", "retina", "brick", "galaxies", "face")


def trace(client, query, image="cat"):
    return np.load(io.BytesIO(client.get(f"/images/{image}/trace.npz?{query}").content))


def picture(client, address):
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB")).astype(int)


def cut(pixels, box):
    return pixels[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]]


def seen(pixels, box):
    rows = slice(box["top"], box["top"] + box["height"])
    return pixels[rows, box["left"] : box["left"] + box["width"]]


def test_places_are_the_greatest_values_of_the_map_that_do_not_overlap(client):
    places = client.get(f"{MAP}.json?{SMALL}").json()["places"]
    left = trace(client, SMALL)["layer2/activation"][1].copy()

    assert len(places) == 9
    for place in places:
        row, col = np.unravel_index(left.argmax(), left.shape)
        assert (place["row"], place["col"], place["value"]) == (row, col, left[row, col])
        left[max(row - 4, 0) : row + 5, max(col - 4, 0) : col + 5] = 0  # what shares a 5x5 field


def test_patches_are_the_pixels_of_the_picture_as_numbers_and_in_the_sheet(client):
    view = client.get(f"{MAP}.json?{SMALL}").json()
    pixels = picture(client, "/images/cat/picture.png?size=48")
    sheet = picture(client, f"{MAP}.png?{SMALL}")

    assert sheet.shape[:2] == (view["sheet"]["height"], view["sheet"]["width"])
    for place in view["places"]:
        expected = seen(pixels, place["box"])  # (h, w, 3)
        np.testing.assert_array_equal(cut(sheet, place["patch_box"]), expected)
        numbers = np.moveaxis(np.array(place["patch"]), 0, -1) * 255
        np.testing.assert_allclose(numbers, expected, atol=0.51)


def gradient_of(arrays, row, col):
    """Return how one value of map 1 changes with the image, by the chain rule, for 3x3 kernels and ReLU."""
    first, second = arrays["layer1/weight"], arrays["layer2/weight"].astype(np.float64)
    gradient = np.zeros((3, 52, 52))  # the image with a border of 2
    for m in range(len(first)):
        for i, j in np.ndindex(3, 3):
            y, x = row + i - 1, col + j - 1
            if 0 <= y < 48 and 0 <= x < 48 and arrays["layer1/preactivation"][m, y, x] > 0:
                window = gradient[:, y + 1 : y + 4, x + 1 : x + 4]
                window += second[1, m, i, j] * first[m]
    return gradient[:, 2:-2, 2:-2]


def test_the_plain_gradient_is_that_of_the_chain_rule(client):
    arrays = trace(client, SMALL)

    for place in client.get(f"{MAP}.json?{SMALL}").json()["places"]:
        expected = np.moveaxis(gradient_of(arrays, place["row"], place["col"]), 0, -1)
        found = np.moveaxis(np.array(place["gradient"]), 0, -1)
        np.testing.assert_allclose(found, seen(expected, place["box"]), atol=1e-6)


def test_pictures_of_signals_are_grey_at_0_on_the_scale_that_the_legend_states(client):
    view = client.get(f"{MAP}.json?{SMALL}").json()
    sheet = picture(client, f"{MAP}.png?{SMALL}")

    for name in ("deconvnet", "gradient"):
        limit = max(np.abs(place[name]).max() for place in view["places"])
        assert view[f"{name}_legend"]["limit"] == limit
        for place in view["places"]:
            drawn = cut(sheet, place[f"{name}_box"])
            values = np.moveaxis(np.array(place[name]), 0, -1)
            np.testing.assert_allclose(drawn, 127.5 + 127.5 * values / limit, atol=0.51)


def test_each_sample_has_its_best_place_and_the_greatest_come_first(client):
    view = client.get(f"{MAP}.json?{SMALL}&samples=1").json()

    found = [(place["image_id"], place["value"]) for place in view["places"]]
    values = []
    for image in SAMPLES:
        places = client.get(f"/images/{image}/layers/2/maps/1/projections.json?{SMALL}").json()
        values += [(place["value"], image) for place in places["places"][:1]]
    values.sort(key=lambda one: -one[0])
    assert view["looked_at"] == view["most"] == 8
    assert found == [(image, value) for value, image in values]
    assert len({image for image, _ in found}) == len(found) > 1
    for place in view["places"][:2]:
        maps = trace(client, SMALL, place["image_id"])["layer2/activation"]
        assert maps[1, place["row"], place["col"]] == place["value"]


def test_the_page_shows_the_picture_first_and_asks_for_the_samples(client):
    page = client.get(f"{MAP}?{SMALL}").text

    assert page.startswith("<!doctype html>")
    assert page.count('class="projected__place"') == 9
    asked = unescape(re.search(r'hx-get="([^"]*)" hx-trigger="load"', page)[1])
    path, _, query = asked.partition("?")
    given = {*SMALL.split("&"), "samples=1"} - {
        "weights2=random"
    }  # the default above random weights
    assert (path, set(query.split("&"))) == (MAP, given)
    htmx = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Target": "div#projected-samples",
    }
    part = client.get(asked, headers=htmx).text
    assert '<section id="projected-samples"' in part
    assert "<h1" not in part
    found = client.get(asked.replace("/projections?", "/projections.json?")).json()["places"]
    assert part.count('class="projected__place"') == len(found) > 1
    assert "hx-push-url" not in client.get(asked, headers=htmx).headers


def test_each_place_leads_to_its_value_by_hand(client):
    places = client.get(f"{MAP}.json?{SMALL}").json()["places"]
    page = client.get(f"{MAP}?{SMALL}").text
    links = re.findall(r'href="([^"]*/pixel\?[^"]*)"', page)

    assert len(links) == 9
    for link, place in zip(links, places, strict=True):
        pixel = client.get(unescape(link).replace("/pixel?", "/pixel.json?")).json()
        assert (pixel["row"], pixel["col"]) == (place["row"], place["col"])
        assert pixel["activation"] == place["value"]


def test_below_a_pool_the_place_leads_to_the_pooled_value_that_holds_it(client):
    query = f"{SMALL}&pool2=max&pool_size2=5"
    sizes = client.get(f"{MAP}.json?{query}").json()["places"]

    for place in sizes:
        inside = place["row"] < 45 and place["col"] < 45  # 48 = 9 * 5 + 3
        assert place["pixel"] == ([place["row"] // 5, place["col"] // 5] if inside else None)
    page = client.get(f"{MAP}?{query}").text
    assert page.count("/pixel?") == sum(place["pixel"] is not None for place in sizes)
    assert page.count("not read by any pool window") == sum(
        place["pixel"] is None for place in sizes
    )


def test_a_silent_map_is_said_to_be_silent(client):
    query = "size=48&weights1=random&weights2=random&mute=" + ",".join(map(str, range(64)))
    view = client.get(f"{MAP}.json?{query}").json()

    assert view["places"] == []
    assert view["deconvnet_legend"] is None
    assert "nowhere above 0 on this picture" in client.get(f"{MAP}?{query}").text
    assert client.get(f"{MAP}.png?{query}").status_code == 200


def test_samples_on_which_the_map_is_silent_are_counted(client):
    query = "size=256&filters1=3&kernel1=11&pool1=max&pool_size1=4&filters2=1&kernel2=7"
    address = f"/images/face/layers/2/maps/0/projections{{}}?{query}&weights1=face&samples=1"
    view = client.get(address.format(".json")).json()

    silent = view["looked_at"] - len(view["places"])
    assert [place["image_id"] for place in view["places"]] == ["face"]
    assert f"In the other {silent} it is nowhere above 0" in client.get(address.format("")).text


def test_fewer_than_nine_places_are_said_to_be_all(client):
    query = f"{SMALL}&size=32&kernel1=11&kernel2=11"
    count = len(client.get(f"{MAP}.json?{query}").json()["places"])

    assert 0 < count < 9
    assert f"Only {count} place" in client.get(f"{MAP}?{query}").text


def test_a_grey_picture_has_one_channel_in_data_and_three_equal_ones_in_its_pictures(client):
    view = client.get(f"{MAP}.json?{SMALL}&channels=grey").json()
    sheet = picture(client, f"{MAP}.png?{SMALL}&channels=grey")

    assert len(view["places"][0]["patch"]) == 1
    assert (sheet == sheet[..., :1]).all()


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/images/cat/layers/2/maps/32/projections", 404, "0 to 31 would work"),
        ("/images/cat/layers/3/maps/0/projections", 404, "1 and 2 would work"),
        (f"{MAP}?samples=2", 422, "0 and 1 would work"),
        (f"{MAP}?samples=all", 422, "a whole number would work"),
        (f"{MAP}?size=512&filters2=64&samples=1", 422, "8 passes"),
    ],
)
def test_what_cannot_work_is_named_with_what_would(client, address, status, words):
    answer = client.get(address)

    assert answer.status_code == status
    assert words in unescape(answer.text)


@pytest.mark.parametrize("address", ["/images/cat/layers/2/maps/1", f"{MAP[:-11]}contributions"])
def test_the_map_and_its_fold_lead_there(client, address):
    assert f'href="{MAP}?size=48"' in client.get(f"{address}?size=48").text
