"""Writes the .safetensors format: a length, a JSON header, then the values without gaps."""

import json
import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

CODES = {"f": "F", "i": "I", "u": "U"}  # from NumPy's kind codes; the number of bits follows


def write_safetensors(
    arrays: Mapping[str, NDArray[Any]], facts: Mapping[str, str] | None = None
) -> bytes:
    """Return the arrays, of any shapes, under their names as a .safetensors file; `facts` are its metadata."""
    header: dict[str, Any] = {"__metadata__": dict(facts)} if facts else {}
    parts: list[bytes] = []
    place = 0
    for name, array in arrays.items():
        data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
        header[name] = {
            "dtype": f"{CODES[array.dtype.kind]}{8 * array.dtype.itemsize}",
            "shape": list(array.shape),
            "data_offsets": [place, place + len(data)],
        }
        place += len(data)
        parts.append(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)  # the values start at a multiple of eight bytes
    return b"".join((struct.pack("<Q", len(text)), text, *parts))
