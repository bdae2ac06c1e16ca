"""The recorded arrays of one forward pass."""

from dataclasses import dataclass
from functools import cached_property

from app.engine.arrays import Float
from app.engine.compute.equivalent import full_bank
from app.engine.spec.geometry import Kind
from app.engine.spec.stack import LayerSpec, StackSpec
from app.messages import Message


@dataclass(frozen=True)
class FilterBank:
    """The weights of one layer, with the names that their construction gives them.

    `kind` is the kind of the layer. `groups` is its number of groups: as set for a standard layer, C for a
    depthwise or separable one. A forward pass fills both in.

    Shapes:
        weight     the kernels: standard (F, C // groups, kh, kw), depthwise (F, 1, kh, kw), separable
                   (C * multiplier, 1, kh, kw), pointwise-first (F, multiplier, kh, kw)
        bias       (F,)
        names      F names, or none where the filters have no names
        pointwise  the 1x1 factor: separable (F, C * multiplier), pointwise-first (F * multiplier, C)
    """

    weight: Float
    bias: Float
    names: tuple[Message, ...] = ()
    pointwise: Float | None = None
    kind: Kind = "standard"
    groups: int = 1

    @cached_property
    def full(self) -> Float:
        """Return the equivalent full bank, (F, C, kh, kw), read-only. The fold, the wall and the ledger use it."""
        full = full_bank(self.kind, self.weight, self.pointwise, self.groups).view()
        full.setflags(write=False)
        return full


@dataclass(frozen=True)
class LayerTrace:
    """What one layer did. All arrays are read-only.

    Shapes:
        preactivation  (F, H', W')
        activation     (F, H', W')    the same array as `preactivation` where the activation is linear
        output         (F, H'', W'')  the pooled activation; without a pool, the same array as `activation`
    """

    spec: LayerSpec
    bank: FilterBank
    preactivation: Float
    activation: Float
    output: Float


@dataclass(frozen=True)
class Trace:
    """One pass of an image through the stack: `image` (C, H, W) is what layer 1 reads.

    `muted_output` (C, H, W) is what layer 2 reads where that is not the whole output of layer 1,
    because some of its maps are muted.
    """

    spec: StackSpec
    image: Float
    layers: tuple[LayerTrace, LayerTrace]
    muted_output: Float | None = None

    def input_of(self, number: int) -> Float:
        """Return what layer `number` (1 or 2) reads, (C, H, W)."""
        if number == 1:
            return self.image
        return self.layers[0].output if self.muted_output is None else self.muted_output
