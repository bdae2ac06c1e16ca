"""AVIF and HEIC files assembled by hand (ISO/IEC 14496-12, 23008-12), including ones that no encoder writes."""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.untrusted.pictures.containers.items import read_items

Properties = tuple[tuple[bytes, bytes], ...]
Link = tuple[bytes, int, tuple[int, ...]]


@dataclass(frozen=True)
class Part:
    """An item: its kind, its bytes, and its properties by name."""

    kind: bytes
    data: bytes = b""
    properties: Properties = ()

    def saying(self, name: bytes, body: bytes) -> "Part":
        """Return the part with one property replaced."""
        others = tuple(one for one in self.properties if one[0] != name)
        return replace(self, properties=(*others, (name, body)))


def part_of(data: bytes) -> Part:
    """Return the main picture of a file."""
    items = read_items(data)
    item = items.by_id[items.primary]
    return Part(
        item.kind,
        b"".join(data[start:end] for start, end in item.extents),
        tuple((one.name, one.body) for one in item.properties),
    )


def size(width: int, height: int) -> tuple[bytes, bytes]:
    return b"ispe", struct.pack(">III", 0, width, height)


def grid(rows: int, columns: int, width: int, height: int) -> Part:
    """Return the item that arranges the tiles that it refers to in a grid."""
    body = struct.pack(">BBBBHH", 0, 0, rows - 1, columns - 1, width, height)
    return Part(b"grid", body, (size(width, height),))


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", len(body) + 8, name) + body


def heif(
    parts: Sequence[Part],
    links: Sequence[Link] = (),
    *,
    brand: bytes = b"heic",
    shared: bool = False,
) -> bytes:
    """Write a file of items 1, 2, ...; the first is the main one.

    `shared` stores equal data once and lets all items refer to it.
    """
    zero = bytes(4)
    entries = [
        box(b"infe", b"\2\0\0\0", struct.pack(">HH4s", number, 0, part.kind), b"\0")
        for number, part in enumerate(parts, start=1)
    ]
    refs = [
        box(name, struct.pack(f">HH{len(ends)}H", source, len(ends), *ends))
        for name, source, ends in links
    ]
    known = list(dict.fromkeys(one for part in parts for one in part.properties))
    rows = [
        struct.pack(
            f">HB{len(part.properties)}H",
            number,
            len(part.properties),
            *(known.index(one) + 1 for one in part.properties),
        )
        for number, part in enumerate(parts, start=1)
    ]
    before = [
        box(b"hdlr", zero, zero, b"pict", bytes(13)),
        box(b"pitm", zero, b"\0\1"),
        box(b"iinf", zero, struct.pack(">H", len(parts)), *entries),
        box(b"iref", zero, *refs),
        box(
            b"iprp",
            box(b"ipco", *(box(*one) for one in known)),
            box(b"ipma", b"\0\0\0\1", struct.pack(">I", len(parts)), *rows),
        ),
    ]
    head = box(b"ftyp", brand, zero, b"mif1", brand)
    start = len(head) + 12 + sum(map(len, before)) + 16 + 14 * len(parts) + 8
    data, places = b"", []
    for number, part in enumerate(parts, start=1):
        at = data.find(part.data) if shared else -1
        if at < 0:
            at, data = len(data), data + part.data
        places.append(struct.pack(">HHHII", number, 0, 1, start + at, len(part.data)))
    iloc = box(b"iloc", zero, b"\x44\0", struct.pack(">H", len(parts)), *places)
    return head + box(b"meta", zero, *before, iloc) + box(b"mdat", data)
