"""The weights of both layers as a file, with the names of the PyTorch module's state dict."""

import io

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports.safetensors_writer import write_safetensors
from app.lab.pieces.stack_facts import Layer, layers_of

FORMS = ("safetensors", "npz")


def weights_file(stack: StackSpec, banks: tuple[FilterBank, FilterBank], form: str) -> bytes:
    """Return the weights as applied, (F, C // groups, kh, kw): flipped if the stack flips its kernels."""
    arrays: dict[str, Float] = {}
    facts: dict[str, int] = {}
    for layer, bank in zip(layers_of(stack), banks, strict=True):
        held = _held(bank)
        arrays |= {name: held[which] for name, which in state_names(layer).items()}
        facts |= _facts(layer)
    if form == "safetensors":
        return write_safetensors(arrays, {name: str(fact) for name, fact in facts.items()})
    file = io.BytesIO()
    np.savez(file, **arrays, **facts)  # type: ignore[arg-type]
    return file.getvalue()


def state_names(layer: Layer) -> dict[str, str]:
    """Return the names of a layer's weights in the PyTorch module's state dict, each with its content.

    The content is `full` (one bank), `kernels` or `pointwise` (two factors), or `bias`.
    """
    if layer.between:
        parts = {f"{layer.name}_{held}.weight": held for held in ("kernels", "pointwise")}
        last = f"{layer.name}_{'pointwise' if layer.spec.kind == 'separable' else 'kernels'}"
    else:
        parts, last = {f"{layer.name}.weight": "full"}, layer.name
    return parts | ({f"{last}.bias": "bias"} if layer.spec.bias else {})


def _facts(layer: Layer) -> dict[str, int]:
    """Return what the shapes of the weights do not tell, so that an import reads them as the same layer."""
    facts = {}
    if layer.number == 1 and (layer.groups > 1 or layer.spec.kind == "separable"):
        facts["layer1.channels"] = layer.channels
    if layer.between and not layer.spec.bias:  # the factor that has the bias is the last
        facts[f"{layer.name}.kernels_first"] = int(layer.spec.kind == "separable")
    return facts


def _held(bank: FilterBank) -> dict[str, Float]:
    held = {"bias": bank.bias}
    if bank.pointwise is None:
        return held | {"full": bank.weight}  # only the kernels of each group, as in PyTorch
    return held | {"kernels": bank.weight, "pointwise": bank.pointwise[:, :, None, None]}
