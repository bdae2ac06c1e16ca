"""A layer of which few filters changed is what it would be if it were computed from nothing."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.compute.filters import bank_for
from app.engine.compute.forward import forward_layer
from app.engine.compute.revised import revise
from app.engine.spec.stack import LayerSpec, StackSpec

X = np.random.default_rng(3).normal(size=(12, 20, 20)).astype(np.float32)
SETTINGS = [
    {},
    {"groups": 4},
    {"kind": "depthwise", "multiplier": 2},
    {"activation": "linear"},
    {"pool": "max", "pool_size": 3},
    {"activation": "linear", "pool": "average"},
    {"stride": 2, "padding": "valid", "kernel": (3, 5), "activation": "gelu"},
]


@pytest.mark.parametrize("settings", SETTINGS)
@given(changed=st.sets(st.integers(0, 7), min_size=1, max_size=3), seed=st.integers(0, 9))
def test_revised_maps_are_those_of_a_whole_pass_and_the_others_stay(settings, changed, seed):
    layer = LayerSpec(filters=8, weights="random", **settings)
    stack = StackSpec(size=32, layers=(LayerSpec(filters=12), layer))
    spec, bank = stack.layers[1], bank_for(stack, 2)
    base = forward_layer(X, spec, bank)
    weight = bank.weight.copy()
    some = sorted(changed)
    weight[some] += np.random.default_rng(seed).normal(size=weight[some].shape).astype(np.float32)
    other = replace(bank, weight=weight)

    revised, whole = revise(base, X, spec, other, some), forward_layer(X, spec, other)

    rest = [row for row in range(spec.filters) if row not in changed]
    for name in ("preactivation", "activation", "output"):
        now, then, before = (getattr(one, name) for one in (revised, whole, base))
        np.testing.assert_allclose(now, then, rtol=1e-5, atol=1e-5)
        np.testing.assert_array_equal(now[rest], before[rest])
        assert not now.flags.writeable
    np.testing.assert_array_equal(revised.bank.full, whole.bank.full)
    assert (revised.activation is revised.preactivation) == (spec.activation == "linear")
    assert (revised.output is revised.activation) == (spec.pool == "none")
