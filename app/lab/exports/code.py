"""The frameworks that a stack can be written for."""

from collections.abc import Callable
from dataclasses import dataclass

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports.keras_code import keras_code
from app.lab.exports.numpy_code import numpy_code
from app.lab.exports.pytorch_code import pytorch_code
from app.lab.pieces.stack_facts import Source

Write = Callable[[StackSpec, frozenset[int], tuple[FilterBank, FilterBank], Source], str]


@dataclass(frozen=True)
class Framework:
    """A framework: what it is called, what its code needs, and who writes it."""

    title: str
    needs: str
    write: Write


FRAMEWORKS = {
    "keras": Framework("Keras", "Keras 3 with TensorFlow, JAX or PyTorch", keras_code),
    "pytorch": Framework("PyTorch", "PyTorch and NumPy", pytorch_code),
    "numpy": Framework("Plain NumPy", "NumPy alone; every sum is written out", numpy_code),
}
