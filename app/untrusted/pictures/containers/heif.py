"""An AVIF or HEIC file reduced to its primary picture.

The decoders get a new file with only this picture, its tiles and its alpha: no metadata, previews, gain maps,
depth maps or other pictures, and no box that two parsers could read differently.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from app.messages import sentence
from app.untrusted.pictures.colour_space import ColourSpace, of_codes
from app.untrusted.pictures.containers.boxes import BadBoxes, box, full_box
from app.untrusted.pictures.containers.heif_grid import Grid, coloured, plain_grid
from app.untrusted.pictures.containers.items import Extents, Item, Items, Property, read_items
from app.untrusted.pictures.errors import BrokenPicture

Content = dict[Extents, bytes]  # what is stored at each place of the file

_CODECS = {"AVIF": (b"av01", b"av1C"), "HEIC": (b"hvc1", b"hvcC")}
_KEPT = (b"ispe", b"pixi", b"colr", b"hvcC", b"av1C", b"auxC", b"clap")
_ROTATION, _MIRROR = b"irot", b"imir"
_GRID = b"grid"
_ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
_LINKS = (b"dimg", b"auxl", b"prem")

# The EXIF orientation for a rotation by 0 to 3 quarter turns anticlockwise, followed by a mirroring: none, top
# to bottom, left to right.
_TURNS = {None: (1, 8, 3, 6), 0: (4, 5, 2, 7), 1: (2, 7, 4, 5)}


@dataclass(frozen=True, kw_only=True)
class Still:
    """One picture extracted from a file.

    `turn` is the EXIF orientation equal to the rotation and mirroring in the file, which `data` no longer
    contains. `depth` is the number of bits per sample. `space` is the colour space that the file states, if it has
    no ICC profile. `others` says whether the file has more pictures, `moving` whether it has a sequence.
    `grid` is how a HEIC is tiled, if plainly, and `tiles` writes a file for each of its tiles.
    """

    data: bytes
    turn: int
    depth: int
    space: ColourSpace | None
    others: bool
    moving: bool
    grid: Grid | None
    tiles: Iterator[bytes]


def only_the_picture(data: bytes, kind: str) -> Still:
    """Return the primary picture of an AVIF or HEIC file, in a new file.

    Raises:
        BadBoxes: the file's directory makes no sense.
        BrokenPicture: the picture is stored in an unusual way.
    """
    items = read_items(data)
    kept = _needed(items, kind)
    content = _content(data, {items.by_id[one].extents for one in kept})
    primary = items.by_id[items.primary]
    tiled = kind == "HEIC" and primary.kind == _GRID
    grid = plain_grid(items, kept, content[primary.extents]) if tiled else None
    return Still(
        data=_written(items, kept, content, kind),
        turn=_turn(primary),
        depth=_deepest(items, kept, kind),
        space=_space([items.by_id[one] for one in kept]),
        others=_has_others(items, kept, kind),
        moving=items.sequence,
        grid=grid,
        tiles=_tile_files(items, content, grid) if grid else iter(()),
    )


def _tile_files(items: Items, content: Content, grid: Grid) -> Iterator[bytes]:
    for one in grid.tiles:
        tile = coloured(items.by_id[one], items.by_id[items.primary])
        alone = Items(primary=one, by_id={one: tile})
        yield _written(alone, [one], {tile.extents: content[tile.extents]}, "HEIC")


def _content(data: bytes, places: set[Extents]) -> Content:
    """Return the bytes of every place; items may share one, as equal tiles do."""
    if sum(end - start for extents in places for start, end in extents) > len(data):
        raise BadBoxes("items that overlap")
    return {extents: b"".join(data[a:b] for a, b in extents) for extents in places}


def _space(items: list[Item]) -> ColourSpace | None:
    """Return the colour space of the first item that states one; a profile counts more than codes."""
    for item in items:
        stated = {one.body[:4]: one.body for one in item.properties if one.name == b"colr"}
        if b"prof" in stated or b"rICC" in stated:
            return None
        if len(codes := stated.get(b"nclx", b"")) >= 8:
            return of_codes(*struct.unpack_from(">HH", codes, 4))
    return None


def _needed(items: Items, kind: str) -> list[int]:
    """Return the ids of the picture, its alpha and the tiles of both, each once."""
    _check_kind(items.by_id[items.primary], kind, tile=False)
    kept = [items.primary, *items.linked(b"dimg", items.primary)]
    for name, source, ends in items.links:
        if name == b"auxl" and set(ends) & set(kept) and _is_alpha(items.by_id.get(source)):
            kept += [source, *items.linked(b"dimg", source)]
    if len(set(kept)) < len(kept) or not set(kept) <= set(items.by_id):
        raise BadBoxes("a tile that is used twice or missing")
    for one in kept:
        _check_kind(items.by_id[one], kind, tile=one in items.linked(b"dimg", items.primary))
    return kept


def _is_alpha(item: Item | None) -> bool:
    return item is not None and item.property(b"auxC")[4:].split(b"\0")[0] in _ALPHA


def _check_kind(item: Item, kind: str, *, tile: bool) -> None:
    essential = {one.name for one in item.properties if one.essential}
    unknown = essential - {*_KEPT, _ROTATION, _MIRROR}
    allowed = (_CODECS[kind][0],) if tile else (_CODECS[kind][0], _GRID)
    if item.kind not in allowed or unknown:
        raise BrokenPicture(
            sentence(
                "The {kind} picture is stored in a way that is rare (layers, overlays or another "
                "codec); the same picture saved again as PNG or JPEG would work.",
                kind=kind,
            )
        )


def _deepest(items: Items, kept: list[int], kind: str) -> int:
    """Return the most bits per sample of any of these items."""
    codec, config_name = _CODECS[kind]
    found = [items.by_id[one] for one in kept]
    return max(
        (_depth(one.property(config_name), kind) for one in found if one.kind == codec), default=8
    )


def _depth(config: bytes, kind: str) -> int:
    if kind == "HEIC":
        return 8 + (config[17] & 7)
    return 8 if not config[2] & 0x40 else 12 if config[2] & 0x20 else 10


def _turn(item: Item) -> int:
    rotation, mirror = item.property(_ROTATION), item.property(_MIRROR)
    return _TURNS[mirror[0] & 1 if mirror else None][rotation[0] & 3 if rotation else 0]


def _has_others(items: Items, kept: list[int], kind: str) -> bool:
    """Return whether the file has another picture to show: one that is no preview, tile or auxiliary picture."""
    helpers = {source for name, source, _ in items.links if name in (b"thmb", b"auxl")}
    parts = {end for name, _, ends in items.links if name == b"dimg" for end in ends}
    shown = (_CODECS[kind][0], _GRID)
    return any(
        item.kind in shown and not item.hidden
        for one, item in items.by_id.items()
        if one not in helpers | parts | set(kept)
    )


def _written(items: Items, kept: list[int], content: Content, kind: str) -> bytes:
    number = {one: place for place, one in enumerate(kept, start=1)}
    brand = {"AVIF": b"avif", "HEIC": b"heic"}[kind]
    start = box(b"ftyp", brand, bytes(4), b"mif1", brand, b"miaf")
    links = [
        box(
            name, struct.pack(f">HH{len(ends)}H", number[source], len(ends), *map(number.get, ends))
        )
        for name, source, all_ends in items.links
        if name in _LINKS
        and source in number
        and (ends := [end for end in all_ends if end in number])
    ]
    head = [
        full_box(b"hdlr", bytes(4), b"pict", bytes(13)),
        full_box(b"pitm", struct.pack(">H", number[items.primary])),
        full_box(b"iinf", struct.pack(">H", len(kept)), *_entries(items, number)),
        full_box(b"iref", *links) if links else b"",
        _described(items, kept),
    ]
    before = len(start) + 12 + sum(map(len, head)) + 16 + 14 * len(kept) + 8
    places = full_box(
        b"iloc", b"\x44\0", struct.pack(">H", len(kept)), *_places(items, kept, content, before)
    )
    meta = full_box(b"meta", *head, places)
    return start + meta + box(b"mdat", *content.values())


def _entries(items: Items, number: dict[int, int]) -> Iterator[bytes]:
    for one, its_number in number.items():
        entry = struct.pack(">HH", its_number, 0) + items.by_id[one].kind + b"\0"
        hidden = one != items.primary
        yield full_box(b"infe", entry, version=2, flags=int(hidden))


def _described(items: Items, kept: list[int]) -> bytes:
    """Write the properties that are kept, each once, and which item has which."""
    known: dict[tuple[bytes, bytes], int] = {}
    associations = []
    for place, one in enumerate(kept, start=1):
        chosen = [prop for prop in items.by_id[one].properties if prop.name in _KEPT]
        entries = [_index(known, prop) for prop in chosen]
        associations.append(struct.pack(f">HB{len(entries)}H", place, len(entries), *entries))
    ipco = box(b"ipco", *(box(name, body) for name, body in known))
    return box(
        b"iprp",
        ipco,
        full_box(b"ipma", struct.pack(">I", len(kept)), *associations, flags=1),
    )


def _index(known: dict[tuple[bytes, bytes], int], prop: Property) -> int:
    return known.setdefault((prop.name, prop.body), len(known) + 1) | prop.essential << 15


def _places(items: Items, kept: list[int], content: Content, start: int) -> Iterator[bytes]:
    at = {}
    for extents, one in content.items():
        at[extents] = start
        start += len(one)
    for place, item_id in enumerate(kept, start=1):
        extents = items.by_id[item_id].extents
        yield struct.pack(">HHHII", place, 0, 1, at[extents], len(content[extents]))
