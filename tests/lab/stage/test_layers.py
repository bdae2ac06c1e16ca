"""What a layer is, described once for all seeds."""

import pytest

from app.lab.stage import layers
from app.lab.stage.layers import layer_view
from app.lab.state import cost
from app.lab.state.state import LAYERS, build

LIMITS = cost.CostLimits(multiply_adds=10**10, nbytes=2**30)


@pytest.mark.parametrize("number", LAYERS)
@pytest.mark.parametrize("seed", [0, 4711])
@pytest.mark.parametrize("weights", ["random", "trained"])
def test_a_layer_is_described_with_its_own_seed_whatever_was_described_before(
    number, seed, weights
):
    given = {"weights1": weights, "weights2": "random"}
    layer_view(build("", given | {"seed": 5}), number, LIMITS)
    state = build("", given | {"seed": seed})

    described = layer_view(state, number, LIMITS)

    assert described == layers._described.__wrapped__(state, number, LIMITS)
