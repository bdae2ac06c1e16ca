"""One pixel, by hand: every number of the answer against the arrays of the pass."""

import csv
import html
import io
import re

import numpy as np
import pytest

from app.lab.pixel.views import PixelView, WindowView
from app.web.filters import numbers, sums

SMALL = "size=48&filters1=5&filters2=4"
PLACES = [(0, 0), (0, 47), (21, 33), (47, 47)]
FOLD_TARGET = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
PART_TARGET = {**FOLD_TARGET, "HX-Target": "section#pixel"}


def pixel(client, row, col, query=SMALL, layer=2, channel=3):
    path = f"/images/cat/layers/{layer}/maps/{channel}/pixel.json"
    return client.get(f"{path}?{query}&row={row}&col={col}").json()


def trace(client, query=SMALL):
    return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize(("row", "col"), PLACES)
def test_the_ledger_holds_the_windows_the_kernels_and_their_products(client, layer, row, col):
    arrays = trace(client)
    below = arrays["image"] if layer == 1 else arrays["layer1/output"]
    window = np.pad(below, ((0, 0), (1, 1), (1, 1)))[:, row : row + 3, col : col + 3]
    kernels = arrays[f"layer{layer}/weight"][3]
    products = window.astype(float) * kernels
    data = pixel(client, row, col, layer=layer)

    rows = data["contributions"]
    assert [one["channel"] for one in rows] == list(range(len(below)))
    np.testing.assert_array_equal([one["window"] for one in rows], window)
    np.testing.assert_array_equal([one["kernel"] for one in rows], kernels)
    np.testing.assert_array_equal([one["products"] for one in rows], products)
    np.testing.assert_allclose([one["sum"] for one in rows], products.sum((1, 2)), atol=1e-12)
    assert data["bias"] == arrays[f"layer{layer}/bias"][3]
    assert data["total"] == pytest.approx(products.sum() + data["bias"], abs=1e-12)


@pytest.mark.parametrize(("row", "col"), PLACES)
def test_the_ledger_ends_in_the_stored_values(client, row, col):
    arrays, data = trace(client), pixel(client, row, col)

    assert data["preactivation"] == arrays["layer2/preactivation"][3, row, col]
    assert data["activation"] == arrays["layer2/activation"][3, row, col]
    assert data["difference"] == pytest.approx(data["preactivation"] - data["total"], abs=1e-15)
    assert abs(data["difference"]) < 2e-6
    assert data["running"][-3] + data["bias"] == pytest.approx(data["total"], abs=1e-12)
    assert data["running"][-2:] == [data["preactivation"], data["activation"]]


def test_cells_on_padding_are_marked(client):
    corner = pixel(client, 0, 47)

    assert corner["padded"] == [[True] * 3, [False, False, True], [False, False, True]]
    assert corner["padded_cells"] == 5
    assert (corner["rows"], corner["columns"]) == ([-1, 0, 1], [46, 47, 48])
    page = client.get(f"/images/cat/layers/2/maps/3/pixel?{SMALL}&row=0&col=47").text
    assert "5 of the 9 cells lie on padding" in page
    assert page.count("matrix__padding") == 5 * 5  # of each of the five windows
    inside = client.get(f"/images/cat/layers/2/maps/3/pixel?{SMALL}&row=9&col=9").text
    assert "matrix__padding" not in inside


def test_the_order_is_by_size_at_this_pixel_where_the_address_says_so(client):
    by_index = pixel(client, 21, 33)["contributions"]
    by_size = pixel(client, 21, 33, f"{SMALL}&order=size")["contributions"]

    assert by_size == sorted(by_index, key=lambda one: -abs(one["sum"]))


def test_a_filter_of_a_group_has_a_row_for_each_channel_that_it_reads(client):
    data = pixel(client, 5, 5, "size=48&filters1=6&filters2=4&groups2=2")

    assert [one["channel"] for one in data["contributions"]] == [3, 4, 5]


@pytest.mark.parametrize(
    ("row", "col", "query", "expected"),
    [
        (0, 0, SMALL, (0, 0, 3, 3)),
        (21, 33, SMALL, (19, 31, 5, 5)),
        (47, 20, SMALL, (45, 18, 3, 5)),
        # Layer 2 reads rows 6, 8 and 10 of layer 1, which read from 5 to 11.
        (8, 8, f"{SMALL}&dilation2=2", (5, 5, 7, 7)),
        # No border: pixel 0 of layer 2 reads 0 to 4 of layer 1, at every second pixel, three wide.
        (0, 1, f"{SMALL}&stride1=2&kernel2=5&padding1=valid&padding2=valid", (0, 2, 11, 11)),
    ],
)
def test_the_receptive_field_is_the_one_found_by_hand(client, row, col, query, expected):
    field = pixel(client, row, col, query)["receptive_field"]

    assert (field["top"], field["left"], field["height"], field["width"]) == expected


