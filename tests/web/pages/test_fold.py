import io

import numpy as np
import pytest
from PIL import Image

from tests.engine.reference import conv2d

HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}
FOLD = "/images/cat/layers/2/maps/7/contributions"
ONE = "/images/cat/layers/2/maps/1/contributions"  # there is one where there are few
SAME = ((1, 1), (1, 1))
SMALL = "size=32&filters1=6&filters2=4&weights1=random&weights2=random"


def trace_of(client, query):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))


def picture(client, address):
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/png"
    return np.asarray(Image.open(io.BytesIO(answer.content)))


def test_the_fold_is_the_lab_with_it_open_a_part_and_data(client):
    page = client.get(FOLD).text
    part = client.get(FOLD, headers=HTMX | {"HX-Target": "section#fold"}).text
    lab = client.get(FOLD, headers=HTMX | {"HX-Target": "form#lab"})
    data = client.get(f"{FOLD}.json").json()

    assert "Map 7 is one sum of 64." in page
    assert page.count("tile--part") == part.count("tile--part") == 64
    assert part.lstrip().startswith('<section id="fold"')
    assert lab.headers["HX-Push-Url"] == FOLD
    assert [one["channel"] for one in data["contributions"]] == list(range(64))


def test_shares_are_covariances_with_the_map_and_add_up_to_one(client):
    data = client.get(f"/images/cat/layers/2/maps/1/contributions.json?{SMALL}").json()
    trace = trace_of(client, SMALL)
    total = trace["layer2/preactivation"][1].astype(np.float64)

    parts = []
    for channel in range(6):
        weight = trace["layer2/weight"][1:2, channel : channel + 1]
        x = trace["layer1/activation"][channel : channel + 1]
        parts.append(conv2d(x, weight, np.zeros(1), padding=SAME)[0])
    expected = [
        np.cov(part.ravel(), total.ravel(), bias=True)[0, 1] / total.var() for part in parts
    ]

    shares = [one["share"] for one in data["contributions"]]
    np.testing.assert_allclose(shares, expected, atol=1e-5)
    assert sum(shares) == pytest.approx(1, abs=1e-6)
    for one, part in zip(data["contributions"], parts, strict=True):
        assert one["minimum"] == pytest.approx(part.min(), abs=1e-5)
        assert one["maximum"] == pytest.approx(part.max(), abs=1e-5)
    assert data["bias"] == trace["layer2/bias"][1]


def test_the_running_sum_ends_with_everything_explained_the_bias_and_the_activation(client):
    for order in ("index", "size"):
        sums = client.get(f"{FOLD}.json?order={order}").json()["sums"]

        assert [one["kind"] for one in sums] == ["sum"] * 65 + ["bias", "activation"]
        assert [one["count"] for one in sums] == [*range(65), 64, 64]
        assert sums[0]["explained"] == 0
        assert sums[-1]["explained"] == pytest.approx(1, abs=1e-6)


def test_by_size_the_greatest_share_is_added_first(client):
    data = client.get(f"{FOLD}.json?order=size").json()
    sizes = [abs(data["contributions"][channel]["share"]) for channel in data["ordered"]]

    assert sizes == sorted(sizes, reverse=True)
    assert sorted(data["ordered"]) == list(range(64))


@pytest.mark.parametrize("scale", ["layer", "stack", "map"])
def test_the_last_frame_of_the_running_sum_is_the_map(client, scale):
    data = client.get(f"{FOLD}.json?scale={scale}").json()
    last = len(data["sums"]) - 1

    np.testing.assert_array_equal(
        picture(client, FOLD.replace("/contributions", f"/sums/{last}.png?scale={scale}")),
        picture(client, f"/images/cat/layers/2/maps/7.png?scale={scale}"),
    )


@pytest.mark.parametrize("layer", [1, 2])
def test_a_layer_of_any_kind_can_be_folded(client, layer):
    query = f"{SMALL}&groups2=2&stride1=2&padding2=valid&activation1=tanh&bias2=off"
    data = client.get(f"/images/cat/layers/{layer}/maps/3/contributions.json?{query}").json()
    page = client.get(f"/images/cat/layers/{layer}/maps/3/contributions?{query}").text

    reads = [one["channel"] for one in data["contributions"] if one["reads"]]
    assert reads == ([0, 1, 2] if layer == 1 else [3, 4, 5])
    assert page.count("tile--part") == 3
    assert page.count("tile--unread") == (0 if layer == 1 else 3)


def test_the_wrong_answers_are_off_by_what_is_said(client):
    data = client.get(f"/images/cat/layers/2/maps/1/contributions.json?{SMALL}").json()
    trace = trace_of(client, SMALL)
    true, x = trace["layer2/preactivation"][1], trace["layer1/activation"]
    kernels = trace["layer2/weight"][1]
    strongest = int(np.square(kernels).sum(axis=(1, 2)).argmax())
    kernel = kernels[strongest]

    shared = conv2d(
        x.sum(axis=0)[None], kernel[None, None], trace["layer2/bias"][1:2], padding=SAME
    )[0]

    message = {one["kind"]: one["greatest_difference"] for one in data["wrong"]}
    assert message["mean"] == pytest.approx(np.abs(x.mean(axis=0) - true).max(), rel=1e-4)
    assert message["shared"] == pytest.approx(np.abs(shared - true).max(), rel=1e-4)
    parts = [
        conv2d(one[None], own[None, None], np.zeros(1, np.float32), padding=SAME)[0]
        for one, own in zip(x, kernels, strict=True)
    ]
    assert message["strongest"] == pytest.approx(
        np.abs(np.max(parts, axis=0) - true).max(), rel=1e-4
    )
    assert [one["kernel_of"] for one in data["wrong"]] == [None, strongest, None]
    assert not data["kernels_equal"]


