"""What the templates of exported code are given: a stack, layer by layer, and where its numbers are from."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import NO_PADS, Layer, Shape, Source, layers_of

# Of the greatest value: float32 keeps seven digits, long sums lose two or three.
LEAST_TOLERANCE = 1e-4
PART_OF_WEIGHTS = 1e-6
NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # of np.pad
CORNER = 4  # rows and columns that the loops of the notebook compute


@dataclass(frozen=True, kw_only=True)
class CodeLayer(Layer):
    """One layer, with the words and the short forms that code has for it.

    `muted` are the maps below that it does not hear.
    """

    muted: list[int]

    @property
    def words(self) -> str:
        """Return all settings in one line."""
        return stack_words.layer_words(self)

    @property
    def filter_words(self) -> str:
        """Return how many filters of which shape it has."""
        return stack_words.filters(self)

    @property
    def why(self) -> list[str]:
        """Return lines that say why it makes as many maps as it does."""
        return stack_words.why_so_many(self)

    @property
    def kernel(self) -> int | tuple[int, int]:
        """Return the size of a kernel, as one number where it is square."""
        return _one_if_equal(self.spec.kernel)

    @property
    def rows(self) -> tuple[int, int]:
        """Return how many rows the border adds at the top and at the bottom."""
        return self.pads[0]

    @property
    def columns(self) -> tuple[int, int]:
        """Return how many columns the border adds at the left and at the right."""
        return self.pads[1]

    @property
    def border(self) -> bool:
        """Tell whether there is a border."""
        return self.pads != NO_PADS

    @property
    def even(self) -> bool:
        """Tell whether the border is the same on opposite sides."""
        return all(before == after for before, after in self.pads)

    @property
    def before(self) -> int | tuple[int, int]:
        """Return the border at the top and at the left, as one number where they are equal."""
        return _one_if_equal((self.rows[0], self.columns[0]))

    @property
    def numpy_mode(self) -> str:
        """Return what np.pad calls a border that is not of zeros."""
        return NUMPY_MODES[self.spec.padding_mode]

    @property
    def corner(self) -> tuple[int, int]:
        """Return how many rows and columns of a map are computed in loops."""
        _, height, width = self.map_shape
        return min(CORNER, height), min(CORNER, width)


@dataclass(frozen=True, kw_only=True)
class CodeContext:
    """A stack as the templates of `templates/exports/code` want it; all texts can stand in comments.

    `shapes` are those on the way through the stack, `turned` says that kernels are turned where they are,
    `tolerance` how far results may be apart, as a part of the greatest value.
    """

    layers: tuple[CodeLayer, CodeLayer]
    shapes: str
    turned: list[str]
    title: str
    page: str
    trace: str
    tolerance: str

    @property
    def input_shape(self) -> Shape:
        """Return (C, H, W) of what layer 1 reads."""
        return self.layers[0].input_shape

    @property
    def kinds(self) -> set[str]:
        """Return the kinds of the layers."""
        return {layer.spec.kind for layer in self.layers}

    @property
    def activations(self) -> set[str]:
        """Return the names of the activations."""
        return {layer.spec.activation for layer in self.layers}

    @property
    def pools(self) -> bool:
        """Tell whether a layer has a pool."""
        return any(layer.spec.pool != "none" for layer in self.layers)

    @property
    def convolves_groups(self) -> bool:
        """Tell whether a layer convolves groups of maps with kernels of their own."""
        return any(layer.groups > 1 or layer.between for layer in self.layers)

    @property
    def cuts_groups(self) -> bool:
        """Tell whether the kernels of groups have to be cut from the full bank that the page has."""
        return any(layer.groups > 1 and not layer.between for layer in self.layers)

    @property
    def borders_of_own_values(self) -> bool:
        """Tell whether a layer has a border that is not of zeros."""
        return any(layer.border and layer.spec.padding_mode != "zeros" for layer in self.layers)


def code_context(
    stack: StackSpec, muted: Iterable[int], banks: Iterable[FilterBank], source: Source
) -> CodeContext:
    """Return what the templates of the scripts are given."""
    first, second = layers_of(stack)
    return CodeContext(
        layers=(
            CodeLayer(**vars(first), muted=[]),
            CodeLayer(**vars(second), muted=sorted(muted)),
        ),
        shapes=stack_words.shape_line(stack),
        turned=stack_words.flip_words(stack),
        title=stack_words.plain(source.title),
        page=stack_words.plain(source.page),
        trace=source.trace,
        tolerance=f"{tolerance(banks):g}",
    )


def tolerance(banks: Iterable[FilterBank]) -> float:
    """Return how far float32 results may be apart, as a part of the greatest; more where weights are huge."""
    sums = [float(abs(bank.full).sum(axis=(1, 2, 3), dtype=float).max()) for bank in banks]
    wanted = max(LEAST_TOLERANCE, PART_OF_WEIGHTS * max(sums))
    digit = 10.0 ** math.floor(math.log10(wanted))
    return round(math.ceil(wanted / digit * 0.999) * digit, 12)


def _one_if_equal(pair: tuple[int, int]) -> int | tuple[int, int]:
    return pair[0] if pair[0] == pair[1] else pair
