"""The one layer that two linear layers equal, against loops that are written out here."""

import io
import re
from html import unescape

import numpy as np
import pytest
from PIL import Image

from tests.engine.reference import conv2d

LINEAR = "activation1=linear&activation2=linear"
SMALL = f"size=32&filters1=3&filters2=2&kernel2=3x5&weights1=random&weights2=random&seed=5&{LINEAR}"


def trace(client, query):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))


def composed(first, second):
    """Return the kernels that two layers of stride 1 have together, tap by tap, (F, C, kh, kw)."""
    filters, maps, rows2, columns2 = second.shape
    _, channels, rows1, columns1 = first.shape
    weight = np.zeros((filters, channels, rows1 + rows2 - 1, columns1 + columns2 - 1))
    for f in range(filters):
        for c in range(channels):
            for m in range(maps):
                for i, j in np.ndindex(rows2, columns2):
                    for k, n in np.ndindex(rows1, columns1):
                        part = float(second[f, m, i, j]) * float(first[m, c, k, n])
                        weight[f, c, i + k, j + n] += part
    return weight


def test_filters_and_differences_are_those_of_loops(client):
    view = client.get(f"/images/cat/one_layer.json?{SMALL}").json()
    arrays = trace(client, SMALL)
    first, second = arrays["layer1/weight"], arrays["layer2/weight"]  # (3, 3, 3, 3), (2, 3, 3, 5)
    weight = composed(first, second)
    sums = second.astype(np.float64).sum(axis=(2, 3))
    bias = arrays["layer2/bias"] + sums @ arrays["layer1/bias"]

    np.testing.assert_allclose([one["weights"] for one in view["each"]], weight, atol=1e-12)
    np.testing.assert_allclose([one["bias"] for one in view["each"]], bias, atol=1e-12)
    maps = conv2d(arrays["image"], weight, bias, padding=((2, 2), (3, 3)))
    difference = np.abs(maps - arrays["layer2/activation"])  # (2, 32, 32)
    inside = difference[:, 1:-1, 2:-2]  # where the 3x5 windows of layer 2 lie on maps
    assert view["inside"] == pytest.approx(inside.max(), rel=1e-6)
    ring = difference.copy()
    ring[:, 1:-1, 2:-2] = 0
    assert view["ring"] == pytest.approx(ring.max(), rel=1e-6)
    assert view["ring"] > 1000 * view["inside"]
    assert view["greatest"] == np.abs(arrays["layer2/activation"]).max()
    assert view["filter_shape"] == [5, 7, 3]


def test_the_default_stack_becomes_2400_weights(client):
    page = client.get(f"/images/cat/one_layer?{LINEAR}").text
    view = client.get(f"/images/cat/one_layer.json?{LINEAR}").json()

    assert "32 × 5·5·3</span> = <b>2,400</b> weights; the two layers have 20,160." in page
    assert "one layer of 32 filters of <b>5×5×3</b>" in page
    assert (view["weights"], view["two_weights"], view["filter_shape"]) == (2400, 20160, [5, 5, 3])
    assert view["inside"] < 1e-5 * view["greatest"]
    assert len(re.findall('class="one__filter"', page)) == 32


def test_without_padding_there_is_no_ring_and_the_page_says_so(client):
    query = f"{SMALL}&padding1=valid&padding2=valid"

    assert client.get(f"/images/cat/one_layer.json?{query}").json()["ring"] is None
    page = client.get(f"/images/cat/one_layer?{query}").text
    assert "No window of layer 2 lies on padding" in page
    assert "outer ring" not in page


def test_the_picture_has_the_signs_of_the_weights(client):
    view = client.get(f"/images/cat/one_layer.json?{SMALL}").json()
    answer = client.get(f"/images/cat/one_layer.png?{SMALL}")
    pixels = np.asarray(Image.open(io.BytesIO(answer.content)))

    assert pixels.shape == (view["sheet"]["height"], view["sheet"]["width"])
    largest = max(np.abs(one["weights"]).max() for one in view["each"])
    for one in view["each"]:
        box, weights = one["box"], np.array(one["weights"])  # (3, 5, 7)
        tile = pixels[box["y"] : box["y"] + box["height"], box["x"] : box["x"] + box["width"]]
        for channel in range(3):
            kernel = tile[:, channel * 8 : channel * 8 + 7].astype(int) - 128
            clear = np.abs(weights[channel]) > 0.01 * largest
            assert (np.sign(kernel) == np.sign(weights[channel]))[clear].all()


def test_the_lab_states_it_at_once_and_asks_for_the_rest(client):
    page = client.get(f"/images/cat?size=48&{LINEAR}").text

    assert "Two linear layers are one" in page
    assert "<b>2,400</b> weights" in page
    assert "Measured on this picture" not in page
    asked = unescape(re.search(r'hx-get="(/images/cat/one_layer[^"]*)" hx-trigger="load"', page)[1])
    htmx = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = client.get(asked, headers=htmx).text
    assert part.lstrip().startswith('<section id="one_layer"')
    assert "Measured on this picture" in part


@pytest.mark.parametrize("query", ["", "activation1=linear", "activation2=linear&weights2=random"])
def test_where_activations_alone_stand_in_the_way_a_link_takes_them_away(client, query):
    page = client.get(f"/images/cat?size=48&{query}&below=numbers").text
    link = unescape(re.search(r'href="([^"]+)">Set both activations to linear', page)[1])

    assert "Two linear layers are one" not in page
    assert "Two linear layers are one" in client.get(link).text
    assert set(query.split("&")) - {""} <= set(link.partition("?")[2].split("&"))


@pytest.mark.parametrize("query", ["pool1=max", f"pool2=average&{LINEAR}"])
def test_where_no_one_layer_exists_nothing_is_said_of_it(client, query):
    page = client.get(f"/images/cat?size=48&{query}").text

    assert "linear layers are one" not in page
    assert "Set both activations to linear" not in page
    assert client.get(f"/images/cat.json?size=48&{query}").json()["one_layer"] is None


@pytest.mark.parametrize(
    ("query", "field"), [("", "activation1"), (f"{LINEAR}&pool1=max", "pool1")]
)
def test_what_stands_in_the_way_is_named(client, query, field):
    for form in (".json", ".png"):
        answer = client.get(f"/images/cat/one_layer{form}?size=48&{query}")
        assert answer.status_code == 422
        assert "would work" in answer.text
        assert field in answer.text


def test_muted_maps_are_heard_for_it_and_the_page_says_so(client):
    heard = client.get(f"/images/cat/one_layer.json?{SMALL}").json()
    muted = client.get(f"/images/cat/one_layer.json?{SMALL}&mute=0,2").json()

    assert muted["muted"] == 2
    assert (muted["inside"], muted["ring"]) == (heard["inside"], heard["ring"])
    page = client.get(f"/images/cat/one_layer?{SMALL}&mute=0,2").text
    assert "the 2 muted maps are added again" in page
