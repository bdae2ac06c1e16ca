"""How a large HEIC photograph is tiled, so that its tiles can be decoded one after the other."""

import struct
from dataclasses import dataclass

from app.untrusted.pictures.containers.items import Item, Items

_MOST_TILE = 1024  # a side; cameras use 512


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A picture of `size` (width, height) in `columns` equal tiles, row by row: the ids of their items."""

    size: tuple[int, int]
    tile: tuple[int, int]
    columns: int
    tiles: tuple[int, ...]


def plain_grid(items: Items, kept: list[int], body: bytes) -> Grid | None:
    """Return the grid that the primary item is, by its `body` (ISO/IEC 23008-12, section 6.6.2.3.2).

    Return None if there is more to it than equal tiles: alpha, a crop, or tiles that are not used.

    Raises:
        struct.error, IndexError: it is cut off.
    """
    primary, tiles = items.by_id[items.primary], items.linked(b"dimg", items.primary)
    sizes = {items.by_id[one].property(b"ispe") for one in tiles}
    if primary.kind != b"grid" or len(kept) != 1 + len(tiles) or len(sizes) != 1:
        return None
    rows, columns = body[2] + 1, body[3] + 1
    width, height = struct.unpack_from(">II" if body[1] & 1 else ">HH", body, 4)
    across, down = struct.unpack_from(">II", sizes.pop(), 4)
    plain = (
        not primary.property(b"clap")
        and rows * columns == len(tiles)
        and 0 < max(across, down) <= _MOST_TILE
        and (columns - 1) * across < width <= columns * across
        and (rows - 1) * down < height <= rows * down
    )
    if not plain:
        return None
    return Grid(size=(width, height), tile=(across, down), columns=columns, tiles=tiles)


def coloured(tile: Item, whole: Item) -> Item:
    """Return a tile that states the colours of the whole picture, where that one states any."""
    stated = tuple(one for one in whole.properties if one.name == b"colr")
    kinds = {one.body[:4] for one in stated}
    own = (one for one in tile.properties if one.name != b"colr" or one.body[:4] not in kinds)
    return Item(tile.kind, hidden=False, extents=tile.extents, properties=(*stated, *own))
