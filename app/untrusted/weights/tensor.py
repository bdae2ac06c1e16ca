"""One named tensor of a weight file: described by its header, its values loaded on demand."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.errors import BadValues, BrokenWeights

Float = NDArray[np.float32]
Stored = NDArray[Any]

BFLOAT16: Final = "bfloat16"  # the upper half of a float32; NumPy has no such type

_NUMBERS = frozenset(
    f"{kind}{bits}" for kind in ("int", "uint", "float") for bits in (8, 16, 32, 64)
) - {"float8"} | {BFLOAT16}
MOST_AXES = 32
_LONGEST = 2**48  # far beyond any file, and short enough for a message


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """A tensor as a file names it.

    `dtype` is NumPy's name of the type, where it has one; `load` reads the values as stored, bfloat16 as uint16.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    load: Callable[[], Stored] = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        check_shape(self.shape)

    @property
    def numeric(self) -> bool:
        """Return whether the values are real numbers that float32 can hold."""
        return self.dtype in _NUMBERS

    @property
    def size(self) -> int:
        """Return the number of values."""
        return math.prod(self.shape)

    @property
    def summary(self) -> str:
        """Return name, shape and type, short enough for a message."""
        sizes = " × ".join(map(str, self.shape[:8])) or "one value"
        return f"{shown_text(self.name, most=80)} ({sizes}, {self.dtype})"

    def values(self) -> Float:
        """Load the values as float32, in the shape `shape`.

        Raises:
            BadValues: some are not finite, or are too large for float32.
            BrokenWeights: the file does not hold what its header says.
        """
        stored = self.load()
        if stored.shape != self.shape:
            raise BrokenWeights(
                sentence(
                    "{tensor} holds another number of values than it states.", tensor=self.summary
                )
            )
        if self.dtype == BFLOAT16:
            stored = (stored.astype(np.uint32) << 16).view(np.float32)
        with np.errstate(over="ignore", invalid="ignore"):
            values = np.ascontiguousarray(stored, np.float32)
        bad = values.size - np.count_nonzero(np.isfinite(values))
        if bad:
            raise BadValues(
                sentence(
                    "{tensor} has {bad:,} values that are not a number, infinite or too large for "
                    "float32; finite ones would work.",
                    tensor=self.summary,
                    bad=bad,
                )
            )
        return values


def check_shape(shape: tuple[int, ...]) -> None:
    """Refuse a shape that no array can have.

    Raises:
        BrokenWeights: there are too many axes, or one of an impossible length.
    """
    if len(shape) > MOST_AXES or not all(0 <= size < _LONGEST for size in shape):
        raise BrokenWeights(
            sentence(
                "A tensor states {axes} axes, or one of impossible length; up to {most} axes of "
                "ordinary length would work.",
                axes=len(shape),
                most=MOST_AXES,
            )
        )


def check_nbytes(nbytes: int, stored: np.dtype[Any], shape: tuple[int, ...]) -> None:
    """Refuse a number of bytes that does not match the shape, before they are read where that is possible.

    Raises:
        BrokenWeights: there are more or fewer.
    """
    if nbytes != math.prod(shape) * stored.itemsize:
        raise BrokenWeights(
            sentence(
                "A tensor of {count:,} values is stored in {nbytes:,} bytes; {needed:,} would "
                "work.",
                count=math.prod(shape),
                nbytes=nbytes,
                needed=math.prod(shape) * stored.itemsize,
            )
        )


def dtype_name(stored: np.dtype[Any]) -> str:
    """Return the name of a NumPy type; `str`, `bytes` or `object` for types that are not numbers."""
    return {"U": "str", "S": "bytes", "O": "object", "V": "record"}.get(stored.kind, stored.name)


def from_bytes(data: bytes, stored: np.dtype[Any], shape: tuple[int, ...]) -> Stored:
    """Return bytes as an array in C order.

    Raises:
        BrokenWeights: the number of bytes does not match the shape.
    """
    check_nbytes(len(data), stored, shape)
    try:
        return np.frombuffer(data, stored).reshape(shape)
    except ValueError as error:  # no values, and axes whose product overflows
        raise BrokenWeights(
            sentence(
                "A tensor states an impossible shape; the same weights saved again would work."
            )
        ) from error
