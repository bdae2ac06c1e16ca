"""Decodes a large HEIC photograph tile by tile, each reduced at once, so that it takes little memory."""

from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

from app.untrusted.pictures.containers.heif_grid import Grid
from app.untrusted.pictures.limits import SHORT_SIDE, DecodeLimits, too_many
from app.untrusted.pictures.plugins import opened
from app.untrusted.pictures.refusals import TOO_MANY_IN_A_HEIC

_FACTORS = (8, 4, 2)


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """A grid, the files of its tiles, and by which factor each is reduced."""

    grid: Grid
    files: Iterator[bytes]
    factor: int

    @property
    def canvas(self) -> tuple[int, int]:
        """Return the width and height of all tiles once reduced; the last may reach beyond the picture."""
        (across, down), columns = self.grid.tile, self.grid.columns
        rows = len(self.grid.tiles) // columns
        return columns * across // self.factor, rows * down // self.factor


def reducible(grid: Grid, files: Iterator[bytes], limits: DecodeLimits) -> Tiles | None:
    """Return how a picture over the limits is decoded within them; None if it is to be decoded as it is.

    Twice the short side that is shown stays at least: the resizing goes on from there with its better filter.

    Raises:
        PictureTooLarge: it has too many pixels even so.
    """
    if limits.fit(*grid.size):
        return None
    most = min(grid.size) // (2 * SHORT_SIDE)
    for factor in _FACTORS:
        tiles = Tiles(grid=grid, files=files, factor=factor)
        divides = grid.tile[0] % factor == grid.tile[1] % factor == 0
        if factor <= most and divides and limits.fit(*tiles.canvas):
            if grid.size[0] * grid.size[1] > limits.max_heic_pixels:
                raise too_many(TOO_MANY_IN_A_HEIC, grid.size, limits.max_heic_pixels, limits)
            return tiles
    return None


def decoded(tiles: Tiles) -> tuple[Image.Image, bytes | None]:
    """Return the reduced picture, RGB, and the colour profile in its file.

    Raises:
        ValueError: a tile has another size than its header states.
    """
    canvas, profile = Image.new("RGB", tiles.canvas), None
    for place, data in enumerate(tiles.files):
        with opened(data, "HEIC") as tile:
            if tile.size != tiles.grid.tile:
                raise ValueError("a tile of another size")
            small = tile.convert("RGB").reduce(tiles.factor)
            profile = profile or tile.info.get("icc_profile")
        row, column = divmod(place, tiles.grid.columns)
        canvas.paste(small, (column * small.width, row * small.height))
    return canvas, profile
