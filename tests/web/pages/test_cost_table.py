"""What each kind of a layer costs: numbers by hand, in words, and the links that choose a kind."""

import re
from dataclasses import fields

import pytest

from app.lab.kinds.views import CostsView

COSTS = "/images/cat/layers/2/costs"


def rows(client, query="", layer=2):
    data = client.get(f"/images/cat/layers/{layer}/costs.json?{query}").json()
    return {row["way"]: row for row in data["rows"]}


def test_from_64_to_32_the_numbers_are_those_of_the_papers(client):
    ways = rows(client)
    weights = {way: row["weights"]["value"] for way, row in ways.items()}
    parameters = {way: row["parameters"]["value"] for way, row in ways.items()}
    pixels = 256 * 256

    assert weights == {
        "standard": 18_432,
        "grouped": 4_608,
        "separable": 2_624,
        "pointwise_first": 2_336,
        "pointwise": 2_048,
    }
    assert parameters == {way: count + 32 for way, count in weights.items()}
    for way, count in weights.items():
        assert ways[way]["multiply_adds"]["value"] == count * pixels
        assert ways[way]["weights"]["ratio"] == count / 18_432


def test_the_page_shows_them_with_their_formulas(client):
    for address in ("/images/cat?below=costs", COSTS):
        page = client.get(address).text

        for text in (
            "64 × 3·3 + 64 × 32",
            "2,624",
            "(64 + 3·3) × 32",
            "2,336",
            "<b>14.2\xa0%</b> of the weights",
        ):
            assert text in page


def test_the_table_is_part_of_the_lab_as_data(client):
    lab = client.get("/images/cat.json").json()
    alone = client.get(f"{COSTS}.json").json()

    assert lab["layers"][1]["costs"] == alone
    assert set(alone) == {field.name for field in fields(CostsView)}


@pytest.mark.parametrize(
    ("query", "way", "weights", "standard"),
    [
        ("kernel2=1", "separable", 64 + 64 * 32, 64 * 32),
        ("filters2=1&kernel2=3", "separable", 64 * 9 + 64, 64 * 9),
        ("kind2=separable&multiplier2=2&kernel2=2", "separable", 128 * 4 + 128 * 32, 64 * 4 * 32),
    ],
)
def test_what_costs_more_says_so_in_words(client, query, way, weights, standard):
    row = rows(client, query)[way]
    page = client.get(f"{COSTS}?{query}").text
    more = weights > standard

    assert row["weights"]["value"] == weights
    assert row["weights"]["ratio"] == weights / standard
    assert ('<b class="costs__warn">more: ' in page) == more
    assert bool(re.search(r"<b>[^<]*costs? more multiply-adds than standard", page)) == more


def test_pointwise_first_reads_all_pixels_where_a_stride_leaves_most_out(client):
    row = rows(client, "stride2=3")["pointwise_first"]

    assert row["multiply_adds"]["value"] == 64 * 32 * 256**2 + 9 * 32 * 86**2
    assert row["multiply_adds"]["ratio"] > 1


@pytest.mark.parametrize(
    ("query", "current"),
    [
        ("", "standard"),
        ("groups2=8", "grouped"),
        ("kind2=separable&multiplier2=2", "separable"),
        ("kind2=pointwise_first", "pointwise_first"),
        ("kernel2=1", "standard"),
        ("kind2=depthwise", "depthwise"),
    ],
)
def test_the_kind_as_it_is_now_is_marked_and_no_other(client, query, current):
    assert [way for way, row in rows(client, query).items() if row["current"]] == [current]
    table = client.get(f"{COSTS}?{query}").text.partition("<table")[2].partition("</table>")[0]
    assert table.count('aria-current="true"') == 1


@pytest.mark.parametrize("way", ["grouped", "separable", "pointwise_first", "pointwise"])
@pytest.mark.parametrize("path", ["", "/layers/2/maps/7", "/layers/2/maps/7/contributions"])
def test_choosing_a_row_leads_to_the_same_view_with_it(client, way, path):
    words = {"grouped": "4 groups", "separable": "depthwise first", "pointwise": "1×1"}
    page = client.get(f"/images/cat{path}?size=32&below=costs").text
    part = page.split('id="costs-2"')[1]
    link = re.search(rf'<a href="([^"]+)">{words.get(way, "pointwise first")}</a>', part)[1]
    address, _, query = link.replace("&amp;", "&").partition("?")

    assert address == f"/images/cat{path}"
    assert "size=32" in query
    assert rows(client, query).get(way, rows(client, query)["standard"])["current"]
    assert client.get(f"{address}?{query}").status_code == 200


def test_choosing_back_from_depthwise_keeps_the_number_of_maps(client):
    settings = dict(rows(client, "kind2=depthwise")["standard"]["settings"])

    assert (settings["kind2"], settings["filters2"]) == ("standard", "64")


def test_a_way_that_cannot_be_chosen_says_why_and_has_no_link(client):
    query = "size=512&filters1=64&filters2=64&kernel2=5&kind2=separable"  # as standard it costs too much
    page = client.get(f"{COSTS}?{query}").text

    assert "multiply-adds, over the limit" in rows(client, query)["standard"]["refusal"]
    assert "not possible now" in page
    assert "kind2=pointwise_first" in page


def test_three_channels_have_no_groups_with_64_maps(client):
    assert "grouped" not in rows(client, layer=1)
    assert rows(client, "filters1=66", layer=1)["grouped"]["groups"] == 3
