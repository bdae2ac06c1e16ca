"""The weights of both layers as a file: by the names of the PyTorch module's state dict."""

import io

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports.pytorch_code import state_names
from app.lab.pieces.stack_facts import layers_of
from app.untrusted.weights.safetensors import write_safetensors

FORMS = ("safetensors", "npz")


def weights_file(stack: StackSpec, banks: tuple[FilterBank, FilterBank], form: str) -> bytes:
    """Return the weights as they are applied: turned where the kernels are, (F, C / groups, kh, kw)."""
    arrays: dict[str, Float] = {}
    for layer, bank in zip(layers_of(stack), banks, strict=True):
        held = _held(bank)
        arrays |= {name: held[which] for name, which in state_names(layer).items()}
    if form == "safetensors":
        return write_safetensors(arrays)
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def _held(bank: FilterBank) -> dict[str, Float]:
    held = {"bias": bank.bias}
    if bank.pointwise is None:
        return held | {"full": bank.weight}  # of each group its own, as PyTorch has them
    return held | {"kernels": bank.weight, "pointwise": bank.pointwise[:, :, None, None]}