def test_where_all_kernels_of_a_filter_are_equal_one_kernel_for_all_is_called_right(client):
    weights = trace_of(client, "size=32")["layer1/weight"]  # (64, 3, 3, 3)
    equal = [bool(np.ptp(one, axis=0).max() < 1e-5 * np.abs(one).max()) for one in weights]
    assert any(equal)
    assert not all(equal)

    for channel in (equal.index(True), equal.index(False)):
        address = f"/images/cat/layers/1/maps/{channel}/contributions"
        data = client.get(f"{address}.json?size=32").json()
        page = client.get(f"{address}?size=32").text
        assert data["kernels_equal"] == equal[channel]
        assert ("One kernel for all is right here" in page) == equal[channel]
        assert ("Not one kernel for all" in page) != equal[channel]


def test_a_map_without_variance_has_no_shares_and_says_so(client):
    query = "size=32&mute=0,1,2,3,4,5&filters1=6&weights1=random"
    address = f"/images/cat/layers/2/maps/0/contributions.json?{query}"
    page = client.get(address.replace(".json", "")).text

    assert not client.get(address).json()["varies"]
    assert "the same value everywhere" in page


def test_a_muted_map_is_left_out_of_the_sum(client):
    heard, muted = (client.get(f"{ONE}.json?{SMALL}{mute}").json() for mute in ("", "&mute=2"))
    page = client.get(f"{ONE}?{SMALL}&mute=2").text

    assert heard["ordered"] == [0, 1, 2, 3, 4, 5]
    assert muted["ordered"] == [0, 1, 3, 4, 5]
    assert len(muted["sums"]) == len(heard["sums"]) - 1
    assert muted["filter_shape"] == heard["filter_shape"] == [3, 3, 6]
    assert muted["contributions"][2]["muted"]
    assert "Map 1 is one sum of 5." in page
    assert "1 of these maps is muted and left out." in page
    assert 'href="/images/cat/layers/1/maps/2/contributions?' in page.split('id="tile-1-2"')[1]
    assert "5 of 5" in page


@pytest.mark.parametrize("query", ["&solo=4", "&mute=0,1,2,3,4"])
def test_with_one_map_left_there_is_nothing_to_add(client, query):
    page = client.get(f"{ONE}?{SMALL}{query}").text

    assert "<h1>Map 1 is one product, with nothing to add.</h1>" in page
    assert "5 of these maps are muted and left out." in page


def test_one_contribution_can_be_opened(client):
    page = client.get(f"{FOLD}?input=12").text

    equation = page.split('id="equation"')[1].split("sums__picture")[0]
    assert equation.count("<span data-name>12</span>") == 3  # the map, its kernel, its contribution
    assert client.get(f"{FOLD}.json?input=12").json()["opened"]["channel"] == 12


def test_a_moment_of_the_sum_can_be_linked(client):
    page = client.get(f"{FOLD}?sum=41").text

    assert "41 of 64" in page
    assert page.count("tile--out") == 64 - 41


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [("sum=67", 422, "0 to 66"), ("sum=x", 422, "whole number"), ("input=64", 422, "0 to 63")],
)
def test_what_is_not_there_is_refused_with_what_is(client, query, status, word):
    answer = client.get(f"{FOLD}.json?{query}")

    assert answer.status_code == status
    assert word in answer.json()["message"]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("mute=64", "0 to 63"),
        ("solo=99", "0 to 63"),
        ("mute=a", "whole number"),
        ("mute=1&solo=2", "one of them"),
    ],
)
def test_nonsense_in_a_list_of_maps_is_refused(client, query, word):
    answer = client.get(f"/images/cat.json?{query}")

    assert answer.status_code == 422
    assert word in answer.json()["message"]


def test_the_values_of_a_map_are_those_of_the_trace(client):
    trace = trace_of(client, "size=64")
    data = client.get("/images/cat/layers/2/maps/7/values?size=64").content

    np.testing.assert_array_equal(
        np.frombuffer(data, "<f4").reshape(64, 64), trace["layer2/activation"][7]
    )


def test_there_is_no_picture_of_another_wrong_answer(client):
    assert client.get("/images/cat/layers/2/maps/7/wrong/other.png").status_code == 404


@pytest.mark.parametrize(
    "view",
    ["maps/9", "maps/9/contributions", "maps/9/pixel?row=1&col=1"],
    ids=["map", "fold", "pixel"],
)
def test_a_setting_that_takes_the_open_map_away_leads_to_the_lab(client, view):
    mark = "&" if "?" in view else "?"
    address = f"/images/cat/layers/2/{view}{mark}size=48&filters1=8&filters2=4"
    asked = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}

    part = client.get(address, headers=asked)
    sent = client.get(f"{address}&apply=1")

    assert part.status_code == 200
    assert 'id="tile-2-3"' in part.text
    assert part.headers["hx-push-url"] == "/images/cat?size=48&filters1=8&filters2=4"
    assert (sent.status_code, sent.headers["location"]) == (303, part.headers["hx-push-url"])
    assert client.get(address).status_code == 404
