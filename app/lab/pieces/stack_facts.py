"""Facts of each layer for exported code: shapes, padding, groups, and the arrays of its weights."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.state.state import LAYERS
from app.messages import Message

Shape = tuple[int, int, int]
Pads = tuple[tuple[int, int], tuple[int, int]]
NO_PADS: Pads = ((0, 0), (0, 0))


@dataclass(frozen=True, kw_only=True)
class Source:
    """The source of the numbers: the picture's title, and the full addresses of its page and of its arrays.

    `say` puts messages into the language of the file.
    """

    title: str
    page: str
    trace: str
    say: Callable[[Message | str], str] = str


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One layer. `groups` is that of its kernels, `between` the number of intermediate channels, else 0.

    `pads` is the padding of the kernels' input, ((top, bottom), (left, right)).
    """

    number: int
    spec: LayerSpec
    input_shape: Shape
    map_shape: Shape
    output_shape: Shape
    pads: Pads
    groups: int
    between: int

    @property
    def channels(self) -> int:
        """Return the number of input channels."""
        return self.input_shape[0]

    @property
    def filters(self) -> int:
        """Return the number of output channels."""
        return self.map_shape[0]

    @property
    def reads(self) -> int:
        """Return the number of input channels that one filter reads, in a layer without factors."""
        return self.channels // self.groups

    @property
    def name(self) -> str:
        """Return the name of the layer in code and files."""
        return f"layer{self.number}"


def layers_of(stack: StackSpec) -> tuple[Layer, Layer]:
    """Return both layers."""
    first, second = (_layer(stack, number) for number in LAYERS)
    return first, second


def arrays_of(number: int, bank: FilterBank) -> Iterator[tuple[str, Float]]:
    """Yield the weights of a layer with their names in trace.npz; factors in addition to the full bank.

    Shapes: those of `FilterBank`.
    """
    yield f"layer{number}/weight", bank.full
    yield f"layer{number}/bias", bank.bias
    if bank.pointwise is not None:
        yield f"layer{number}/kernels", bank.weight
        yield f"layer{number}/pointwise", bank.pointwise


def _layer(stack: StackSpec, number: int) -> Layer:
    spec, inputs = stack.layers[number - 1], stack.input_shape(number)
    groups = {"pointwise_first": spec.filters, "standard": spec.groups}
    return Layer(
        number=number,
        spec=spec,
        input_shape=inputs,
        map_shape=stack.map_shape(number),
        output_shape=stack.output_shape(number),
        pads=spec.padding_hw(*inputs[1:]),
        groups=groups.get(spec.kind, inputs[0]),
        between=spec.intermediates(inputs[0]),
    )
