"""One layer of any kind, with its activation and its pool, as nodes of ONNX Runtime. For the tests."""

from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

PAD_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
ACTIVATIONS: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "leaky_relu": ("LeakyRelu", {"alpha": 0.01}),
    "elu": ("Elu", {"alpha": 1.0}),
    "gelu": ("Gelu", {"approximate": "none"}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
}


class Graph:
    """Nodes one after another."""

    def __init__(self):
        self.nodes, self.tensors, self.last = [], [], "x"

    def then(self, operation, *arrays, **settings):
        inputs = [self.last]
        for array in arrays:
            inputs.append(f"tensor{len(self.tensors)}")
            self.tensors.append(numpy_helper.from_array(array, inputs[-1]))
        self.last = f"value{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, inputs, [self.last], **settings))
        return self.last


def run(x, bank, spec):
    """Return the pre-activations and the output of a layer, computed by ONNX Runtime."""
    graph = Graph()
    before = _convolve(graph, bank, spec, x.shape)
    after = _pool(graph, spec, _activate(graph, spec.activation))
    wanted = list(dict.fromkeys((before, after)))
    results = dict(zip(wanted, _run(graph, x[None], wanted), strict=True))
    return results[before][0], results[after][0]


def _convolve(graph, bank, spec, shape):
    channels = shape[0]
    if spec.kind == "pointwise_first":
        graph.then("Conv", bank.pointwise[:, :, None, None])
    _pad(graph, spec, shape[1:])
    groups = {
        "standard": spec.groups,
        "depthwise": channels,
        "separable": channels,
        "pointwise_first": spec.filters,
    }
    bias = [] if spec.kind == "separable" else [bank.bias]
    strides, dilations = [spec.stride] * 2, [spec.dilation] * 2
    settings = {"strides": strides, "dilations": dilations, "group": groups[spec.kind]}
    last = graph.then("Conv", bank.weight, *bias, **settings)
    if spec.kind == "separable":
        last = graph.then("Conv", bank.pointwise[:, :, None, None], bank.bias)
    return last


def _pad(graph, spec, input_hw):
    (top, bottom), (left, right) = spec.padding_hw(*input_hw)
    if top or bottom or left or right:
        pads = np.array([0, 0, top, left, 0, 0, bottom, right], np.int64)
        graph.then("Pad", pads, mode=PAD_MODES[spec.padding_mode])


def _activate(graph, name):
    if name == "linear":
        return graph.last
    if name == "silu":
        before = graph.last
        graph.then("Sigmoid")
        last = f"value{len(graph.nodes)}"
        graph.nodes.append(helper.make_node("Mul", [before, graph.last], [last]))
        graph.last = last
        return last
    operation, settings = ACTIVATIONS[name]
    return graph.then(operation, **settings)


def _pool(graph, spec, last):
    if spec.pool == "none":
        return last
    operation = "MaxPool" if spec.pool == "max" else "AveragePool"
    sides = [spec.pool_size] * 2
    return graph.then(operation, kernel_shape=sides, strides=sides)


def _run(graph, batch, wanted):
    made = helper.make_graph(
        graph.nodes,
        "layer",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, batch.shape)],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in wanted],
        graph.tensors,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(wanted, {"x": batch})
