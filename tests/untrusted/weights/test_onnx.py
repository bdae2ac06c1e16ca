"""Models made by the onnx package, in the ways in which it can store values, and those that lead elsewhere."""

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from app.untrusted.weights.errors import BrokenWeights, NoConvolutions, UnsupportedWeights
from app.untrusted.weights.onnx.wire import varints
from app.untrusted.weights.read import read
from tools.interop.models import LIMITS

WEIGHT = np.random.RandomState(1).normal(size=(8, 3, 3, 5)).astype(np.float32)


def model(*tensors: TensorProto, nodes=None) -> bytes:
    """Return a model with those initializers; by default it convolves with the first of them."""
    nodes = nodes or [helper.make_node("Conv", ["x", tensors[0].name], ["y"])]
    return helper.make_model(
        helper.make_graph(nodes, "g", [], [], initializer=tensors)
    ).SerializeToString()


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    "kind",
    [
        "FLOAT",
        "DOUBLE",
        "FLOAT16",
        "BFLOAT16",
        "INT8",
        "UINT8",
        "INT16",
        "INT32",
        "INT64",
        "UINT64",
    ],
)
def test_values_of_every_type_are_read_as_the_package_reads_them(kind, raw):
    code = getattr(TensorProto, kind)
    values = np.round(20 * (abs(WEIGHT) if kind[0] == "U" else WEIGHT))
    stored = values.astype(helper.tensor_dtype_to_np_dtype(code))
    tensor = (
        numpy_helper.from_array(stored, "w")
        if raw
        else helper.make_tensor("w", code, stored.shape, stored.ravel())
    )

    ours, bias = read(model(tensor), limits=LIMITS).convolution("w")

    np.testing.assert_array_equal(ours, numpy_helper.to_array(tensor).astype(np.float32))
    np.testing.assert_array_equal(bias, np.zeros(8))


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_packed_numbers_are_read_as_they_were_written(numbers):
    def varint(number: int) -> bytes:
        number %= 2**64
        return (
            (bytes([number & 127 | 128]) + varint(number >> 7)) if number > 127 else bytes([number])
        )

    assert varints(b"".join(map(varint, numbers)), len(numbers)).tolist() == numbers


def test_more_numbers_than_a_shape_has_are_counted_and_not_decoded():
    with pytest.raises(BrokenWeights, match="has 1,000 numbers, or is cut off; up to 10"):
        varints(bytes(1000), 10)


def test_convolutions_are_in_the_order_of_the_graph_and_others_are_left_out():
    tensors = [
        numpy_helper.from_array(np.zeros(shape, np.float32), name)
        for name, shape in [("z", (8, 3, 3, 3)), ("a", (4, 8, 3, 3)), ("other", (4, 8, 3, 3))]
    ]
    nodes = [
        helper.make_node("Conv", ["x", "z"], ["1"], group=1),
        helper.make_node("Conv", ["1", "a"], ["2"], strides=[2, 2]),
        helper.make_node("ConvTranspose", ["2", "other"], ["3"]),
    ]

    found = read(model(*tensors, nodes=nodes), limits=LIMITS)

    assert [each.name for each in found.convolutions] == ["z", "a"]
    assert found.convolutions[1].placement.strides == (2, 2)
    assert [tensor.name for tensor in found.tensors] == ["z", "a", "other"]


def test_a_tensor_that_is_only_called_like_a_bias_is_none():
    weight = numpy_helper.from_array(WEIGHT, "a.weight")
    other = numpy_helper.from_array(np.ones(8, np.float32), "a.bias")

    _, bias = read(model(weight, other), limits=LIMITS).convolution("a.weight")

    np.testing.assert_array_equal(bias, np.zeros(8))


def test_a_convolution_whose_bias_is_computed_is_left_out():
    tensor = numpy_helper.from_array(WEIGHT, "w")

    with pytest.raises(NoConvolutions, match="Found: w"):
        read(model(tensor, nodes=[helper.make_node("Conv", ["x", "w", "b"], ["y"])]), limits=LIMITS)


def test_two_tensors_of_one_name_are_refused():
    tensor = numpy_helper.from_array(WEIGHT, "w")

    with pytest.raises(BrokenWeights, match="two tensors of one name"):
        read(model(tensor, tensor), limits=LIMITS)


@pytest.mark.parametrize(
    "attributes", [{"group": 0}, {"strides": [1]}, {"dilations": [0, 1]}, {"pads": [0, 0, 0]}]
)
def test_attributes_that_no_convolution_has_are_refused(attributes):
    node = helper.make_node("Conv", ["x", "w"], ["y"], **attributes)

    with pytest.raises(BrokenWeights, match=f"impossible {next(iter(attributes))}"):
        read(model(numpy_helper.from_array(WEIGHT, "w"), nodes=[node]), limits=LIMITS)


@pytest.mark.parametrize("op_type", ["QLinearConv", "ConvInteger"])
def test_quantised_convolutions_are_refused(op_type):
    tensor = numpy_helper.from_array(WEIGHT.astype(np.int8), "w")

    with pytest.raises(UnsupportedWeights, match=f"quantised .{op_type}"):
        read(model(tensor, nodes=[helper.make_node(op_type, ["x", "w"], ["y"])]), limits=LIMITS)


def test_values_in_another_file_are_refused(tmp_path):
    tensor = numpy_helper.from_array(WEIGHT, "w")
    onnx.save_model(
        onnx.load_model_from_string(model(tensor)),
        tmp_path / "m.onnx",
        save_as_external_data=True,
        size_threshold=0,
    )

    with pytest.raises(UnsupportedWeights, match=r"external data.*saved in one file would work"):
        read((tmp_path / "m.onnx").read_bytes(), limits=LIMITS)


def values_of_all(file: bytes) -> None:
    for tensor in read(file, limits=LIMITS).tensors:
        tensor.values()


@pytest.mark.parametrize("dims", [(8, 3, 3, 6), (2**40, 3, 3, 5), (-8, -3, 3, 5), (2**62, 4, 1, 1)])
def test_a_shape_that_lies_is_refused(dims):
    tensor = numpy_helper.from_array(WEIGHT, "w")
    tensor.dims[:] = dims

    with pytest.raises(BrokenWeights):
        values_of_all(model(tensor))


def test_every_way_to_cut_a_model_off_is_refused():
    whole = model(numpy_helper.from_array(WEIGHT, "w"))

    for length in range(3, len(whole) - 20, 7):
        with pytest.raises(BrokenWeights):
            read(whole[:length], limits=LIMITS)


def test_a_model_of_nothing_but_tiny_fields_ends():
    tiny = b"\x08\x07" + b"\x10\x01" * 2_000_000

    with pytest.raises(BrokenWeights, match="too many small parts"):
        read(tiny, limits=LIMITS)
