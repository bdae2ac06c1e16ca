"""The items of an AVIF or HEIC file (ISO/IEC 23008-12): pictures, tiles, and their auxiliary data."""

from dataclasses import dataclass, field

from app.untrusted.pictures.containers.boxes import BadBoxes, Box, Reader, boxes

MOST_ITEMS = 4_000  # a photograph of 48 megapixels has about 200
_MOST_LINKS = 20_000

Extents = tuple[tuple[int, int], ...]  # start and end of each piece, in the file


@dataclass(frozen=True)
class Property:
    """A property of an item, such as its size; a reader must understand the essential ones."""

    name: bytes
    body: bytes
    essential: bool


@dataclass
class Item:
    """A picture or other item in the file, and where its data is."""

    kind: bytes
    hidden: bool
    extents: Extents = ()
    properties: tuple[Property, ...] = ()

    def property(self, name: bytes) -> bytes:
        """Return the body of the first property with this name; empty if there is none."""
        return next((one.body for one in self.properties if one.name == name), b"")


@dataclass
class Items:
    """All items by their id, the id of the primary picture, and the references between items."""

    primary: int
    by_id: dict[int, Item]
    links: list[tuple[bytes, int, tuple[int, ...]]] = field(default_factory=list)
    sequence: bool = False  # whether the file has an image sequence as well

    def linked(self, name: bytes, source: int) -> tuple[int, ...]:
        """Return the items that an item refers to by references of one type."""
        return tuple(
            to for link, start, ends in self.links if (link, start) == (name, source) for to in ends
        )


def read_items(data: bytes) -> Items:
    """Read the directory of a file, but no picture data.

    Raises:
        BadBoxes: the directory is missing or invalid.
    """
    top = {found.name: found for found in boxes(data, 0, len(data))}
    meta = _named(top, b"meta")
    parts = {found.name: found for found in boxes(data, meta.start + 4, meta.end)}
    items = Items(
        primary=_primary(data, _named(parts, b"pitm")),
        by_id=_entries(data, _named(parts, b"iinf")),
        sequence=b"moov" in top,
    )
    if items.primary not in items.by_id:
        raise BadBoxes("no picture is said to be the one that is meant")
    _place(data, _named(parts, b"iloc"), items, parts.get(b"idat"))
    _describe(data, _named(parts, b"iprp"), items)
    if b"iref" in parts:
        items.links = _links(data, parts[b"iref"])
    return items


def _named(parts: dict[bytes, Box], name: bytes) -> Box:
    if name not in parts:
        raise BadBoxes(f"no box {name!r}")
    return parts[name]


def _reader(data: bytes, part: Box) -> tuple[Reader, int, int]:
    reader = Reader(data, part.start, part.end)
    version, flags = reader.version_and_flags()
    return reader, version, flags


def _primary(data: bytes, pitm: Box) -> int:
    reader, version, _ = _reader(data, pitm)
    return reader.number(4 if version else 2)


def _entries(data: bytes, iinf: Box) -> dict[int, Item]:
    reader, version, _ = _reader(data, iinf)
    count = reader.number(4 if version else 2)
    if count > MOST_ITEMS:
        raise BadBoxes("too many items")
    items = {}
    for infe in boxes(data, iinf.start + (8 if version else 6), iinf.end):
        entry, its_version, flags = _reader(data, infe)
        if its_version < 2:
            raise BadBoxes("items without a kind")
        item_id = entry.number(4 if its_version > 2 else 2)
        entry.take(2)  # protection index
        items[item_id] = Item(kind=entry.take(4), hidden=bool(flags & 1))
        if len(items) > MOST_ITEMS:
            raise BadBoxes("too many items")
    return items


def _place(data: bytes, iloc: Box, items: Items, idat: Box | None) -> None:
    """Read where the data of every item is. An item outside the file is dropped."""
    reader, version, _ = _reader(data, iloc)
    sizes = reader.number(2)
    offset_size, length_size, base_size, index_size = (
        sizes >> shift & 15 for shift in (12, 8, 4, 0)
    )
    wide = 4 if version == 2 else 2
    for _ in range(min(reader.number(wide), MOST_ITEMS)):
        item = items.by_id.get(reader.number(wide))
        in_idat = bool(version) and reader.number(2) & 15 == 1
        reader.take(2)  # data reference index: this file
        base = reader.number(base_size)
        extents = []
        for _ in range(reader.number(2)):
            reader.take(index_size if version else 0)
            start, length = base + reader.number(offset_size), reader.number(length_size)
            extents.append(_extent(start, length, idat if in_idat else None, len(data)))
        if item is not None:
            item.extents = tuple(extents)


def _extent(start: int, length: int, idat: Box | None, nbytes: int) -> tuple[int, int]:
    first, last = (idat.start, idat.end) if idat else (0, nbytes)
    start += first
    end = start + length if length else last
    if end > last or start > end:
        raise BadBoxes("an item lies outside the file")
    return start, end


def _describe(data: bytes, iprp: Box, items: Items) -> None:
    ipco, *associations = boxes(data, iprp.start, iprp.end)
    known = [(one.name, data[one.start : one.end]) for one in boxes(data, ipco.start, ipco.end)]
    for ipma in associations:
        reader, version, flags = _reader(data, ipma)
        wide = 2 if flags & 1 else 1
        for _ in range(min(reader.number(4), MOST_ITEMS)):
            item = items.by_id.get(reader.number(4 if version else 2))
            entries = [reader.number(wide) for _ in range(reader.number(1))]
            if item is not None:
                item.properties = tuple(_properties(known, entries, 8 * wide - 1))


def _properties(known: list[tuple[bytes, bytes]], entries: list[int], bits: int) -> list[Property]:
    chosen = []
    for entry in entries:
        index = entry & ~(1 << bits)
        if index > len(known):
            raise BadBoxes("a property that does not exist")
        if index:
            name, body = known[index - 1]
            chosen.append(Property(name, body, bool(entry >> bits)))
    return chosen


def _links(data: bytes, iref: Box) -> list[tuple[bytes, int, tuple[int, ...]]]:
    _, version, _ = _reader(data, iref)
    wide = 4 if version else 2
    links, total = [], 0
    for one in boxes(data, iref.start + 4, iref.end):
        reader = Reader(data, one.start, one.end)
        source = reader.number(wide)
        ends = tuple(reader.number(wide) for _ in range(reader.number(2)))
        links.append((one.name, source, ends))
        total += len(ends)
        if total > _MOST_LINKS:
            raise BadBoxes("too many links")
    return links
