"""Imported layers of other kinds than standard: the lab opens with them, and computes what their factors do."""

import io

import numpy as np
import pytest
from safetensors.numpy import save

from app.lab.keep.samples import Samples
from app.lab.lab import Lab
from app.lab.state.state import build, changed
from app.lab.weights.adopted_settings import import_weights
from app.main import STATIC
from app.settings import Settings
from app.untrusted.weights.layers.choice import Choice
from tests.engine.reference import conv2d


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


FIRST = {"a.weight": noise(6, 3, 3, 3), "a.bias": noise(6, seed=1)}
KERNELS = noise(12, 1, 3, 3, seed=2)
OF = {
    "depthwise": {"b.weight": KERNELS},
    "separable": {
        "b_kernels.weight": KERNELS,
        "b_pointwise.weight": noise(5, 12, 1, 1, seed=3),
        "b_pointwise.bias": noise(5, seed=4),
    },
    "pointwise_first": {
        "b_pointwise.weight": noise(10, 6, 1, 1, seed=3),
        "b_kernels.weight": noise(5, 2, 3, 3, seed=5),
        "b_kernels.bias": noise(5, seed=4),
    },
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    lab = Lab(Settings(data_dir=tmp_path_factory.mktemp("kinds")), Samples(STATIC / "samples"))
    yield lab
    lab.close()


def opened(lab, kind):
    file = io.BytesIO(save(FIRST | OF[kind]))
    state = build("cat", {"size": 32, "activation2": "linear"})
    return import_weights(lab.imports, lab.passes.limits, state, file, Choice(), ((), ()))[1]


def full_bank(kind: str) -> np.ndarray:
    """Return the equivalent weights (F, 6, 3, 3), one sum after the other."""
    tensors = OF[kind]
    if kind == "depthwise":
        full = np.zeros((12, 6, 3, 3))
        for number, kernel in enumerate(KERNELS[:, 0]):
            full[number, number // 2] = kernel
        return full
    kernels, pointwise = tensors["b_kernels.weight"], tensors["b_pointwise.weight"][:, :, 0, 0]
    full = np.zeros((5, 6, 3, 3))
    for output in range(5):
        if kind == "separable":
            for between in range(12):
                full[output, between // 2] += pointwise[output, between] * kernels[between, 0]
        else:
            for each in range(2):
                for channel in range(6):
                    full[output, channel] += (
                        pointwise[2 * output + each, channel] * kernels[output, each]
                    )
    return full


@pytest.mark.parametrize("kind", OF)
def test_an_imported_layer_computes_what_its_factors_do(lab, kind):
    state = opened(lab, kind)

    run = lab.passes.run(state)

    second = state.stack.layers[1]
    assert second.kind == kind
    bias = OF[kind].get("b_pointwise.bias", OF[kind].get("b_kernels.bias"))
    assert second.bias == (bias is not None)
    added = np.zeros(12) if bias is None else bias
    expected = conv2d(run.layer2_input(), full_bank(kind), added, padding=((1, 1), (1, 1)))
    np.testing.assert_allclose(run.layer(2).trace.output, expected, atol=1e-4)


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_a_layer_can_have_the_first_of_its_imported_filters(lab, kind):
    state = opened(lab, kind)

    fewer = changed(state, "filters2", 3)

    whole, part = (lab.passes.run(each).layer(2).trace.output for each in (state, fewer))
    np.testing.assert_allclose(part, whole[:3], atol=1e-5)
