"""Local functions of an ONNX model, put in place of the nodes that call them, if not too many nodes come of it."""

from collections.abc import Iterable

import onnx
from onnx import inliner

from app.messages import sentence
from app.untrusted.weights.errors import UnsupportedWeights

_MOST_NODES = 20_000

Key = tuple[str, str]


def inlined_nodes(model: onnx.ModelProto) -> list[onnx.NodeProto]:
    """Return the nodes of a model's graph, without calls of its own functions.

    Raises:
        UnsupportedWeights: they would be too many, or functions call one another in a circle.
    """
    functions = {(each.domain, each.name): each for each in model.functions}
    if _counted(model.graph.node, functions, {}, ()) > _MOST_NODES:
        raise UnsupportedWeights(
            sentence(
                "The model has more than {most:,} nodes; fewer would work.",
                most=_MOST_NODES,
            )
        )
    if not functions:
        return list(model.graph.node)
    # Without its weights, which the inliner would copy several times.
    skeleton = onnx.ModelProto(ir_version=model.ir_version, functions=model.functions)
    skeleton.opset_import.extend(model.opset_import)
    skeleton.graph.node.extend(model.graph.node)
    skeleton.graph.input.extend(model.graph.input)
    skeleton.graph.output.extend(model.graph.output)
    return list(inliner.inline_local_functions(skeleton).graph.node)


def _counted(
    nodes: Iterable[onnx.NodeProto],
    functions: dict[Key, onnx.FunctionProto],
    known: dict[Key, int],
    inside: tuple[Key, ...],
) -> int:
    count = 0
    for node in nodes:
        key = (node.domain, node.op_type)
        graphs = [each.g for each in node.attribute if each.HasField("g")]
        count += 1 + sum(_counted(graph.node, functions, known, inside) for graph in graphs)
        if key not in functions:
            continue
        if key in inside:
            raise UnsupportedWeights(
                sentence("A function of the model calls itself; one that does not would work.")
            )
        if key not in known:
            known[key] = _counted(functions[key].node, functions, known, (*inside, key))
        count += known[key]
    return count
