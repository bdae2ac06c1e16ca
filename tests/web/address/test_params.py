"""Query strings are parsed into states and built from them without loss."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.engine.errors import SpecError
from app.engine.weights.banks.table import BANKS
from app.lab.state.state import build
from app.web.address.params import PARSERS, state_from_query
from app.web.address.query import query_of
from app.web.address.urls import Urls

IMPORTED = f"8x3x5x5-4x8x3x3-{'0' * 32}"
VALUES = {
    "size": st.integers(32, 512),
    "fit": st.sampled_from(["crop", "pad", "stretch"]),
    "channels": st.sampled_from(["rgb", "grey"]),
    "normalise": st.sampled_from(["centre", "none", "imagenet"]),
    "step": st.sampled_from(["0"]),
    "seed": st.integers(0, 2**32 - 1),
    "flip": st.sampled_from(["on", "off"]),
    "mute": st.sets(st.integers(0, 70), max_size=3).map(lambda some: ",".join(map(str, some))),
    "solo": st.sets(st.integers(0, 70), max_size=2).map(lambda some: ",".join(map(str, some))),
    "order": st.sampled_from(["index", "size"]),
    "show": st.sampled_from(["activation", "unpooled", "preactivation"]),
    "scale": st.sampled_from(["map", "layer", "stack"]),
    "contrast": st.sampled_from(["root", "linear"]),
    "axes": st.sampled_from(["first", "last"]),
    "over": st.sampled_from(["on", "off"]),
} | {
    f"{name}{layer}": values
    for layer in (1, 2)
    for name, values in {
        "filters": st.integers(1, 128),
        "kernel": st.one_of(
            st.integers(1, 11),
            st.builds("{}x{}".format, st.integers(1, 11), st.integers(1, 11)),
        ),
        "stride": st.integers(1, 4),
        "dilation": st.integers(1, 4),
        "padding": st.one_of(st.sampled_from(["same", "valid"]), st.integers(0, 40)),
        "padding_mode": st.sampled_from(["zeros", "reflect", "replicate", "circular"]),
        "kind": st.sampled_from(["standard", "depthwise", "separable", "pointwise_first"]),
        "groups": st.integers(1, 4),
        "multiplier": st.integers(1, 3),
        "bias": st.sampled_from(["on", "off"]),
        "activation": st.sampled_from(
            ["linear", "relu", "leaky_relu", "elu", "gelu", "silu", "sigmoid", "tanh"]
        ),
        "pool": st.sampled_from(["none", "max", "average"]),
        "pool_size": st.integers(2, 8),
        "weights": st.sampled_from(["handmade", "random", "trained", *BANKS, IMPORTED]),
        "initialiser": st.sampled_from(["he", "glorot", "lecun", "orthogonal"]),
        "distribution": st.sampled_from(["normal", "uniform", "truncated"]),
        "edit": st.sampled_from(
            ["3.0,0,1,0,1,-4,1,0,1,0", "0.1,0.5_0.0,-1,2.25,.5,1e3,0,0,0,0,0.125"]
        ),
    }.items()
}
QUERIES = st.fixed_dictionaries({}, optional={name: one.map(str) for name, one in VALUES.items()})


def test_every_setting_has_example_values_below():
    assert set(VALUES) == set(PARSERS)


@given(query=QUERIES)
def test_an_address_built_from_a_state_is_parsed_into_the_same_state(query):
    try:
        state = state_from_query("cat", query)
    except SpecError:
        assume(False)

    assert state_from_query("cat", query_of(state)) == state


def test_an_address_omits_settings_with_their_default():
    query = {"size": "256", "filters1": "16", "kernel1": "3", "stride2": "1", "weights1": ""}

    urls = Urls("", state_from_query("cat", query))

    assert urls.lab == "/images/cat?filters1=16"


def test_addresses_contain_the_sub_path():
    urls = Urls("/course", build("cat", {}))

    addresses = [
        urls.home,
        urls.about,
        urls.pictures.upload,
        urls.lab,
        urls.exports.trace,
        urls.pictures.square,
        urls.maps.grid(1),
    ]
    assert all(address.startswith("/course/") for address in addresses)


def test_the_picture_of_layer_1_keeps_its_address_when_layer_2_changes():
    before, after = build("cat", {}), build("cat", {"kernel2": (5, 5)})

    assert Urls("", before).maps.sheet(1) == Urls("", after).maps.sheet(1)
    assert Urls("", before).maps.sheet(2) != Urls("", after).maps.sheet(2)


def test_with_one_scale_for_both_layers_the_picture_of_layer_1_changes_its_address():
    before, after = (build("cat", {"scale": "stack", "filters2": n}) for n in (32, 31))

    assert Urls("", before).maps.sheet(1) != Urls("", after).maps.sheet(1)


@pytest.mark.parametrize(
    ("query", "name", "offer"),
    [
        ({"kind2": "separable", "multiplier2": "3"}, "multiplier2", "1 to 2"),
        ({"kind1": "depthwise", "multiplier1": "43"}, "multiplier1", "1 to 42"),
        ({"kind2": "pointwise_first", "multiplier2": "5"}, "multiplier2", "1 to 4"),
        (
            {"size": "32", "stride1": "4", "pool2": "max", "pool_size2": "8", "stride2": "2"},
            "pool_size2",
            "2 to 4",
        ),
        (
            {
                "size": "32",
                "stride1": "4",
                "stride2": "4",
                "kernel2": "1",
                "pool1": "max",
                "pool_size1": "8",
                "pool2": "max",
            },
            "pool2",
            "none would work",
        ),
        ({"groups2": "3"}, "groups2", "1, 2, 4, 8, 16 and 32"),
    ],
)
def test_settings_that_contradict_each_other_are_refused_with_values_that_would_work(
    query, name, offer
):
    with pytest.raises(SpecError) as raised:
        state_from_query("cat", query)

    assert raised.value.field == name
    assert offer in str(raised.value)


def test_an_address_omits_settings_that_do_not_apply_to_a_layer():
    query = {"kind2": "depthwise", "filters2": "7", "groups2": "2", "pool_size1": "3"}

    assert Urls("", state_from_query("cat", query)).lab == "/images/cat?kind2=depthwise"


@pytest.mark.parametrize(
    ("name", "text", "offer"),
    [
        ("size", "1000", "32 to 512"),
        ("size", "-1", "a whole number"),
        ("size", "1e3", "a whole number"),
        ("size", "９", "a whole number"),
        ("fit", "squash", "crop, pad, stretch"),
        ("channels", "cmyk", "rgb or grey"),
        ("filters1", "0", "1 to 128"),
        ("kernel1", "3y5", "3x5"),
        ("kernel2", "12", "1 to 11"),
        ("stride1", "5", "1 to 4"),
        ("padding1", "full", "same, valid or 0 to 40"),
        ("padding_mode1", "mirror", "zeros, reflect, replicate and circular"),
        ("groups2", "3", "1, 2, 4, 8, 16 and 32"),
        ("bias1", "maybe", "on and off"),
        ("kind2", "dilated", "standard, depthwise, separable and pointwise_first"),
        ("multiplier1", "0", "1 to 128"),
        ("pool1", "minimum", "none, max and average"),
        ("pool_size2", "9", "2 to 8"),
        ("flip", "yes", "on and off"),
        ("activation2", "softmax", "relu"),
        ("weights1", "learned", "handmade, trained, edges"),
        ("weights1", "16x3x5x5", "the id of imported weights"),
        ("edit1", "0.0,x", "a number such as"),
        ("edit1", "0,1,2", "filter.channel and the weights"),
        ("edit2", "1.0,1_1.0,2", "once would work"),
        ("edit2", "1.0,1001", "-1000 to 1000"),
        ("normalise", "0.5,0.5,0.5", "3 means and then 3 deviations"),
        ("normalise", "0,0,0,1,0,1", "outside 0.001 to 1000"),
        ("initialiser1", "xavier", "he, glorot, lecun and orthogonal"),
        ("distribution2", "gamma", "normal, uniform and truncated"),
        ("scale", "tile", "map, layer, stack"),
        ("seed", "4294967296", "0 to 4294967295"),
    ],
)
def test_an_invalid_value_is_refused_with_its_name_and_values_that_would_work(name, text, offer):
    with pytest.raises(SpecError) as raised:
        state_from_query("cat", {name: text})

    assert raised.value.field == name
    assert str(raised.value).startswith(name)
    assert offer in str(raised.value)
