"""The tensors of one file while they are listed: counted, named once, and read within limits."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.untrusted.weights.description import Format, Tensor
from app.untrusted.weights.errors import (
    BrokenWeights,
    UnsupportedWeights,
    WeightsError,
    WeightsTooLarge,
)
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget

MOST_AXES = 32
LONGEST = 2**48  # far beyond any file, and short enough for a message

Load = Callable[[], NDArray[Any]]


class Tensors:
    """Collects the tensors of a file by their names.

    Raises:
        BrokenWeights, UnsupportedWeights: from `add`; the message says what would work.
    """

    def __init__(self, format: Format, limits: Limits) -> None:
        self.found: dict[str, Tensor] = {}
        self._format, self._limits = format, limits
        self._names = NameBudget(limits)

    def add(self, name: str, shape: tuple[int, ...], dtype: str, nbytes: int, load: Load) -> None:
        """Add a tensor of that many bytes; `load` is called only if it is not too large."""
        self._names.take(len(name))
        self._check(name)
        check_shape(shape)
        self.found[name] = Tensor(
            name=name, shape=shape, dtype=dtype, load=lambda: self._loaded(load, shape, nbytes)
        )
        if len(self.found) > self._limits.max_tensors:
            raise UnsupportedWeights(
                sentence(
                    "The file holds more than {most:,} tensors; fewer would work.",
                    most=self._limits.max_tensors,
                )
            )

    def _check(self, name: str) -> None:
        if name in self.found:
            raise BrokenWeights(
                sentence(
                    "The {format} file has two tensors of one name; the same weights saved again would "
                    "work.",
                    format=self._format,
                )
            )

    def _loaded(self, load: Load, shape: tuple[int, ...], nbytes: int) -> NDArray[Any]:
        if nbytes > self._limits.max_bytes:
            raise WeightsTooLarge(
                sentence(
                    "A tensor of the file has {nbytes:,} bytes; up to {most:,} would work.",
                    nbytes=nbytes,
                    most=self._limits.max_bytes,
                )
            )
        with refusing(self._format):
            values = load()
        if values.shape != shape:
            raise BrokenWeights(
                sentence(
                    "A tensor of the {format} file holds another number of values than it states; "
                    "the same weights saved again would work.",
                    format=self._format,
                )
            )
        return values


@contextmanager
def refusing(format: str) -> Iterator[None]:
    """Turn whatever a package raises at a damaged file into BrokenWeights; its own text is never shown."""
    try:
        yield
    except (WeightsError, MemoryError):
        raise
    except Exception as error:  # the packages' exceptions have no common base
        raise BrokenWeights(
            sentence(
                "The {format} file is damaged, or uses a rare part of the format; the same weights "
                "saved again would work.",
                format=format,
            )
        ) from error


def check_shape(shape: tuple[int, ...]) -> None:
    """Refuse a shape that no array can have.

    Raises:
        BrokenWeights: there are too many axes, or one of an impossible length.
    """
    if len(shape) > MOST_AXES or not all(0 <= size < LONGEST for size in shape):
        raise BrokenWeights(
            sentence(
                "A tensor states {axes} axes, or one of impossible length; up to {most} axes of "
                "ordinary length would work.",
                axes=len(shape),
                most=MOST_AXES,
            )
        )


def dtype_name(stored: np.dtype[Any]) -> str:
    """Return the name of a NumPy type; `str`, `bytes`, `object` or `opaque` for types that are not numbers."""
    names = {"U": "str", "S": "bytes", "O": "object"}
    if stored.kind == "V" and not stored.names and not stored.name.startswith(("bfloat", "float")):
        return "opaque"
    return names.get(stored.kind, "record" if stored.names else stored.name)


def nbytes(shape: tuple[int, ...], stored: np.dtype[Any]) -> int:
    """Return the bytes of an array."""
    return math.prod(shape) * stored.itemsize
