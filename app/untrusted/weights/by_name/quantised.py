"""Refuses weights that are codes of a quantised model: their values are not those that the model computes with."""

import re
from collections.abc import Mapping

from app.messages import sentence
from app.untrusted.weights.by_name.numbers import summary
from app.untrusted.weights.description import Description, Tensor
from app.untrusted.weights.errors import UnsupportedWeights

_CODES = re.compile(r"u?int[248]|float8\w*|float4\w*")
_OF_CODES = re.compile(
    r"(scales?|zero_?points?|qzeros|absmax|packed_params|scale_inv)$", re.IGNORECASE
)
_LAST_WORD = re.compile(r"[^./]*$")


def refuse_quantised(description: Description) -> None:
    """Refuse filters that are codes: 8 bits or fewer, with a scale or zero point of their layer.

    In safetensors, integers of 8 bits are always codes: a state dict has no other use for them.

    Raises:
        UnsupportedWeights: names the tensor.
    """
    for tensor in description.tensors.values():
        if len(tensor.shape) != 4 or not _CODES.fullmatch(tensor.dtype):
            continue
        is_integer = "int" in tensor.dtype
        if (description.format == "safetensors" and is_integer) or _has_scale(
            tensor, description.tensors
        ):
            raise UnsupportedWeights(
                sentence(
                    "{tensor} is quantised: its values are codes, not weights; the same model saved "
                    "in float32, before it was quantised, would work.",
                    tensor=summary(tensor),
                )
            )


def _has_scale(tensor: Tensor, tensors: Mapping[str, Tensor]) -> bool:
    layer = _LAST_WORD.sub("", tensor.name)
    return any(
        _OF_CODES.search(name)
        and (name.startswith(tensor.name) or (layer and name.startswith(layer)))
        for name in tensors
    )
