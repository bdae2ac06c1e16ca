"""What a weight file says, in one form for all formats: its tensors, and the operations if it states them.

Readers make a `Description`; everything after them works on it alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from numpy.typing import NDArray

Format = Literal["npz", "npy", "safetensors", "Keras", "HDF5", "ONNX"]
Kind = Literal[
    "conv",
    "depthwise",
    "separable",
    "transposed",
    "batch_norm",
    "activation",
    "pool",
    "padding",
    "input_scale",
    "other",
]
Trust = Literal[
    "stated", "named", "placed"
]  # by the graph or config, by exact names, by length and place


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """Numbers under a name. `load` reads them in the process that opened the file; it cannot be pickled.

    Shapes: `shape`, any number of axes; `load` returns that shape in `dtype`, a name such as float32, bfloat16.
    Types that are not numbers are str, bytes, object or record; types without a statement are opaque.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    load: Callable[[], NDArray[Any]] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step of a network, in the order in which it is computed.

    `parts` are the names of its tensors by their role: weight, depthwise, pointwise, bias, gamma, beta, mean,
    variance. `reads` and `makes` name what it reads and makes, where the file states a graph. `label` is the
    file's own name or kind of it, for people. `settings` are what the file states about it:

        conv, depthwise, separable, transposed
                    order (of the axes of weight: OIHW, HWIO; HWIM depthwise kernels of Keras, M multiplier; IOHW,
                    HWOI transposed), groups, strides and dilations (vertical, horizontal), pads (top, left,
                    bottom, right), auto_pad (NOTSET, VALID, SAME_UPPER, SAME_LOWER), padding_mode (zeros,
                    reflect, replicate, circular); a separable one has order HWIM, multiplier, pointwise_order
        batch_norm  epsilon
        activation  function (relu, leaky_relu, elu, gelu, ...), slope, approximate
        pool        function (max, average, global_max, global_average), kernel, strides, pads, auto_pad, dilations
        padding     pads, padding_mode
        input_scale scale, offset: tuples of one figure or one for each channel; it makes x * scale + offset
        other       type: the file's word for it
    """

    kind: Kind
    label: str
    parts: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    trust: Trust = "stated"


Chain = tuple[Operation, ...]


@dataclass(frozen=True, kw_only=True)
class Description:
    """A weight file. `operations` is None if it states none: then they are guessed from the tensors.

    `chains` are made from a stated graph (by_graph/consecutive.py): in each, an operation reads what the one
    before it makes, and nothing else reads that. Without a graph there are none.
    """

    format: Format
    tensors: Mapping[str, Tensor]
    operations: tuple[Operation, ...] | None = None
    facts: Mapping[str, str] = field(
        default_factory=dict
    )  # texts by name, such as those in safetensors
    chains: tuple[Chain, ...] = ()
