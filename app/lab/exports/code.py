"""The frameworks that a stack can be written for."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports.code_context import code_context
from app.lab.exports.render import render
from app.lab.pieces.stack_facts import Source


@dataclass(frozen=True)
class Framework:
    """A framework: what it is called, what its code needs, and the template of that."""

    title: str
    needs: str
    template: str

    def write(
        self, stack: StackSpec, muted: Iterable[int], banks: Iterable[FilterBank], source: Source
    ) -> str:
        """Return the script that rebuilds a pass and compares it with the page's."""
        return render(self.template, code_context(stack, muted, banks, source))


FRAMEWORKS = {
    "keras": Framework("Keras", "Keras 3 with TensorFlow, JAX or PyTorch", "stack_keras.py.jinja"),
    "pytorch": Framework("PyTorch", "PyTorch and NumPy", "stack_pytorch.py.jinja"),
    "numpy": Framework(
        "Plain NumPy", "NumPy alone; every sum is written out", "stack_numpy.py.jinja"
    ),
}
