"""Small files that ask for much memory, or for a large page: by their names, and by packed numbers."""

import struct
from collections.abc import Iterable

import numpy as np

from app.untrusted.weights.readers.hdf5 import MAGIC

LINKS = 12_000
NAMES = 4_000
_WIDE = "\N{GRINNING FACE}"  # each character of a text takes the bytes of its widest: four


def hdf5_of_shared_names() -> bytes:
    """Return 485 KB: 30 nested groups with names of 1,000 bytes, the last with 12,000 links of one name."""
    name = _WIDE.encode() + b"n" * 996
    heap_place = 72
    heap = b"HEAP" + struct.pack("<xxxxQQQ", len(name) + 8, 0, heap_place + 32) + name + bytes(8)
    first = heap_place + len(heap)
    size = 40 + 40 + 48
    body = b""
    for level in range(30):
        place = first + level * size
        body += _group(place + 40, heap_place) + _tree(place + 80) + _entries([place + size])
    place = first + 30 * size
    body += _group(place + 40, heap_place) + _tree(place + 80)
    body += _entries(range(2**20, 2**20 + LINKS))
    head = MAGIC + bytes(5) + b"\x08\x08" + bytes(49) + struct.pack("<Q", first)
    return head + heap + body


def _group(tree: int, heap: int) -> bytes:
    message = struct.pack("<HHBxxxQQ", 0x11, 16, 0, tree, heap)
    return struct.pack("<BxHII", 1, 1, 1, len(message)) + bytes(4) + message


def _tree(entries: int) -> bytes:
    return b"TREE" + struct.pack("<BBHQQQQ", 0, 0, 1, 0, 0, 0, entries)


def _entries(addresses: Iterable[int]) -> bytes:
    found = [struct.pack("<QQ24x", 0, address) for address in addresses]
    return b"SNOD" + struct.pack("<BxH", 1, len(found)) + b"".join(found)


def onnx_of_varints() -> bytes:
    """Return 19.8 MB: filters of 1,982,464 numbers, for which ten times as many are given, a byte each."""
    shape = (128, 128, 11, 11)
    first = tensor("a", (128, 3, 3, 3), np.ones(3456, np.float32))
    numbers = field(7, bytes([1]) * (10 * int(np.prod(shape))))
    second = _facts("b", shape, 7) + numbers
    return model([first, second], ["a", "b"])


def onnx_of_long_names(length: int = 4_000) -> bytes:
    """Return 32 MB: 4,000 convolutions whose names have 4,000 bytes each."""
    names = [f"{number:05}" + "n" * (length - 5) for number in range(NAMES)]
    return model([tensor(name, (3, 3, 1, 1), np.ones(9, np.float32)) for name in names], names)


def model(tensors: list[bytes], names: list[str], *, settings: bytes = b"") -> bytes:
    """Return an ONNX model of these tensors, with a convolution for each of the names, all of these settings."""
    inputs = [field(1, b"x") + field(1, name.encode()) for name in names]
    nodes = [field(1, each + field(2, b"x") + field(4, b"Conv") + settings) for each in inputs]
    graph = b"".join([*nodes, *(field(5, each) for each in tensors)])
    return b"\x08\x09" + field(7, graph)


def tensor(name: str, shape: tuple[int, ...], values: np.ndarray) -> bytes:
    """Return a TensorProto of float32."""
    return _facts(name, shape, 1) + field(9, values.tobytes())


def field(number: int, data: bytes) -> bytes:
    """Return a length-delimited field of a protobuf message."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value: int) -> bytes:
    """Return a number as protobuf writes it."""
    found = bytearray()
    while value > 127:
        found.append(value & 127 | 128)
        value >>= 7
    return bytes([*found, value])


def _facts(name: str, shape: tuple[int, ...], code: int) -> bytes:
    dims = b"".join(b"\x08" + varint(size) for size in shape)
    return dims + b"\x10" + varint(code) + field(8, name.encode())