def test_the_paths_in_the_middle_are_those_of_a_pyramid(client):
    paths = pixel(client, 21, 33)["paths"]

    assert paths["rows"] == paths["columns"] == [1, 2, 3, 2, 1]
    assert paths["table"] == np.outer(paths["rows"], paths["columns"]).tolist()
    assert (paths["greatest"], paths["through"]) == (9, 5)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "linear"])
@pytest.mark.parametrize(("row", "col"), PLACES)
def test_the_local_filter_times_the_patch_and_its_bias_are_the_value(client, activation, row, col):
    query = f"{SMALL}&activation1={activation}&activation2={activation}"
    data = pixel(client, row, col, query)
    seen, field, image = (
        data["local_filter"],
        data["receptive_field"],
        trace(client, query)["image"],
    )
    rows = slice(field["top"], field["top"] + field["height"])
    columns = slice(field["left"], field["left"] + field["width"])

    np.testing.assert_array_equal(seen["patch"], image[:, rows, columns])
    product = float((np.array(seen["weights"]) * image[:, rows, columns]).sum())
    assert product == pytest.approx(seen["product"], abs=1e-12)
    assert product + seen["bias"] == pytest.approx(data["preactivation"], abs=2e-6)
    assert seen["slope"] * seen["total"] == pytest.approx(data["activation"], abs=2e-6)


def test_without_a_piecewise_linear_activation_it_is_said_that_there_is_no_filter(client):
    query = f"{SMALL}&activation1=gelu&row=5&col=5"
    address = f"/images/cat/layers/2/maps/3/pixel?{query}"

    assert client.get(address.replace("pixel?", "pixel.json?")).json()["local_filter"] is None
    assert "GELU bends everywhere" in client.get(address).text
    assert client.get(address.replace("pixel?", "pixel/filter.png?")).status_code == 404


def test_the_picture_of_the_local_filter_has_a_pixel_for_each_weight(client):
    seen = pixel(client, 21, 33)["local_filter"]
    answer = client.get(f"/images/cat/layers/2/maps/3/pixel/filter.png?{SMALL}&row=21&col=33")

    assert answer.headers["content-type"] == "image/png"
    size = [int.from_bytes(answer.content[start : start + 4], "big") for start in (16, 20)]
    assert size == [seen["picture_width"], seen["picture_height"]] == [17, 5]


def test_the_table_for_a_spreadsheet_adds_up(client):
    answer = client.get(f"/images/cat/layers/2/maps/3/pixel.csv?{SMALL}&row=0&col=33")
    heading, *rows = csv.reader(io.StringIO(answer.text))
    data = pixel(client, 0, 33)

    assert answer.headers["content-type"].startswith("text/csv")
    assert heading[2] == "window 0.0 (padding)"
    assert {len(row) for row in rows} == {len(heading)} == {2 + 27 + 1}
    ends = {row[0]: float(row[-1]) for row in rows[5:]}
    assert sum(float(row[-1]) for row in rows[:6]) == pytest.approx(ends["total"], abs=1e-12)
    assert [float(row[-1]) for row in rows[:5]] == [one["sum"] for one in data["contributions"]]
    assert ends["activation"] == data["activation"]


def test_a_contribution_has_its_values_and_they_are_those_of_the_ledger(client):
    address = f"/images/cat/layers/2/maps/3/contributions/4/values?{SMALL}"
    values = np.frombuffer(client.get(address).content, "<f4").reshape(48, 48)

    assert values[21, 33] == pytest.approx(
        pixel(client, 21, 33)["contributions"][4]["sum"], abs=2e-6
    )
    assert client.get(address.replace("/4/", "/5/")).status_code == 404


def test_the_page_is_the_lab_with_the_ledger_and_the_part_is_the_ledger_alone(client):
    address = f"/images/cat/layers/2/maps/3/pixel?{SMALL}&row=21&col=33"
    page, lab, part = (
        client.get(address, headers=headers).text for headers in ({}, FOLD_TARGET, PART_TARGET)
    )

    assert page.startswith("<!doctype html>")
    assert lab.count('id="lab"') == lab.count('id="pixel"') == lab.count('id="fold"') == 1
    assert part.lstrip().startswith('<section id="pixel"')
    assert part.strip() in page
    assert not re.search(r"\sstyle=|<style", page)
    assert (
        '<rect x="31" y="19" width="5" height="5"/>' in page
    )  # the receptive field on the picture


