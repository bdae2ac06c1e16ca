"""Every array of a pass as an .npz, written in pieces."""

import io
import zipfile
from collections.abc import Iterable, Iterator

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import Trace
from app.lab.pieces.stack_facts import arrays_of
from app.lab.state.state import LAYERS

PIECE = 2**20  # bytes


def trace_file(trace: Trace) -> Iterator[bytes]:
    """Yield the bytes of an .npz with every array of a pass."""
    return archive(_arrays(trace))


def archive(arrays: Iterable[tuple[str, Float]]) -> Iterator[bytes]:
    """Yield the bytes of an uncompressed .npz with the named arrays, of any shapes."""
    out = _Outbox()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, array in arrays:
            # Without a date, so that equal arrays give equal files.
            info = zipfile.ZipInfo(f"{name}.npy")
            with file.open(info, "w", force_zip64=True) as member:
                for piece in _npy(array):
                    member.write(piece)
                    yield out.take()
    yield out.take()


def _npy(array: Float) -> Iterator[bytes | memoryview]:
    header = io.BytesIO()
    facts = {"descr": "<f4", "fortran_order": False, "shape": array.shape}
    np.lib.format.write_array_header_1_0(header, facts)
    yield header.getvalue()
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
