"""The weights of a stack, from any source."""

from dataclasses import dataclass

from app.engine.compute import filters
from app.engine.compute.trace import FilterBank
from app.engine.spec import weight_names
from app.engine.spec.stack import StackSpec
from app.lab.keep.byte_cache import ByteCache
from app.lab.keep.imports import Imports
from app.lab.state import trained_weights
from app.messages import Message, sentence

MADE_BYTES = 24 * 2**20  # one stack of the largest kernels, or hundreds of the usual ones
ENTRY = 4096  # bytes that an entry takes, at most, without its arrays


@dataclass(frozen=True)
class Made:
    """A bank and the bytes that it takes at most, with its equivalent full bank."""

    bank: FilterBank
    nbytes: int


class Banks:
    """Finds the weights of each layer. Safe to share between threads."""

    def __init__(self, imports: Imports) -> None:
        self.imports = imports
        # A page uses the same two many times.
        self._made: ByteCache[Made] = ByteCache(MADE_BYTES, size_of=lambda made: made.nbytes)

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
        return self._made.get((spec, number), lambda: _made(spec, number)).bank

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


def _made(spec: StackSpec, number: int) -> Made:
    made = filters.bank_for(spec, number)
    for array in (made.weight, made.bias):
        array.setflags(write=False)
    full = spec.layers[number - 1].filters * spec.input_shape(number)[0]
    height, width = spec.layers[number - 1].kernel
    stored = made.weight.nbytes + (0 if made.pointwise is None else made.pointwise.nbytes)
    return Made(made, stored + 4 * full * height * width + ENTRY)