@pytest.mark.parametrize("layer", [1, 2])
def test_every_address_on_the_page_of_a_pixel_works(client, layer):
    query = f"{SMALL}&order=size&sum=2&mute=1&row=0&col=33"
    page = client.get(f"/images/cat/layers/{layer}/maps/3/pixel?{query}").text
    addresses = re.findall(r'(?:href|src|action|data-values)="(/images/cat[^"#]*)"', page)

    assert any("pixel.csv" in one for one in addresses)
    assert any("/contributions/{channel}/values" in one for one in addresses)
    for address in set(addresses):
        path, _, given = html.unescape(address).replace("{channel}", "0").partition("?")
        place = "" if given else "row=0&col=33"  # a form's own address: its fields say the rest
        assert client.get(f"{path}?{given or place}").status_code == 200


def test_a_muted_map_adds_nothing_to_the_pixel(client):
    muted = pixel(client, 21, 33, f"{SMALL}&mute=1,4")
    heard = [one["sum"] for one in pixel(client, 21, 33)["contributions"]]

    assert heard[1] != 0
    assert [one["sum"] for one in muted["contributions"]] == [heard[0], 0, *heard[2:4], 0]
    assert muted["local_filter"]["total"] == pytest.approx(muted["preactivation"], abs=2e-6)


def test_the_settings_of_a_pinned_pixel_keep_its_place(client):
    page = client.get(f"/images/cat/layers/2/maps/3/pixel?{SMALL}&row=21&col=33").text
    form = page.split('<form id="lab"')[1]

    assert '<input type="hidden" name="row" value="21">' in form
    assert '<input type="hidden" name="col" value="33">' in form


@pytest.mark.parametrize(
    ("query", "status", "message"),
    [
        ("", 422, "row is missing; 0 to 47 would work."),
        ("row=1", 422, "col is missing; 0 to 47 would work."),
        ("row=one&col=1", 422, "row is one; 0 to 47 would work."),
        ("row=-1&col=1", 422, "row is -1; 0 to 47 would work."),
        ("row=48&col=1", 404, "row is 48; 0 to 47 would work."),
        ("row=1&col=99999999999", 422, "col is 99999999999; 0 to 47 would work."),
        ("row=1&col=999", 404, "col is 999; 0 to 47 would work."),
        ("row=24&col=1&stride2=2", 404, "row is 24; 0 to 23 would work."),
    ],
)
@pytest.mark.parametrize("form", ["", ".json", ".csv", "/filter.png"])
def test_a_place_that_is_not_there_is_refused_with_those_that_are(
    client, form, query, status, message
):
    answer = client.get(f"/images/cat/layers/2/maps/3/pixel{form}?{SMALL}&{query}")

    assert answer.status_code == status
    assert message in answer.text


def test_a_map_that_is_not_there_is_refused(client):
    answer = client.get(f"/images/cat/layers/2/maps/4/pixel.json?{SMALL}&row=1&col=1")

    assert (answer.status_code, "0 to 3" in answer.text) == (404, True)


def shown(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


@pytest.mark.parametrize(("row", "col"), PLACES)
@pytest.mark.parametrize("query", [SMALL, "", "size=48&filters2=9&kernel2=1"])
def test_the_shown_digits_add_up_with_the_line_for_their_rounding(client, row, col, query):
    data = pixel(client, row, col, query)
    view = PixelView(
        **{**data, "contributions": tuple(WindowView(**one) for one in data["contributions"])}
    )
    decimals = sums.places(view)
    written = [numbers.fixed(one.sum, decimals) for one in view.contributions]
    lack = sums.total_rounding(view, decimals)

    total = sum(map(shown, [*written, numbers.fixed(view.bias, decimals), lack or "0"]))
    assert total == pytest.approx(shown(numbers.fixed(view.total, decimals)), abs=1e-9)


def test_a_row_whose_shown_products_do_not_add_up_says_what_they_lack():
    row = WindowView(
        channel=0,
        name=None,
        window=((1.0, 1.0, 1.0),),
        kernel=((0.14, 0.14, 0.14),),
        products=((0.14, 0.14, 0.14),),
        sum=0.42,
    )

    assert sums.sum_rounding(row, 1) == "+0.1"  # 0.1 + 0.1 + 0.1 is shown beside 0.4
    assert sums.sum_rounding(row, 2) == ""


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0.0, 4, "0"),
        (-0.0, 4, "0"),
        (1.23456, 3, "1.235"),
        (-1.2, 3, "−1.200"),
        (-0.00001, 3, "0.000"),
        (1234.5, 1, "1,234.5"),
    ],
)
def test_a_number_of_the_ledger_has_its_decimals_and_a_real_minus(value, decimals, text):
    assert numbers.fixed(value, decimals) == text


def test_a_setting_that_makes_the_map_smaller_than_the_pin_unpins_it(client):
    headers = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
    address = "/images/cat/layers/2/maps/7/pixel?row=138&col=80&size=64"

    answer = client.get(address, headers=headers)

    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == "/images/cat/layers/2/maps/7/contributions?size=64"
    assert client.get(address).status_code == 404


