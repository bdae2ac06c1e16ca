"""The graph of an ONNX model: its initializers and constants, and the convolutions that read them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from app.messages import sentence
from app.untrusted.weights.convolution import Convolution, Placement
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.onnx.values import read_tensor
from app.untrusted.weights.onnx.wire import Field, fields
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import Tensor

# Field numbers of ModelProto, GraphProto, NodeProto and AttributeProto.
_GRAPH = 7
_NODE, _INITIALIZER, _SPARSE = 1, 5, 15
_INPUT, _OUTPUT, _OP_TYPE, _ATTRIBUTE = 1, 2, 4, 5
_NAME, _INT, _TEXT, _TENSOR, _INTS = 1, 3, 4, 5, 8

_CONVOLUTIONS = ("Conv", "FusedConv")
_MOST_INPUTS = 3  # picture, weight, bias
_MOST_NUMBERS = 4  # of one setting: the pads
_QUANTISED = ("QLinearConv", "ConvInteger")
_VERSIONS = range(1, 32)  # versions of the format, with which a model starts


@dataclass
class _Node:
    """A node; its names are read only where they are needed."""

    inputs: list[Field] = field(default_factory=list)
    outputs: list[Field] = field(default_factory=list)
    op_type: str = ""
    attributes: list[Field] = field(default_factory=list)


def starts_onnx(head: bytes) -> bool:
    """Return whether a file starts like an ONNX model: with the version of the format."""
    return len(head) > 2 and head[0] == 8 and head[1] in _VERSIONS


def read_onnx(source: Source, limits: Limits) -> tuple[list[Tensor], tuple[Convolution, ...]]:
    """Return the tensors of the model, and the convolutions among them in the order of the graph.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    graphs = [each for each in fields(source, 0, source.size) if each.number == _GRAPH]
    if len(graphs) != 1 or not graphs[0].framed:
        raise BrokenWeights(
            sentence("The model has no graph, or several; the same weights saved again would work.")
        )
    names = NameBudget(limits)
    tensors, nodes = _contents(source, graphs[0], limits, names)
    found = {tensor.name: tensor for tensor in tensors if tensor.numeric}
    convolutions: dict[str, Convolution] = {}
    for node in nodes:
        inputs = [each.name(source, names) for each in node.inputs[1:]]
        weight, *biases = [found.get(name) for name in inputs if name] or [None]
        if weight and len(weight.shape) == 4 and weight.size and None not in biases:
            bias = biases[0].name if biases and biases[0] else None
            convolutions.setdefault(weight.name, _convolution(source, node, weight, bias))
    return tensors, tuple(convolutions.values())


def _contents(
    source: Source, graph: Field, limits: Limits, names: NameBudget
) -> tuple[list[Tensor], list[_Node]]:
    """Return the tensors of a graph and its convolution nodes."""
    tensors: list[Tensor] = []
    nodes: list[_Node] = []
    for part in fields(source, graph.start, graph.end):
        if part.number == _INITIALIZER:
            tensors.append(read_tensor(source, part.start, part.end, names))
        elif part.number == _NODE:
            node = _node(source, part)
            if node.op_type in _QUANTISED:
                raise UnsupportedWeights(
                    sentence(
                        "The convolutions of the model are quantised ({operator}), so its weights are "
                        "not the numbers it computes with; the model before that would work.",
                        operator=node.op_type,
                    )
                )
            nodes += [node] if node.op_type in _CONVOLUTIONS else []
            tensors += _constant(source, node, names)
        if len(tensors) > limits.max_tensors or len(nodes) > limits.max_tensors:
            raise UnsupportedWeights(
                sentence(
                    "The model holds more than {most:,} tensors; fewer would work.",
                    most=limits.max_tensors,
                )
            )
    return tensors, nodes


def _node(source: Source, part: Field) -> _Node:
    node = _Node()
    for each in fields(source, part.start, part.end):
        if each.number == _INPUT:
            node.inputs += [each] if len(node.inputs) < _MOST_INPUTS else []
        elif each.number == _OUTPUT:
            node.outputs = node.outputs or [each]
        elif each.number == _OP_TYPE:
            node.op_type = each.word(source)
        elif each.number == _ATTRIBUTE:
            node.attributes.append(each)
    return node


def _constant(source: Source, node: _Node, names: NameBudget) -> Iterator[Tensor]:
    """Yield the tensor of a Constant node."""
    if node.op_type == "Constant" and node.outputs:
        name = node.outputs[0].name(source, names)
        for attribute in node.attributes:
            for each in fields(source, attribute.start, attribute.end):
                if each.number == _TENSOR:
                    yield read_tensor(source, each.start, each.end, names, name=name)


def _convolution(source: Source, node: _Node, weight: Tensor, bias: str | None) -> Convolution:
    numbers = {"group": [1], "strides": [1, 1], "dilations": [1, 1], "pads": [0, 0, 0, 0]}
    auto_pad = Placement.auto_pad
    for attribute in node.attributes:
        name, values = _attribute(source, attribute)
        if name == "auto_pad":
            auto_pad = "".join(each.word(source) for each in values[-1:])
        if name not in numbers:
            continue
        ints = [
            number
            for each in values
            if each.number != _TEXT
            for number in each.numbers(source, most=_MOST_NUMBERS)
        ]
        if len(ints) != len(numbers[name]) or min(ints) < (name != "pads"):
            raise BrokenWeights(
                sentence(
                    "A convolution of the model has impossible {name}; the same weights saved again "
                    "would work.",
                    name=name,
                )
            )
        numbers[name] = ints
    return Convolution(
        name=weight.name,
        stored=cast("tuple[int, int, int, int]", weight.shape),
        order="OIHW",
        bias=bias,
        groups=numbers["group"][0],
        placement=Placement(
            strides=tuple(numbers["strides"]),
            dilations=tuple(numbers["dilations"]),
            pads=tuple(numbers["pads"]),
            auto_pad=auto_pad,
        ),
    )


def _attribute(source: Source, attribute: Field) -> tuple[str, list[Field]]:
    """Return the name of a setting, and the fields of its numbers or of its text."""
    name, values = "", list[Field]()
    for each in fields(source, attribute.start, attribute.end):
        if each.number == _NAME:
            name = each.word(source)
        elif each.number in (_INT, _INTS, _TEXT):
            values += [each] if len(values) <= _MOST_NUMBERS else []
    return name, values
