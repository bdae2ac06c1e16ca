"""Every array of a pass as an .npz, written in pieces."""

import io
import os
import tempfile
import weakref
import zipfile
from collections.abc import Iterable, Iterator
from typing import TypeAlias

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import Trace
from app.lab.pieces.stack_facts import arrays_of
from app.lab.state.state import LAYERS

PIECE = 2**20  # bytes
Stored: TypeAlias = tuple[
    str, tuple[int, ...], Iterable["bytes | memoryview"]
]  # name, shape, values


def trace_file(trace: Trace) -> Iterator[bytes]:
    """Return the bytes of an .npz with every array of a pass, in pieces.

    They wait on the disk, so that a slow reader does not hold the memory of a pass; where the disk has no room,
    in memory.
    """
    try:
        return archive(_on_disk(_arrays(trace)))
    except OSError:
        return archive([(name, one.shape, _pieces(one)) for name, one in _arrays(trace)])


def archive(arrays: Iterable[Stored]) -> Iterator[bytes]:
    """Yield the bytes of an uncompressed .npz with the named arrays, of any shapes."""
    out = _Outbox()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, shape, pieces in arrays:
            # Without a date, so that equal arrays give equal files.
            info = zipfile.ZipInfo(f"{name}.npy")
            with file.open(info, "w", force_zip64=True) as member:
                member.write(_header(shape))
                for piece in pieces:
                    member.write(piece)
                    yield out.take()
    yield out.take()


def _on_disk(arrays: Iterable[tuple[str, Float]]) -> list[Stored]:
    """Write arrays to the disk, each once."""
    spool = _Spool()
    stored: list[Stored] = []
    written: dict[int, tuple[Float, int]] = {}  # the arrays too, so that no id is used again
    for name, array in arrays:
        if id(array) not in written:
            written[id(array)] = (array, spool.nbytes)
            for piece in _pieces(array):
                spool.write(piece)
        stored.append((name, array.shape, spool.read(written[id(array)][1], array.nbytes)))
    return stored


class _Spool:
    """A file without a name, which is gone with the last that reads it."""

    def __init__(self) -> None:
        with tempfile.TemporaryFile() as file:
            self._file = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._file)
        self.nbytes = 0

    def write(self, data: memoryview) -> None:
        self.nbytes += len(data)
        while data:
            data = data[os.write(self._file, data) :]

    def read(self, start: int, nbytes: int) -> Iterator[bytes]:
        for place in range(start, start + nbytes, PIECE):
            yield os.pread(self._file, min(PIECE, start + nbytes - place), place)


def _header(shape: tuple[int, ...]) -> bytes:
    header = io.BytesIO()
    facts = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(header, facts)
    return header.getvalue()


def _pieces(array: Float) -> Iterator[memoryview]:
    values = np.ascontiguousarray(array, "<f4").reshape(-1).view(np.uint8)
    for start in range(0, values.size, PIECE):
        yield values[start : start + PIECE].data


class _Outbox(io.RawIOBase):
    """A write-only file that cannot be rewound; `take` removes what was written."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: "bytes | memoryview") -> int:  # type: ignore[override]
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def take(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def _arrays(trace: Trace) -> Iterator[tuple[str, Float]]:
    yield "image", trace.image
    outputs = (trace.input_of(2), trace.layers[1].output)
    for number, layer, output in zip(LAYERS, trace.layers, outputs, strict=True):
        yield from arrays_of(number, layer.bank)
        yield f"layer{number}/preactivation", layer.preactivation
        yield f"layer{number}/activation", layer.activation
        yield f"layer{number}/output", output
