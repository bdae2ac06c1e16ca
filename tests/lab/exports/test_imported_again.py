"""Every export that holds weights is imported again, and gives the same maps."""

import io
from dataclasses import replace

import numpy as np
import pytest

from app.lab.weights.adopted_settings import import_weights
from app.untrusted.weights.layers.choice import Choice
from tests.lab.exports.stacks import SETTINGS, stack_of, trace_file

OTHERS = {
    "groups of colours": "size=40&filters1=6&groups1=3&weights1=random&filters2=4",
    "separable of one channel": "size=40&channels=grey&kind1=separable&multiplier1=3&filters1=4&filters2=3",
    "square factors, no bias": (
        "size=40&filters1=6&bias1=off&kind2=pointwise_first&filters2=6&bias2=off&weights1=random"
    ),
    "square factors in the other order": (
        "size=40&filters1=6&bias1=off&kind2=separable&filters2=6&bias2=off&weights1=random"
    ),
    "as many groups as maps": "size=40&filters1=6&filters2=12&groups2=6&weights1=random&weights2=random",
}
ALL = SETTINGS | OTHERS


@pytest.mark.parametrize("form", ["safetensors", "npz", "trace"])
@pytest.mark.parametrize("name", ALL)
def test_an_export_imports_to_the_same_maps(lab, name, form):
    state = stack_of(ALL[name]).state
    file = trace_file(lab, state) if form == "trace" else lab.exports.weights(state, form)
    # Weights are exported as applied, so that they are not to be flipped again.
    plain = replace(
        state, stack=replace(state.stack, flip=False), mute=frozenset(), solo=frozenset()
    )

    _, its = import_weights(
        lab.imports, lab.passes.limits, plain, io.BytesIO(file), Choice(), ((), ())
    )

    heard = replace(state, mute=frozenset(), solo=frozenset())
    before, after = lab.passes.run(heard), lab.passes.run(its)
    for number in (1, 2):
        expected = before.layer(number).trace.output
        np.testing.assert_allclose(after.layer(number).trace.output, expected, atol=2e-5)
