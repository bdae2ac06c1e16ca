"""The order of the axes of filters: one guess for every format, where the file does not state it."""

import numpy as np
import pytest

from app.untrusted.weights.layers.contents import contents
from tests.untrusted.weights.descriptions import LIMITS, described, noise

FIRST, SECOND = noise(64, 3, 3, 3), noise(32, 64, 3, 3, seed=1)
TURNED = {"OIHW": (0, 1, 2, 3), "HWIO": (2, 3, 1, 0), "OHWI": (0, 2, 3, 1)}


@pytest.mark.parametrize("format", ["npz", "safetensors", "HDF5", "Keras"])
@pytest.mark.parametrize("order", TURNED)
def test_each_order_is_recognised_in_each_format(order, format):
    arrays = {
        name: np.ascontiguousarray(array.transpose(TURNED[order]))
        for name, array in (("a/w", FIRST), ("b/w", SECOND))
    }

    found = contents(described(arrays, format), LIMITS)

    assert [layer.order for layer in found.layers] == [order, order]
    assert [layer.shape for layer in found.layers] == [(64, 3, 3, 3), (32, 64, 3, 3)]


def test_a_kernel_is_as_in_keras_if_its_sides_are_those_of_a_kernel():
    arrays = {"a.kernel": noise(3, 3, 3, 3), "b.kernel": noise(3, 3, 3, 8)}

    found = contents(described(arrays), LIMITS)

    assert {layer.order for layer in found.layers} == {"HWIO"}


def test_one_doubtful_shape_does_not_outweigh_the_names_of_pytorch():
    arrays = {"a.weight": noise(1, 1, 1, 2), "b.weight": noise(1, 1, 3, 3)}

    found = contents(described(arrays), LIMITS)

    assert {layer.order for layer in found.layers} == {"OIHW"}
