"""What is written as .safetensors, against the format's own package."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from safetensors.numpy import load

from app.lab.exports.safetensors_writer import write_safetensors

NUMBERS = st.sampled_from(["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"])
SMALL = array_shapes(max_dims=4, max_side=4)
NAMES = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.dictionaries(NAMES, NUMBERS.flatmap(lambda dtype: arrays(dtype, SMALL)), max_size=4))
def test_the_package_reads_back_what_is_written(named):
    found = load(write_safetensors(named))

    assert found.keys() == named.keys()
    for name, array in named.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_arrays_in_another_order_of_bytes_or_axes_are_written_with_the_same_values():
    array = np.arange(24, dtype=">f4").reshape(2, 3, 4)

    found = load(write_safetensors({"a": array, "b": np.asfortranarray(array)}))

    np.testing.assert_array_equal(found["a"], array)
    np.testing.assert_array_equal(found["b"], array)
