"""HDF5, read by h5py: the datasets, and the few attributes in which Keras says what they are.

A file can ask the library to open other files, or to load code for its compression. What would is refused.
"""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from typing import Any, BinaryIO

import h5py
import ml_dtypes
import numpy as np
from numpy.typing import NDArray

from app.messages import sentence
from app.untrusted.weights.description import Tensor
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.readers.tensors import Tensors, dtype_name, nbytes, refusing

MAGIC = b"\x89HDF\r\n\x1a\n"

_MOST_LINKS = 16_384
_MOST_DEPTH = 32
_MOST_CHUNK = 32 * 2**20  # bytes, unpacked
_MOST_ATTRIBUTE = 4 * 2**20  # bytes
_FILTERS = {
    1,
    2,
    3,
    6,
    32000,
}  # deflate, shuffle, fletcher32, scale-offset, lzf: built into the library
_WORDS = ("model_config", "name", "dtype", "keras_version", "backend")
_LISTS = ("layer_names", "weight_names")
_MOST_PARTS = 64  # long lists are cut in layer_names0, layer_names1, ...

Attributes = dict[str, str | list[str]]


@dataclass
class Contents:
    """The tensors of an HDF5 file, and the attributes of its groups by their paths; the root's path is empty."""

    tensors: Tensors
    attributes: dict[str, Attributes] = field(default_factory=dict)

    @property
    def found(self) -> Mapping[str, Tensor]:
        """Return the tensors by their paths."""
        return self.tensors.found


class Walk:
    """Collects the contents of one file, or of several that belong together."""

    def __init__(self, limits: Limits) -> None:
        self.contents = Contents(Tensors("HDF5", limits))
        self._links, self._names = 0, NameBudget(limits)

    def read(self, file: str | BinaryIO, stack: ExitStack) -> None:
        """Add what a file holds, which has to stay open until the stack is closed.

        Raises:
            BrokenWeights, UnsupportedWeights: the message says what would work.
        """
        with refusing("HDF5"):
            locking = {"locking": False} if isinstance(file, str) else {}
            self._group(stack.enter_context(h5py.File(file, "r", **locking)), "", 0)

    def _group(self, group: h5py.Group, path: str, depth: int) -> None:
        self._links += len(group)
        if depth > _MOST_DEPTH or self._links > _MOST_LINKS:
            raise UnsupportedWeights(
                sentence(
                    "The HDF5 file has more than {links:,} links, or groups nested deeper than "
                    "{depth}; fewer would work.",
                    links=_MOST_LINKS,
                    depth=_MOST_DEPTH,
                )
            )
        attributes = _attributes(group)
        if attributes:
            self.contents.attributes[path] = self.contents.attributes.get(path, {}) | attributes
        for name in group:
            if not isinstance(group.get(name, getlink=True), h5py.HardLink):
                raise _points_elsewhere()
            one = group[name]
            self._names.take(len(path) + len(name))
            inner = f"{path}/{name}".lstrip("/")
            if isinstance(one, h5py.Group):
                self._group(one, inner, depth + 1)
            elif isinstance(one, h5py.Dataset):
                self._dataset(one, inner)

    def _dataset(self, one: h5py.Dataset, path: str) -> None:
        if one.external or one.is_virtual:
            raise _points_elsewhere()
        if one.shape is None:
            return
        stored = one.dtype
        if stored.kind == "V" and not stored.names:
            stored = _stated(stored, _attributes(one).get("dtype"))
        load = partial(_load, one, stored)
        self.contents.tensors.add(
            path, one.shape, dtype_name(stored), nbytes(one.shape, stored), load
        )


def _stated(stored: np.dtype[Any], stated: object) -> np.dtype[Any]:
    """Return the type that Keras states for bytes that HDF5 has no type for."""
    if isinstance(stated, str) and stated.startswith(("bfloat16", "float8")):
        named = np.dtype(getattr(ml_dtypes, stated, stored))
        return named if named.itemsize == stored.itemsize else stored
    return stored


def _load(one: h5py.Dataset, stored: np.dtype[Any]) -> NDArray[Any]:
    plist = one.id.get_create_plist()
    used = {plist.get_filter(index)[0] for index in range(plist.get_nfilters())}
    if not used <= _FILTERS:
        raise UnsupportedWeights(
            sentence(
                "The values are compressed by a filter that HDF5 does not contain; gzip, lzf or "
                "none would work."
            )
        )
    if one.chunks and nbytes(one.chunks, one.dtype) > _MOST_CHUNK:
        raise BrokenWeights(
            sentence(
                "The values are stored in chunks of {nbytes:,} bytes; up to {most:,} would work.",
                nbytes=nbytes(one.chunks, one.dtype),
                most=_MOST_CHUNK,
            )
        )
    values: NDArray[Any] = np.asarray(one[()])
    return values.view(stored) if values.dtype != stored else values


def _attributes(one: h5py.Group | h5py.Dataset) -> Attributes:
    if not h5py.h5a.get_num_attrs(one.id):
        return {}
    names = [name for name in _WORDS if name in one.attrs]
    for name in _LISTS:
        names += [name] if name in one.attrs else _numbered(one, name)
    found = {name: text for name in names if (text := _text(one, name)) is not None}
    for name in _LISTS:
        parts = [found.pop(each) for each in _numbered(one, name) if each in found]
        if parts:
            found[name] = [text for part in parts for text in part]
    return found


def _numbered(one: h5py.Group | h5py.Dataset, name: str) -> list[str]:
    if f"{name}0" not in one.attrs:
        return []
    return [each for index in range(_MOST_PARTS) if (each := f"{name}{index}") in one.attrs]


def _text(one: h5py.Group | h5py.Dataset, name: str) -> str | list[str] | None:
    """Return an attribute that is text or a list of texts, and not too long."""
    attribute = one.attrs.get_id(name)
    if attribute.dtype.kind not in "SO" or attribute.get_storage_size() > _MOST_ATTRIBUTE:
        return None
    if attribute.dtype.kind == "O" and h5py.check_string_dtype(attribute.dtype) is None:
        return None
    value = one.attrs[name]
    if isinstance(value, np.ndarray):
        return [_decoded(each) for each in value.ravel().tolist()]
    return _decoded(value)


def _decoded(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _points_elsewhere() -> UnsupportedWeights:
    return UnsupportedWeights(
        sentence(
            "The HDF5 file keeps a part in another file, or points to another place, and other files "
            "are never opened; a file that holds everything itself would work."
        )
    )
