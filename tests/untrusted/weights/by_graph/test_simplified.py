"""Graphs of ONNX models made simpler: constants are followed, what belongs together is joined, chains are true."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from app.untrusted.weights.errors import UnsupportedWeights
from tests.untrusted.weights.readers.read_bytes import kinds, opened_bytes, operations

W1 = np.random.RandomState(1).normal(size=(4, 3, 3, 3)).astype(np.float32)
W2 = np.random.RandomState(2).normal(size=(2, 4, 3, 3)).astype(np.float32)
B1 = np.arange(4, dtype=np.float32)
node = helper.make_node


def model(*nodes, output: str = "y", **tensors: Any) -> bytes:
    stored = [numpy_helper.from_array(np.asarray(array), name) for name, array in tensors.items()]
    value = helper.make_tensor_value_info
    ends = [value("x", TensorProto.FLOAT, [1, 3, 8, 8])], [value(output, TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "g", *ends, initializer=stored)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return made.SerializeToString()


def constant_as_run(data: bytes) -> np.ndarray:
    session = onnxruntime.InferenceSession(data, providers=["CPUExecutionProvider"])
    return session.run(None, {"x": np.zeros((1, 3, 8, 8), np.float32)})[0]


ARRANGEMENTS: dict[str, Any] = {
    "identity": ([node("Identity", ["s"], ["w"])], {"s": W1}),
    "transpose": (
        [node("Transpose", ["s"], ["w"], perm=[3, 2, 0, 1])],
        {"s": W1.transpose(2, 3, 1, 0)},
    ),
    "transpose without an order": ([node("Transpose", ["s"], ["w"])], {"s": W1.T}),
    "reshape": (
        [node("Reshape", ["s", "n"], ["w"])],
        {"s": W1.reshape(4, 27), "n": np.array([0, 3, 3, -1])},
    ),
    "cast": ([node("Cast", ["s"], ["w"], to=1)], {"s": W1.astype(np.float16)}),
    "squeeze": ([node("Squeeze", ["s", "n"], ["w"])], {"s": W1[None], "n": np.array([0])}),
    "unsqueeze": ([node("Unsqueeze", ["s", "n"], ["w"])], {"s": W1[0], "n": np.array([0])}),
    "mul": ([node("Mul", ["s", "t"], ["w"])], {"s": W1, "t": B1.reshape(4, 1, 1, 1)}),
    "several": (
        [
            node("Identity", ["s"], ["i"]),
            node("Add", ["i", "i"], ["j"]),
            node("Div", ["j", "t"], ["w"]),
        ],
        {"s": W1, "t": np.float32(3)},
    ),
}


@pytest.mark.parametrize("name", ARRANGEMENTS)
def test_a_weight_is_what_the_runtime_makes_of_its_constants(name):
    nodes, tensors = ARRANGEMENTS[name]

    with opened_bytes(model(*nodes, node("Conv", ["x", "w"], ["y"]), **tensors)) as found:
        (conv,) = found.operations or ()
        weight = found.tensors[conv.parts["weight"]].load()

    expected = constant_as_run(model(*nodes, output="w", **tensors))
    np.testing.assert_array_equal(weight, expected)


def test_a_constant_of_many_steps_is_not_followed():
    nodes = [node("Add", [f"s{step}"] * 2, [f"s{step + 1}"]) for step in range(30)]
    file = model(*nodes, node("Conv", ["x", "s30"], ["y"]), s0=W1)

    assert operations(file)[-1].settings["type"] == "conv of computed weights"


def test_a_constant_that_would_become_large_is_not_made():
    file = model(
        node("Mul", ["a", "b"], ["w"]), node("Conv", ["x", "w"], ["y"]),
        a=np.ones((9_000, 1, 1, 1), np.float32), b=np.ones((1, 9_000, 1, 1), np.float32),
    )  # fmt: skip

    assert operations(file)[-1].settings["type"] == "conv of computed weights"


def test_a_constant_added_to_each_map_is_the_bias():
    nodes = node("Conv", ["x", "w"], ["t"]), node("Add", ["b", "t"], ["y"])

    with opened_bytes(model(*nodes, w=W1, b=B1.reshape(1, 4, 1, 1))) as found:
        (conv,) = found.operations or ()
        np.testing.assert_array_equal(found.tensors[conv.parts["bias"]].load(), B1)


@pytest.mark.parametrize("shape", [(4,), (1, 1, 4, 1), (4, 1), (2, 4, 1, 1)])
def test_a_constant_along_another_axis_is_no_bias(shape):
    nodes = node("Conv", ["x", "w"], ["t"]), node("Add", ["t", "b"], ["y"])

    assert "bias" not in operations(model(*nodes, w=W1, b=np.ones(shape, np.float32)))[0].parts


def test_a_sum_whose_maps_are_read_elsewhere_too_is_no_bias():
    nodes = (
        node("Conv", ["x", "w"], ["t"]), node("Add", ["t", "b"], ["y"]), node("Relu", ["t"], ["z"]),
    )  # fmt: skip

    assert "bias" not in operations(model(*nodes, w=W1, b=B1.reshape(4, 1, 1)))[0].parts


def test_scales_of_the_input_are_told_with_their_figures():
    nodes = (
        node("Sub", ["x", "m"], ["a"]), node("Div", ["a", "d"], ["b"]), node("Conv", ["b", "w"], ["y"]),
    )  # fmt: skip
    means = np.array([1, 2, 3], np.float32).reshape(3, 1, 1)

    with opened_bytes(model(*nodes, w=W1, m=means, d=np.float32(2))) as found:
        (chain,) = found.chains

    assert [each.kind for each in chain] == ["input_scale", "input_scale", "conv"]
    assert [each.settings for each in chain[:2]] == [
        {"scale": (1.0,), "offset": (-1.0, -2.0, -3.0)},
        {"scale": (0.5,), "offset": (0.0,)},
    ]


def test_silu_in_two_nodes_is_one_activation():
    nodes = (
        node("Conv", ["x", "w"], ["t"]), node("Sigmoid", ["t"], ["g"]), node("Mul", ["t", "g"], ["y"]),
    )  # fmt: skip

    assert kinds(model(*nodes, w=W1)) == [["conv", "activation"]]


def conv(read: str, made: str, weight: str):
    return node("Conv", [read, weight], [made])


@pytest.mark.parametrize(
    ("between", "expected"),
    [
        ([], True),
        ([node("Relu", ["t"], ["u"])], True),
        ([node("Dropout", ["t"], ["u"])], True),
        ([node("MaxPool", ["t"], ["u"], kernel_shape=[2, 2])], True),
        ([node("Add", ["t", "x"], ["u"])], False),
        ([node("Concat", ["t", "x"], ["u"], axis=1)], False),
        ([node("Relu", ["t"], ["u"]), node("Sigmoid", ["t"], ["other"])], False),
    ],
)
def test_convolutions_are_in_one_chain_only_if_one_reads_the_other_alone(between, expected):
    nodes = [conv("x", "t", "w"), *between, conv("u" if between else "t", "y", "v")]

    chains = kinds(model(*nodes, w=W1, v=W2))

    assert any(chain.count("conv") == 2 for chain in chains) == expected


@pytest.mark.parametrize(
    "nodes",
    [
        [node("DequantizeLinear", ["q", "s"], ["d"]), conv("x", "y", "d")],
        [
            node("DequantizeLinear", ["q", "s"], ["d"]),
            node("Transpose", ["d"], ["e"], perm=[0, 1, 3, 2]),
            conv("x", "y", "e"),
        ],
        [node("ConvInteger", ["x", "q"], ["y"])],
    ],
)
def test_integer_codes_are_refused_by_the_name_of_their_operator(nodes):
    file = model(*nodes, q=W1.astype(np.int8), s=np.float32(0.1))

    with pytest.raises(UnsupportedWeights, match=r"quantised \((DequantizeLinear|ConvInteger)\)"):
        kinds(file)


@given(st.lists(st.sampled_from([0, 1, 2]), min_size=1, max_size=12))
def test_every_operation_is_in_exactly_one_chain(reads):
    names = ["x"]
    nodes = []
    for step, back in enumerate(reads):
        nodes.append(node("Relu", [names[max(len(names) - 1 - back, 0)]], [f"v{step}"]))
        names.append(f"v{step}")

    with opened_bytes(model(*nodes, w=W1)) as found:
        listed = [id(each) for chain in found.chains for each in chain]

    assert sorted(listed) == sorted(map(id, found.operations or ()))
