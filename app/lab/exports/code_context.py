"""The context of the templates of exported code: a stack, layer by layer, and the source of its numbers."""

import math
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import NO_PADS, Layer, Shape, Source, layers_of
from app.messages import Message

# Relative to the greatest value: float32 has seven digits, and long sums lose two or three of them.
LEAST_TOLERANCE = 1e-4
PART_OF_WEIGHTS = 1e-6
NUMPY_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}  # modes of np.pad
COMMENT_LETTERS = 100  # of a line
CORNER = 4  # rows and columns that the loops of the notebook compute


@dataclass(frozen=True, kw_only=True)
class CodeLayer(Layer):
    """One layer, with its descriptions and the short forms that code uses.

    `muted` are the muted maps of the layer below.
    """

    muted: list[int]

    @property
    def words(self) -> Message:
        """Return all settings in one line."""
        return stack_words.layer_words(self)

    @property
    def filter_words(self) -> Message:
        """Return the number of filters and their shape."""
        return stack_words.filters(self)

    @property
    def why(self) -> list[str]:
        """Explain, in lines, why it has as many maps as it does."""
        return textwrap.wrap(str(stack_words.why_so_many(self)), COMMENT_LETTERS)

    @property
    def kernel(self) -> int | tuple[int, int]:
        """Return the size of a kernel; a single number if it is square."""
        return _one_if_equal(self.spec.kernel)

    @property
    def rows(self) -> tuple[int, int]:
        """Return the rows of padding at the top and at the bottom."""
        return self.pads[0]

    @property
    def columns(self) -> tuple[int, int]:
        """Return the columns of padding at the left and at the right."""
        return self.pads[1]

    @property
    def border(self) -> bool:
        """Return whether there is any padding."""
        return self.pads != NO_PADS

    @property
    def even(self) -> bool:
        """Return whether the padding is the same on opposite sides."""
        return all(before == after for before, after in self.pads)

    @property
    def before(self) -> int | tuple[int, int]:
        """Return the padding at the top and at the left; a single number if they are equal."""
        return _one_if_equal((self.rows[0], self.columns[0]))

    @property
    def numpy_mode(self) -> str:
        """Return np.pad's name for a padding mode other than zeros."""
        return NUMPY_MODES[self.spec.padding_mode]

    @property
    def corner(self) -> tuple[int, int]:
        """Return the numbers of rows and columns of a map that are computed in loops."""
        _, height, width = self.map_shape
        return min(CORNER, height), min(CORNER, width)


@dataclass(frozen=True, kw_only=True)
class CodeContext:
    """A stack as the templates of `templates/exports/code` need it; all texts are safe in comments.

    `shapes` lists the shapes of image and outputs, `turned` the sentences on flipped kernels, if they are.
    `tolerance` is the greatest difference between equal results, relative to the greatest value.
    """

    layers: tuple[CodeLayer, CodeLayer]
    shapes: Message
    turned: list[Message]
    title: str
    page: str
    trace: str
    tolerance: str

    @property
    def input_shape(self) -> Shape:
        """Return (C, H, W) of the input of layer 1."""
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
        """Return whether any layer has a pool."""
        return any(layer.spec.pool != "none" for layer in self.layers)

    @property
    def convolves_groups(self) -> bool:
        """Return whether any layer is a grouped convolution."""
        return any(layer.groups > 1 or layer.between for layer in self.layers)

    @property
    def cuts_groups(self) -> bool:
        """Return whether the kernels of groups have to be cut out of the page's full bank."""
        return any(layer.groups > 1 and not layer.between for layer in self.layers)

    @property
    def borders_of_own_values(self) -> bool:
        """Return whether any layer pads with something other than zeros."""
        return any(layer.border and layer.spec.padding_mode != "zeros" for layer in self.layers)


def code_context(
    stack: StackSpec, muted: Iterable[int], banks: Iterable[FilterBank], source: Source
) -> CodeContext:
    """Return the context for the templates of the scripts."""
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
    """Return the tolerance for float32 results, relative to the greatest; larger if weights are huge."""
    sums = [float(abs(bank.full).sum(axis=(1, 2, 3), dtype=float).max()) for bank in banks]
    wanted = max(LEAST_TOLERANCE, PART_OF_WEIGHTS * max(sums))
    digit = 10.0 ** math.floor(math.log10(wanted))
    return round(math.ceil(wanted / digit * 0.999) * digit, 12)


def _one_if_equal(pair: tuple[int, int]) -> int | tuple[int, int]:
    return pair[0] if pair[0] == pair[1] else pair