def test_the_window_is_drawn_on_every_map_of_layer_1_that_it_reads(client):
    query = "row=0&col=5&size=32&filters1=6&stride2=2&kernel2=5"
    page = client.get(f"/images/cat/layers/2/maps/1/pixel?{query}").text
    data = client.get(f"/images/cat/layers/2/maps/1/pixel.json?{query}").json()

    # same, stride 2, 5 wide over 32: SAME_UPPER adds 1 before and 2 after
    assert data["window"] == {"top": -1, "left": 9, "height": 5, "width": 5}
    assert page.count('<rect class="sprite__window" x="9" y="-1" width="5" height="5"/>') == 6


def cells_of(page, part):
    """Return the texts of the cells of each row in a part of the ledger, such as tfoot."""
    table = re.search(r'<div class="ledger__scroll".*?(<table>.*</table>)', page, re.DOTALL)[1]
    table = table.split('<div class="sight">')[0]
    inside = re.search(rf"<{part}[^>]*>(.*?)</{part}>", table, re.DOTALL)[1]
    return [
        [
            html.unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<t[hd].*?>(.*?)</t[hd]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr.*?>(.*?)</tr>", inside, re.DOTALL)
    ]


def test_the_ledger_is_one_table_with_a_caption_that_ends_in_the_value_of_the_map(client):
    page = client.get(f"/images/cat/layers/2/maps/3/pixel?{SMALL}&row=21&col=33").text
    data = pixel(client, 21, 33)
    foot = cells_of(page, "tfoot")
    shown = {name: float(value.replace("\N{MINUS SIGN}", "-")) for name, value in foot}

    assert "<caption>What each map adds to map 3 at row 21, column 33</caption>" in page
    assert len(cells_of(page, "tbody")) == 5
    assert foot[0][0] == "one bias, of the whole filter"
    assert shown["5 sums and the bias"] == pytest.approx(data["total"], abs=1e-4)
    assert foot[-1][0] == "after ReLU, the map’s value"
    assert shown["after ReLU, the map’s value"] == pytest.approx(data["activation"], abs=1e-4)
    sums = [
        float(re.match(r"−?[\d.]+", row[-1])[0].replace("−", "-"))
        for row in cells_of(page, "tbody")
    ]
    lack = shown.get("rounding of the shown digits", 0)
    assert sum(sums) + shown["one bias, of the whole filter"] + lack == pytest.approx(
        shown["5 sums and the bias"], abs=1e-9
    )


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ("bias2=off", "no bias", "after ReLU, the map’s value"),
        ("activation2=linear", "one bias, of the whole filter", "the map’s value"),
        (
            "pool2=max",
            "one bias, of the whole filter",
            "after ReLU, the map’s value before the pool",
        ),
    ],
)
def test_the_foot_of_the_ledger_says_what_there_is(client, query, first, last):
    page = client.get(f"/images/cat/layers/2/maps/3/pixel?{SMALL}&row=2&col=3&{query}").text
    names = [row[0] for row in cells_of(page, "tfoot")]

    assert (names[0], names[-1]) == (first, last)
    assert ("5 sums" if query == "bias2=off" else "5 sums and the bias") in names


@pytest.mark.parametrize(("kernel", "sums"), [("5", False), ("6", True), ("1x7", True)])
def test_of_kernels_above_5_by_5_paper_has_only_the_sums(client, kernel, sums):
    query = f"{SMALL}&kernel2={kernel}&weights2=random&row=9&col=9"
    page = client.get(f"/images/cat/layers/2/maps/3/pixel?{query}").text

    assert ("ledger--sums" in page) == sums
    assert ("are in the CSV file of this page" in page) == sums


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind2=separable", "is the kernel of its input channel, which all filters share, times"),
        ("kind2=pointwise_first", "is the one kernel of this filter, times one number"),
        ("kind2=separable&multiplier2=2", "Its parts are the 2 kernels of the input channel"),
        ("groups2=2", None),
        ("", None),
    ],
)
@pytest.mark.parametrize("file", ["", "/snapshot.html"])
def test_a_ledger_of_two_steps_says_what_its_kernels_are(client, file, query, words):
    small = "size=32&filters1=6&filters2=4&weights1=random&weights2=random"
    page = client.get(f"/images/cat/layers/2/maps/3/pixel{file}?row=3&col=4&{small}&{query}").text
    said = " ".join(page.partition('"ledger__words"')[2].partition("</p>")[0].split())

    assert "it reads all maps of the filter at once." in said
    assert ("The layer is factored: each kernel here" in said) == bool(words)
    assert words is None or words in said
