import gc
import weakref
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from app.drawing import render
from app.engine.compute.conv import conv2d
from app.engine.compute.forward import convolve
from app.engine.spec.edits import Edit
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.compute.layer_cache import Traces
from app.lab.compute.recorded import TILE
from app.lab.compute.weight_banks import Banks
from app.lab.keep.imports import Imports
from app.lab.state.state import Show, flatten
from app.settings import Settings
from app.web.address.params import state_from_query
from tests.lab.weight_jobs import JOBS

IMAGE = np.random.default_rng(0).random((3, 32, 32), np.float32)
SPEC = StackSpec(size=32, layers=(LayerSpec(filters=4), LayerSpec(filters=3)))
FIRST, SECOND = (replace(layer, weights="random") for layer in SPEC.layers)
RANDOM = replace(SPEC, layers=(FIRST, SECOND))
HANDMADE = {
    1: replace(
        StackSpec(size=32), layers=(LayerSpec(filters=64), LayerSpec(filters=3, weights="random"))
    ),
    2: StackSpec(size=32),
}
OTHERS = {
    "filters": 6,
    "kernel": (5, 3),
    "stride": 2,
    "dilation": 2,
    "padding": "valid",
    "padding_mode": "reflect",
    "kind": "separable",
    "groups": 1,
    "multiplier": 2,
    "bias": False,
    "activation": "tanh",
    "pool": "max",
    "pool_size": 3,
    "weights": "random",
    "initialiser": "lecun",
    "distribution": "uniform",
    "edit": (Edit(0, 0, (1.0,) * 9),),
}
APPLIES_WITH = {"multiplier": {"kind": "pointwise_first"}, "pool_size": {"pool": "average"}}


@pytest.fixture
def traces(tmp_path: Path) -> Traces:
    banks = Banks(Imports(Settings(data_dir=tmp_path), JOBS))
    return Traces(64 * 2**20, banks, threads=1)


def with_layer(spec: StackSpec, number: int, **changes: Any) -> StackSpec:
    layers = list(spec.layers)
    layers[number - 1] = replace(layers[number - 1], **changes)
    return replace(spec, layers=(layers[0], layers[1]))


def test_a_pass_in_which_only_layer_2_changed_reuses_layer_1(traces):
    one = traces.of("cat", IMAGE, SPEC)
    two = traces.of("cat", IMAGE, with_layer(SPEC, 2, kernel=(5, 5)))

    assert two.layer(1) is one.layer(1)
    assert two.layer(2) is not one.layer(2)


def test_an_answer_about_layer_1_does_not_compute_layer_2(traces):
    traces.of("cat", IMAGE, SPEC).layer(1)

    assert len(traces._layers._kept) == 1


def test_every_setting_of_a_layer_is_tried():
    assert set(OTHERS) == {field.name for field in fields(LayerSpec)}


@pytest.mark.parametrize("name", [name for name in OTHERS if name != "groups"])
@pytest.mark.parametrize("number", [1, 2])
def test_each_setting_of_a_layer_gives_a_pass_of_its_own(traces, number, name):
    before = HANDMADE[number] if name == "weights" else RANDOM
    before = with_layer(before, number, **APPLIES_WITH.get(name, {}))
    after = with_layer(before, number, **{name: OTHERS[name]})

    kept = traces.of("cat", IMAGE, before).layer(number)

    assert traces.of("cat", IMAGE, after).layer(number) is not kept


@pytest.mark.parametrize("change", [{"normalise": "none"}, {"seed": 1}, {"flip": True}])
def test_so_does_each_setting_of_the_stack(traces, change):
    spec = with_layer(SPEC, 1, weights="random")
    one, two = traces.of("cat", IMAGE, spec), traces.of("cat", IMAGE, replace(spec, **change))

    assert two.layer(1) is not one.layer(1)
    assert two.layer(2) is not one.layer(2)


@pytest.mark.parametrize("change", [{"kind": "separable"}, {"pool": "max"}])
def test_a_change_of_kind_or_pool_is_felt_above_and_nowhere_below(traces, change):
    one = traces.of("cat", IMAGE, RANDOM)
    below = traces.of("cat", IMAGE, with_layer(RANDOM, 1, **change))
    above = traces.of("cat", IMAGE, with_layer(RANDOM, 2, **change))

    assert below.layer(2) is not one.layer(2)
    assert above.layer(1) is one.layer(1)
    assert above.layer(2) is not one.layer(2)


