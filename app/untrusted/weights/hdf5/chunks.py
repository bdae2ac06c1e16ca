"""The values of an HDF5 dataset in chunks, which are indexed by a version 1 B-tree."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights
from app.untrusted.weights.hdf5.filters import undo
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import Stored, from_bytes

_MOST_BYTES = (
    2**25
)  # all chunks of a dataset, decompressed; the largest layer in float64 takes half of it
_MOST_CHUNKS = 2**16
_MOST_LEVELS = 8


@dataclass(frozen=True, kw_only=True)
class Chunked:
    """How a dataset is chunked: `sizes` is the shape of each chunk, `tree` the address of the index."""

    tree: int
    shape: tuple[int, ...]
    sizes: tuple[int, ...]
    stored: np.dtype[Any]
    filters: tuple[int, ...]

    @property
    def chunk_bytes(self) -> int:
        """Return the decompressed bytes of each chunk; incomplete chunks at the ends have as many."""
        return math.prod(self.sizes) * self.stored.itemsize

    @property
    def count(self) -> int:
        """Return the number of chunks."""
        return math.prod(
            -(-length // size) for length, size in zip(self.shape, self.sizes, strict=True)
        )


@dataclass(frozen=True)
class _Chunk:
    place: int
    nbytes: int
    skipped: int  # bit mask of the filters that were not applied
    start: tuple[int, ...]


def read_chunks(source: Source, chunked: Chunked) -> Stored:
    """Return the values of the dataset.

    Raises:
        BrokenWeights: the chunks do not cover the dataset, or decompress to far more.
    """
    if 0 in chunked.sizes or chunked.count > _MOST_CHUNKS:
        raise BrokenWeights(
            sentence(
                "A dataset is cut into {most:,} chunks or more; the same weights saved again "
                "would work.",
                most=_MOST_CHUNKS,
            )
        )
    if chunked.count * chunked.chunk_bytes > _MOST_BYTES:
        raise BrokenWeights(
            sentence(
                "The chunks of a dataset unpack to {nbytes:,} bytes; up to {most:,} would work.",
                nbytes=chunked.count * chunked.chunk_bytes,
                most=_MOST_BYTES,
            )
        )
    if not chunked.count:
        return from_bytes(b"", chunked.stored, chunked.shape)
    values = np.empty(chunked.shape, chunked.stored)
    filled: set[tuple[int, ...]] = set()
    for chunk in _chunks(source, chunked, chunked.tree, _MOST_LEVELS):
        if chunk.start in filled or chunk.nbytes > 1.01 * chunked.chunk_bytes + 64:
            raise BrokenWeights(
                sentence(
                    "A chunk is given twice, or has too many bytes; the same weights saved again "
                    "would work."
                )
            )
        _place(values, source, chunked, chunk)
        filled.add(chunk.start)
    if len(filled) != chunked.count:
        raise BrokenWeights(
            sentence(
                "Some values of a dataset are missing; the same weights saved again would work."
            )
        )
    return values


def _chunks(source: Source, chunked: Chunked, place: int, level: int) -> Iterator[_Chunk]:
    axes = len(chunked.shape)
    kind, own, entries = source.unpack("xxxxBBH", place)
    if source.read(place, 4) != b"TREE" or kind != 1 or own >= level:
        raise BrokenWeights(
            sentence("The index of a dataset is damaged; the same weights saved again would work.")
        )
    key = 8 + 8 * (axes + 1)
    for entry in range(entries):
        at = place + 24 + entry * (key + 8)
        nbytes, skipped, *start, _, child = source.unpack(f"II{axes}QQQ", at)
        if own:
            yield from _chunks(source, chunked, child, own)
        else:
            yield _Chunk(child, nbytes, skipped, tuple(start))


def _place(values: Stored, source: Source, chunked: Chunked, chunk: _Chunk) -> None:
    if any(
        start % size or start >= length
        for start, size, length in zip(chunk.start, chunked.sizes, chunked.shape, strict=True)
    ):
        raise BrokenWeights(
            sentence(
                "A chunk lies outside of its dataset; the same weights saved again would work."
            )
        )
    data = undo(
        source.read(chunk.place, chunk.nbytes),
        chunked.filters,
        skipped=chunk.skipped,
        itemsize=chunked.stored.itemsize,
        most=chunked.chunk_bytes,
    )
    whole = from_bytes(data, chunked.stored, chunked.sizes)
    target = values[
        tuple(slice(s, s + size) for s, size in zip(chunk.start, chunked.sizes, strict=True))
    ]
    target[...] = whole[tuple(slice(length) for length in target.shape)]
