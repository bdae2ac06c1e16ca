"""Models made by the onnx package: what their nodes state, and models that ask the parser for much."""

import itertools

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.untrusted.weights.description import Operation
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from tests.untrusted.weights import hostile_files
from tests.untrusted.weights.readers.read_bytes import operations, values

WEIGHT = np.random.RandomState(1).normal(size=(8, 3, 3, 5)).astype(np.float32)


def model(*nodes, tensors=None, **more) -> bytes:
    """Return a model of those nodes; `w` is a weight."""
    stored = [
        numpy_helper.from_array(array, name) for name, array in (tensors or {"w": WEIGHT}).items()
    ]
    graph = helper.make_graph(nodes, "g", [], [], initializer=stored)
    return helper.make_model(graph, **more).SerializeToString()


def only(data: bytes) -> Operation:
    (one,) = operations(data)
    return one


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    "kind",
    [
        "FLOAT", "DOUBLE", "FLOAT16", "BFLOAT16", "FLOAT8E4M3FN", "INT8", "UINT8", "INT16", "INT32",
        "INT64", "UINT64",
    ],
)  # fmt: skip
def test_values_of_every_type_are_read(kind, raw):
    code = getattr(TensorProto, kind)
    rounded = np.round(20 * (abs(WEIGHT) if kind[0] == "U" else WEIGHT))
    stored = rounded.astype(helper.tensor_dtype_to_np_dtype(code))
    tensor = (
        numpy_helper.from_array(stored, "w")
        if raw
        else helper.make_tensor("w", code, stored.shape, stored.ravel())
    )
    graph = helper.make_graph([], "g", [], [], initializer=[tensor])

    found = values(helper.make_model(graph).SerializeToString())

    np.testing.assert_array_equal(found["w"].astype(np.float64), stored.astype(np.float64))


def test_a_convolution_states_how_it_slides():
    node = helper.make_node(
        "Conv",
        ["x", "w"],
        ["y"],
        name="c",
        strides=[2, 1],
        pads=[1, 2, 3, 4],
        dilations=[1, 2],
        group=1,
    )

    conv = only(model(node))

    assert (conv.kind, conv.label, conv.parts) == ("conv", "c", {"weight": "w"})
    assert conv.settings["strides"] == (2, 1)
    assert conv.settings["pads"] == (1, 2, 3, 4)
    assert conv.settings["dilations"] == (1, 2)
    assert conv.settings["order"] == "OIHW"


def test_a_batch_norm_without_a_name_is_called_by_its_output():
    inputs, name = ["x", "scale", "bias", "mean", "variance"], "stem"
    for named, label in (({}, "y"), ({"name": name}, name)):
        node = helper.make_node("BatchNormalization", inputs, ["y"], **named)
        assert only(model(node)).label == label


def test_an_operator_of_a_vendor_with_a_known_name_is_another():
    node = helper.make_node("Conv", ["x", "w"], ["y"], domain="com.microsoft.nchwc")

    assert only(model(node)).kind == "other"


@pytest.mark.parametrize(
    ("word", "settings", "function"),
    [
        ("Relu", {}, "relu"),
        ("LeakyRelu", {}, "leaky_relu"),
        ("HardSwish", {}, "hard_swish"),
        ("Clip", {"min": 0.0, "max": 6.0}, "relu6"),
        ("Clip", {"min": 0.0}, "relu"),
    ],
)
def test_an_activation_is_called_by_its_name(word, settings, function):
    found = only(model(helper.make_node(word, ["x"], ["y"], **settings)))

    assert (found.kind, found.settings["function"]) == ("activation", function)


def test_a_pool_states_its_window():
    found = only(
        model(helper.make_node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3], strides=[2, 2]))
    )

    assert (found.kind, found.settings["function"]) == ("pool", "max")
    assert (found.settings["kernel"], found.settings["strides"]) == ((3, 3), (2, 2))


def external() -> TensorProto:
    tensor = TensorProto(name="w", data_type=1, dims=[16], data_location=TensorProto.EXTERNAL)
    tensor.external_data.add(key="location", value="secret.bin")
    return tensor


def in_initializer():
    return helper.make_graph([], "g", [], [], initializer=[external()])


def in_constant():
    return helper.make_graph(
        [helper.make_node("Constant", [], ["w"], value=external())], "g", [], []
    )


def in_branch():
    branch = helper.make_node(
        "If", ["c"], ["y"], then_branch=in_initializer(), else_branch=in_constant()
    )
    return helper.make_graph([branch], "g", [], [])


@pytest.mark.parametrize("graph", [in_initializer, in_constant, in_branch])
def test_a_model_that_keeps_weights_in_another_file_is_refused(graph):
    with pytest.raises(UnsupportedWeights, match="external data"):
        values(helper.make_model(graph()).SerializeToString())


def test_an_external_tensor_in_a_function_is_refused():
    function = helper.make_function(
        "d", "f", ["x"], ["w"], [helper.make_node("Constant", [], ["w"], value=external())],
        [helper.make_opsetid("", 17)],
    )  # fmt: skip
    node = helper.make_node("f", ["x"], ["y"], domain="d")

    with pytest.raises(UnsupportedWeights, match="external data"):
        values(model(node, functions=[function]))


def functions(count: int, last: str) -> list[onnx.FunctionProto]:
    """Return functions that each call the one before twice; the first calls `last`."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("d", 1)]
    names = [last, *(f"f{number}" for number in range(count))]
    return [
        helper.make_function(
            "d", name, ["x"], ["y"],
            [helper.make_node(before, ["x"], ["t"], domain="d" if before[0] == "f" else ""),
             helper.make_node(before, ["t"], ["y"], domain="d" if before[0] == "f" else "")],
            opsets,
        )
        for before, name in itertools.pairwise(names)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("last", "words"), [("Relu", "more than 20,000 nodes"), ("f3", "calls itself")]
)
def test_functions_are_counted_before_they_are_put_in_place(last, words):
    node = helper.make_node("f24", ["x"], ["y"], domain="d")

    with pytest.raises(UnsupportedWeights, match=words):
        values(model(node, functions=functions(25, last)))


def nested(depth: int) -> bytes:
    graph = b""
    for _ in range(depth):
        attribute = hostile_files.field(1, b"then_branch") + hostile_files.field(6, graph)
        graph = hostile_files.field(
            1, hostile_files.field(4, b"If") + hostile_files.field(5, attribute)
        )
    return b"\x08\x09" + hostile_files.field(7, graph)


def of_dims() -> bytes:
    return b"\x08\x09" + hostile_files.field(
        7, hostile_files.field(5, hostile_files.field(1, b"\1" * 400_000))
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"\x08\x09" + hostile_files.field(7, b"\x0a\x00" * 400_000), UnsupportedWeights),
        (b"\x08\x09" + hostile_files.field(7, b"\x2a\x00" * 400_000), UnsupportedWeights),
        (of_dims(), UnsupportedWeights),
        (nested(2_000), UnsupportedWeights),
        (hostile_files.onnx_of_varints(), BrokenWeights),
        (hostile_files.onnx_of_long_names(), UnsupportedWeights),
        (b"\x08\x09\x3a\xff\x01", BrokenWeights),
    ],
    ids=["nodes", "initializers", "dims", "nested", "varints", "names", "cut"],
)
def test_what_would_take_much_is_refused_by_counting(data, error):
    with pytest.raises(error):
        values(data)
