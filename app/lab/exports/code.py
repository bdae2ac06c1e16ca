"""The frameworks for which a stack can be exported as code."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.exports.code_context import code_context
from app.lab.exports.render import render
from app.lab.pieces.stack_facts import Source
from app.messages import Message, sentence


@dataclass(frozen=True)
class Framework:
    """A framework: its name, the packages that its code needs, and the template of the code."""

    title: Message | str
    needs: Message
    template: str

    def write(
        self, stack: StackSpec, muted: Iterable[int], banks: Iterable[FilterBank], source: Source
    ) -> str:
        """Return the script that rebuilds a pass and compares it with the numbers of the page."""
        return render(self.template, code_context(stack, muted, banks, source))


FRAMEWORKS = {
    "keras": Framework(
        "Keras", sentence("Keras 3 with TensorFlow, JAX or PyTorch"), "stack_keras.py.jinja"
    ),
    "pytorch": Framework("PyTorch", sentence("PyTorch and NumPy"), "stack_pytorch.py.jinja"),
    "numpy": Framework(
        sentence("Plain NumPy"),
        sentence("NumPy alone; every sum is written out"),
        "stack_numpy.py.jinja",
    ),
}
