"""The weights of a stack, from any source."""

from functools import lru_cache

from app.engine.compute import filters
from app.engine.compute.trace import FilterBank
from app.engine.spec import weight_names
from app.engine.spec.stack import StackSpec
from app.lab.keep.imports import Imports
from app.lab.state import trained_weights
from app.messages import Message, sentence


class Banks:
    """Finds the weights of each layer. Safe to share between threads."""

    def __init__(self, imports: Imports) -> None:
        self.imports = imports

    def bank(self, spec: StackSpec, number: int) -> FilterBank:
        """Return the weights of layer `number` (1 or 2).

        Raises:
            UnknownWeights: imported weights that are no longer kept.
        """
        name = spec.layers[number - 1].weights or ""
        if name == weight_names.TRAINED:
            return filters.bank_for(spec, number, trained_weights.bank(spec.step, number))
        if weight_names.imported_layers(name):
            return filters.bank_for(spec, number, self.imports.bank(name, number))
        return _made(spec, number)

    def check(self, spec: StackSpec) -> None:
        """Refuse a stack whose imported weights are no longer kept, so that no cached result outlives them.

        Raises:
            UnknownWeights: the message says what would work.
        """
        for name in imported_names(spec):
            self.imports.check(name)

    def pair(self, spec: StackSpec) -> tuple[FilterBank, FilterBank]:
        """Return the weights of both layers."""
        return self.bank(spec, 1), self.bank(spec, 2)


def imported_names(spec: StackSpec) -> tuple[str, ...]:
    """Return the ids of the imported weights of a stack, each once."""
    names = (layer.weights or "" for layer in spec.layers)
    return tuple(dict.fromkeys(name for name in names if weight_names.imported_layers(name)))


def how_made(spec: StackSpec, number: int) -> Message:
    """Describe, in sentences for the page, how the weights of layer `number` were made."""
    name = spec.layers[number - 1].weights or ""
    source = None
    if name == weight_names.TRAINED:
        source = trained_weights.how_made(spec.step)
    elif weight_names.imported_layers(name):
        source = sentence("Imported from a file, which was read as numbers only.")
    return filters.how_made(spec, number, source)


@lru_cache(maxsize=64)  # a page uses the same two many times
def _made(spec: StackSpec, number: int) -> FilterBank:
    made = filters.bank_for(spec, number)
    for array in (made.weight, made.bias):
        array.setflags(write=False)
    return made
