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
    "input_scale",
    "other",
]
Trust = Literal["stated", "named", "placed"]  # by the graph or config, by exact names, by length and place


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """Numbers under a name. `load` reads them in the process that opened the file; it cannot be pickled.

    Shapes: `shape`, any number of axes; `load` returns that shape in `dtype`, a name such as float32, bfloat16.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    load: Callable[[], NDArray[Any]] = field(repr=False, compare=False)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One step of a network, in the order in which it is computed.

    `parts` are the names of its tensors by their role: weight, depthwise, pointwise, bias, gamma, beta, mean,
    variance. `reads` and `makes` name what it reads and makes, where the file states a graph. `settings` are what the
    file states about it: strides, pads (top, left, bottom, right), auto_pad, dilations, groups, kernel, slope, epsilon,
    order of the axes of weight (such as OIHW). `label` is the file's own name or kind of it, for people.
    """

    kind: Kind
    label: str
    parts: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    makes: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    trust: Trust = "stated"


@dataclass(frozen=True, kw_only=True)
class Description:
    """A weight file. `operations` is None if it states none: then they are guessed from the tensors."""

    format: Format
    tensors: Mapping[str, Tensor]
    operations: tuple[Operation, ...] | None = None
