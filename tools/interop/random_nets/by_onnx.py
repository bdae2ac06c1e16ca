"""Makes and saves a net with ONNX's own functions, and runs it with ONNX Runtime."""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from app.engine.arrays import Float
from tools.interop.random_nets.net import Layer, Net
from tools.interop.random_nets.numbers import Numbers

OPERATORS = {
    "relu": "Relu",
    "leaky_relu": "LeakyRelu",  # its slope is 0.01 unless stated
    "elu": "Elu",
    "gelu": "Gelu",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "hard_swish": "HardSwish",
}
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge"}


def save(net: Net, picture: Float, path: Path) -> dict[str, Float]:
    """Write the file of a net; return the maps of its layers."""
    graph = _Graph(net)
    ends: dict[str, str] = {}
    x, channels = graph.scaled("x") if net.scaled else "x", net.channels
    for number, layer in enumerate(net.layers):
        if layer.kind == "separable":
            between = channels * layer.multiplier
            x = graph.conv(x, layer, (channels, between, channels), bias=False)
            ends[f"{number}.depthwise"] = x
            x = graph.pointwise(x, layer, between)
        else:
            groups = channels if layer.kind == "depthwise" else layer.groups
            x = graph.conv(x, layer, (channels, layer.filters, groups), bias=layer.bias)
        x = ends[str(number)] = graph.after(x, layer)
        channels = layer.filters
    model = graph.model([x])
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return _run(graph.model(list(ends.values())), picture, list(ends))


def _run(model: onnx.ModelProto, picture: Float, names: list[str]) -> dict[str, Float]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    outputs = session.run(None, {"x": picture[None]})
    return {name: output[0] for name, output in zip(names, outputs, strict=True)}


class _Graph:
    """A graph in the making. Names of tensors are numbers; operations return the name of their output."""

    def __init__(self, net: Net) -> None:
        self._net = net
        self._draw = random.Random(net.seed)
        self._numbers = Numbers(net.seed)
        self._nodes: list[onnx.NodeProto] = []
        self._held: list[onnx.TensorProto] = []
        self._count = 0

    def scaled(self, x: str) -> str:
        """Scale the picture."""
        shape = (1, self._net.channels, 1, 1)
        mean = np.linspace(0.4, 0.5, self._net.channels, dtype=np.float32).reshape(shape)
        x = self._add("Sub", x, self._constant(mean))
        return self._add("Div", x, self._constant(np.full(shape, 0.25, np.float32)))

    def conv(self, x: str, layer: Layer, sizes: tuple[int, int, int], *, bias: bool) -> str:
        """Add a convolution; `sizes` are its channels, filters and groups."""
        channels, filters, groups = sizes
        pads = [layer.padding] * 4 if isinstance(layer.padding, int) else None
        if pads and any(pads) and (layer.padding_mode != "zeros" or self._draw.random() < 0.3):
            x = self._padded(x, layer)
            pads = None
        auto = {"same": "SAME_UPPER", "valid": "VALID"}.get(str(layer.padding))
        if auto == "SAME_UPPER" and layer.dilation > 1:
            auto, pads = None, [layer.dilation * (layer.kernel - 1) // 2] * 4
        each = channels // groups
        reads = each * layer.kernel**2
        weight = self._numbers.weight(filters, each, layer.kernel, layer.kernel, reads=reads)
        return self._with_bias(
            bias,
            filters,
            [x, self._constant(weight)],
            strides=[layer.stride] * 2,
            dilations=[layer.dilation] * 2,
            group=groups,
            **({"auto_pad": auto} if auto else {"pads": pads} if pads else {}),
        )

    def pointwise(self, x: str, layer: Layer, channels: int) -> str:
        """Add the second factor of a separable layer."""
        weight = self._numbers.weight(layer.filters, channels, 1, 1, reads=channels)
        return self._with_bias(layer.bias, layer.filters, [x, self._constant(weight)])

    def after(self, x: str, layer: Layer) -> str:
        """Add BatchNorm, activation and pool of a layer."""
        if layer.batch_norm:
            vectors = map(self._constant, self._numbers.batch_norm(layer.filters))
            x = self._add("BatchNormalization", x, *vectors, epsilon=1e-3)
        x = self._activated(x, layer.activation)
        if self._draw.random() < 0.2:
            x = self._add("Dropout", x)
        if layer.pool == "none":
            return x
        return self._add(
            "MaxPool" if layer.pool == "max" else "AveragePool",
            x,
            kernel_shape=[layer.pool_size] * 2,
            strides=[layer.pool_stride] * 2,
        )

    def model(self, outputs: list[str]) -> onnx.ModelProto:
        """Return the model with these outputs."""
        value = helper.make_tensor_value_info
        graph = helper.make_graph(
            self._nodes,
            "random net",
            [value("x", TensorProto.FLOAT, [1, self._net.channels, None, None])],
            [value(name, TensorProto.FLOAT, [1, None, None, None]) for name in outputs],
            initializer=self._held,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)

    def _activated(self, x: str, activation: str) -> str:
        if activation == "silu":
            return self._add("Mul", x, self._add("Sigmoid", x))
        if activation == "relu6":
            ends = [self._constant(np.array(end, np.float32)) for end in (0, 6)]
            return self._add("Clip", x, *ends)
        return x if activation == "linear" else self._add(OPERATORS[activation], x)

    def _padded(self, x: str, layer: Layer) -> str:
        assert isinstance(layer.padding, int)
        sides = np.array([0, 0, layer.padding, layer.padding] * 2, np.int64)
        return self._add("Pad", x, self._initializer(sides), mode=MODES[layer.padding_mode])

    def _with_bias(self, bias: bool, filters: int, inputs: list[str], **settings: Any) -> str:
        if not bias:
            return self._add("Conv", *inputs, **settings)
        values = self._numbers.bias(filters)
        if self._draw.random() < 0.6:
            return self._add("Conv", *inputs, self._constant(values), **settings)
        added = [self._add("Conv", *inputs, **settings), self._constant(values.reshape(-1, 1, 1))]
        self._draw.shuffle(added)
        return self._add("Add", *added)

    def _constant(self, values: Float) -> str:
        """Hold a constant in one of the ways that exporters have."""
        ways: list[Callable[[Float], str]] = [self._initializer, self._initializer, self._node]
        ways += [self._identity, self._reshaped]
        if values.ndim == 4:
            ways.append(self._transposed)
        return self._draw.choice(ways)(values)

    def _initializer(self, values: NDArray[Any]) -> str:
        name = self._new_name()
        self._held.append(numpy_helper.from_array(values, name))
        return name

    def _node(self, values: Float) -> str:
        return self._add("Constant", value=numpy_helper.from_array(values))

    def _identity(self, values: Float) -> str:
        return self._add("Identity", self._initializer(values))

    def _reshaped(self, values: Float) -> str:
        shape = np.array(values.shape, np.int64)
        return self._add("Reshape", self._initializer(values.ravel()), self._initializer(shape))

    def _transposed(self, values: Float) -> str:
        held = np.ascontiguousarray(values.transpose(2, 3, 1, 0))
        return self._add("Transpose", self._initializer(held), perm=[3, 2, 0, 1])

    def _add(self, operator: str, *inputs: str, **settings: Any) -> str:
        name = self._new_name()
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **settings))
        return name

    def _new_name(self) -> str:
        self._count += 1
        return f"t{self._count}"
