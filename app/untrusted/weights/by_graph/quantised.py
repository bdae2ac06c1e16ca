"""Refuses graphs whose convolutions compute with integer codes: the weights are not the numbers in the file."""

from collections.abc import Sequence

from app.messages import sentence
from app.untrusted.weights.by_graph.graph import makers
from app.untrusted.weights.description import Operation
from app.untrusted.weights.errors import UnsupportedWeights

_CODES = ("QLinearConv", "ConvInteger", "com.microsoft.QLinearConv")
_PASSING = ("Identity", "Transpose", "Reshape", "Cast", "Squeeze", "Unsqueeze")
_DEQUANTISERS = ("DequantizeLinear", "com.microsoft.DequantizeLinear")
_MOST_STEPS = 16


def refuse_quantised(operations: Sequence[Operation]) -> None:
    """Refuse integer-quantised convolutions.

    Raises:
        UnsupportedWeights: there is one; the message names its operator.
    """
    made = makers(operations)
    for each in operations:
        word = str(each.settings.get("type", ""))
        if word in _CODES:
            raise _refused(word)
        if each.kind in ("conv", "transposed") and "weight" in each.parts:
            source = _source(each.parts["weight"], operations, made)
            if source in _DEQUANTISERS:
                raise _refused(source)


def _source(name: str, operations: Sequence[Operation], made: dict[str, int]) -> str:
    """Return the operator that makes a weight, seen through those that only arrange it."""
    for _ in range(_MOST_STEPS):
        place = made.get(name)
        if place is None:
            return ""
        word = str(operations[place].settings.get("type", ""))
        if word not in _PASSING or not operations[place].reads:
            return word
        name = operations[place].reads[0]
    return ""


def _refused(operator: str) -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The convolutions of the model are quantised ({operator}), so its weights are "
            "not the numbers it computes with; the model before that would work.",
            operator=operator,
        )
    )