@pytest.mark.parametrize("kind", ["standard", "separable"])
def test_turning_is_measured_once_and_only_where_kernels_are_turned(traces, kind):
    spec = with_layer(RANDOM, 2, kind=kind)
    plain = traces.of("cat", IMAGE, spec)
    turned = traces.of("cat", IMAGE, replace(spec, flip=True))
    bank, below = plain.layer(2).trace.bank, turned.layer(1).trace.output

    own = convolve(below, bank, spec.layers[1])
    other = convolve(below, turned.layer(2).trace.bank, spec.layers[1])

    assert plain.turned(2) is None
    np.testing.assert_allclose(turned.turned(2), np.abs(other - own).max(axis=(1, 2)), rtol=1e-5)
    assert turned.turned(2) is turned.turned(2)


@pytest.mark.parametrize("pool", ["none", "max"])
@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "linear", "tanh"])
@pytest.mark.parametrize("size", [32, 200])
def test_what_is_measured_while_a_pass_is_computed_is_what_its_maps_say(
    traces, size, activation, pool
):
    layer = replace(FIRST, activation=activation, pool=pool)
    spec = replace(RANDOM, size=size, layers=(layer, replace(SECOND, pool=pool)))
    image = np.random.default_rng(0).random((3, size, size), np.float32)

    run = traces.of("cat", image, spec)

    for recorded in (run.layer(1), run.layer(2)):
        for show in get_args(Show):
            maps = recorded.maps(show)
            np.testing.assert_array_equal(recorded.drawn(show), render.block_means(maps, TILE))
            ends = [(one.minimum, one.maximum) for one in recorded.ranges(show)]
            np.testing.assert_allclose(ends, [(one.min(), one.max()) for one in maps])


def test_what_is_shown_is_before_or_after_the_pool(traces):
    layer = traces.of("cat", IMAGE, with_layer(SPEC, 1, pool="max")).layer(1)

    assert layer.maps("activation") is layer.trace.output
    assert layer.maps("unpooled") is layer.trace.activation
    assert layer.maps("preactivation") is layer.trace.preactivation


def test_a_seed_that_no_weights_are_drawn_with_changes_nothing(traces):
    spec = StackSpec(size=32)
    one, two = traces.of("cat", IMAGE, spec), traces.of("cat", IMAGE, replace(spec, seed=9))

    assert two.layer(2) is one.layer(2)


def test_another_picture_gives_a_pass_of_its_own(traces):
    one, two = traces.of("cat", IMAGE, SPEC), traces.of("dog", IMAGE[::-1].copy(), SPEC)

    assert two.layer(1) is not one.layer(1)


def test_layer_2_does_not_hear_a_muted_map(traces):
    state = state_from_query("cat", {"mute": "1,3"})
    muted = traces.of("cat", IMAGE, SPEC, state.muted)
    heard = muted.layer(1).trace.activation.copy()
    heard[[1, 3]] = 0
    bank = muted.layer(2).trace.bank

    expected = conv2d(heard, bank.weight, bank.bias, SPEC.layers[1])

    np.testing.assert_array_equal(muted.layer(2).trace.preactivation, expected)
    np.testing.assert_array_equal(muted.trace().input_of(2), heard)
    assert muted.layer(1) is traces.of("cat", IMAGE, SPEC).layer(1)


def test_solo_mutes_all_others():
    state = state_from_query("cat", {"solo": "5", "filters1": "8"})

    assert state.muted == set(range(8)) - {5}
    assert flatten(state)["solo"] == {5}


@pytest.mark.parametrize("muted", [frozenset(), frozenset({1})])
def test_a_pass_that_nobody_holds_is_gone_without_a_garbage_collection(traces, muted):
    gc.disable()
    try:
        one = traces.of("cat", IMAGE, SPEC, muted)
        one.layer(2)
        gone = weakref.ref(one)
        del one
        assert gone() is None
    finally:
        gc.enable()
