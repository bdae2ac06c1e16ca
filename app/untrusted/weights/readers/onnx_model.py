"""ONNX, parsed by its own package: the tensors and constants of the graph, and its nodes as operations."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from app.messages import sentence
from app.untrusted.weights.description import Description, Operation
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.readers.onnx_counts import check_counts
from app.untrusted.weights.readers.onnx_inlined import inlined_nodes
from app.untrusted.weights.readers.onnx_nodes import operation
from app.untrusted.weights.readers.tensors import Tensors, dtype_name, nbytes, refusing

_SCALARS = ("value_float", "value_floats", "value_int", "value_ints")


def read_onnx(data: bytes, limits: Limits) -> Description:
    """Describe a model. Nothing of it is executed, and no other file is opened.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    check_counts(data)
    with refusing("ONNX"):
        model = onnx.ModelProto.FromString(data)
        for tensor in _tensors(model):
            _check_whole(tensor)
        if not model.HasField("graph"):
            raise BrokenWeights(
                sentence("The model has no graph; the same weights saved again would work.")
            )
        nodes = inlined_nodes(model)
        return _described(model.graph.initializer, nodes, limits)


def _described(
    initializers: Iterable[onnx.TensorProto], nodes: list[onnx.NodeProto], limits: Limits
) -> Description:
    tensors = Tensors("ONNX", limits)
    for each in initializers:
        _add(tensors, each.name, each)
    operations: list[Operation] = []
    for node in nodes:
        constant = _constant(node)
        if constant is not None and node.output:
            _add(tensors, node.output[0], constant)
        elif node.op_type != "Constant":
            operations.append(operation(node, tensors.found))
    return Description(format="ONNX", tensors=tensors.found, operations=tuple(operations))


def _add(tensors: Tensors, name: str, tensor: onnx.TensorProto) -> None:
    shape = tuple(tensor.dims)
    try:
        stored = np.dtype(helper.tensor_dtype_to_np_dtype(tensor.data_type))
    except (KeyError, TypeError, ValueError) as error:
        raise UnsupportedWeights(
            sentence(
                "A tensor of the model has the unknown type {type}; float32 would work.",
                type=tensor.data_type,
            )
        ) from error
    dtype = "str" if tensor.data_type == onnx.TensorProto.STRING else dtype_name(stored)
    tensors.add(name, shape, dtype, nbytes(shape, stored), partial(_load, tensor))


def _load(tensor: onnx.TensorProto) -> NDArray[Any]:
    return np.asarray(numpy_helper.to_array(tensor))


def _constant(node: onnx.NodeProto) -> onnx.TensorProto | None:
    if node.op_type != "Constant" or node.domain not in ("", "ai.onnx"):
        return None
    for each in node.attribute:
        if each.name == "value":
            value: onnx.TensorProto = each.t
            return value
        if each.name in _SCALARS:
            kind = onnx.TensorProto.FLOAT if "float" in each.name else onnx.TensorProto.INT64
            array = np.asarray(
                helper.get_attribute_value(each), helper.tensor_dtype_to_np_dtype(kind)
            )
            return numpy_helper.from_array(array)
    return None


def _tensors(model: onnx.ModelProto) -> Iterator[onnx.TensorProto]:
    """Yield every tensor of a model, those of nodes in graphs and functions too."""
    yield from _tensors_of(model.graph)
    for function in model.functions:
        yield from _tensors_of_nodes(function.node)
        yield from _tensors_of_attributes(function.attribute_proto)


def _tensors_of(graph: onnx.GraphProto) -> Iterator[onnx.TensorProto]:
    yield from graph.initializer
    for sparse in graph.sparse_initializer:
        yield from (sparse.values, sparse.indices)
    yield from _tensors_of_nodes(graph.node)


def _tensors_of_nodes(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.TensorProto]:
    for node in nodes:
        yield from _tensors_of_attributes(node.attribute)


def _tensors_of_attributes(
    attributes: Iterable[onnx.AttributeProto],
) -> Iterator[onnx.TensorProto]:
    for each in attributes:
        yield from (each.t, *each.tensors)
        for sparse in (each.sparse_tensor, *each.sparse_tensors):
            yield from (sparse.values, sparse.indices)
        for graph in (each.g, *each.graphs):
            if graph.node or graph.initializer or graph.sparse_initializer:
                yield from _tensors_of(graph)


def _check_whole(tensor: onnx.TensorProto) -> None:
    if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise UnsupportedWeights(
            sentence(
                "The model keeps its weights in another file (external data), and other files "
                "are never opened; a model saved in one file would work."
            )
        )
    if tensor.HasField("segment"):
        raise UnsupportedWeights(
            sentence("The model cuts a tensor in segments; a whole one would work.")
        )
