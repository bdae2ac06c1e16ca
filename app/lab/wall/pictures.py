"""The pictures of the wall: heads, contributions and row ends; sums of its rows; and where each of them lies."""

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.engine.arrays import Float
from app.engine.explain import wall
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes
from app.lab.compute.walls import BLOCKS, Wall
from app.lab.compute_timing import timed
from app.lab.pieces import scales
from app.lab.pieces.views import BoxView
from app.lab.state.state import Display, State

PITCH = BLOCKS + 2  # from one place of the wall to the next; the pixels between are transparent


def cell_box(column: int, row: int) -> BoxView:
    """Describe where a contribution lies in the picture of the wall."""
    return BoxView(x=column * PITCH + 1, y=(row + 1) * PITCH + 1, width=BLOCKS, height=BLOCKS)


def end_box(one: Wall, row: int) -> BoxView:
    """Describe where the end of a row lies in the picture of the wall."""
    return cell_box(len(one.pictures), row)


def heads(one: Wall, display: Display) -> Float:
    """Return the column heads as they are drawn, (C, h, w): channels of the picture, or maps of layer 1."""
    read = one.run.image if one.layer == 1 else one.run.layer(1).maps(display.show)
    return wall.block_means(read, blocks=BLOCKS)


def ends(one: Wall, display: Display) -> Float:
    """Return the row ends as they are drawn: the maps of the layer, (F, h, w)."""
    return wall.block_means(one.run.layer(one.layer).maps(display.show), blocks=BLOCKS)


def head_limit(one: Wall, display: Display) -> float:
    """Return where the scale of the column heads ends."""
    if one.layer == 1:
        return float(np.abs(one.run.image).max())
    return _map_limit(one.run, 1, display)


def end_limit(one: Wall, display: Display) -> float:
    """Return where the scale of the row ends ends."""
    return _map_limit(one.run, one.layer, display)


def _map_limit(run: Pass, number: int, display: Display) -> float:
    # Where each map has a scale of its own, the greatest of them: the wall compares.
    return float(scales.scale_limits(run, number, display).max())


@timed("draw")
def wall_png(passes: Passes, state: State, layer: int) -> bytes:
    """Draw the wall into one picture: column heads, contributions and row ends.

    Contributions share one scale; the maps keep those of their layers. Places of other groups and of
    muted maps are empty.
    """
    one, display = passes.wall(state, layer), state.display
    channels, filters = one.pictures.shape[:2]
    canvas = np.zeros((filters + 1, PITCH, channels + 1, PITCH), np.uint8)
    cells = render.signed_indices(one.pictures, one.limit, contrast=display.contrast)
    cells = np.where(one.shown()[..., None, None], cells, colormaps.NO_VALUE)
    _place(cells.transpose(1, 0, 2, 3), canvas[1:, :, :channels])
    drawn = [
        render.signed_indices(means, limit, contrast=display.contrast)
        for means, limit in (
            (heads(one, display), head_limit(one, display)),
            (ends(one, display), end_limit(one, display)),
        )
    ]
    _place(drawn[0][None], canvas[:1, :, :channels])
    _place(drawn[1][:, None], canvas[1:, :, channels:])
    return encode_png(canvas.reshape((filters + 1) * PITCH, -1), colormaps.SIGNED)


@timed("draw")
def sums_png(passes: Passes, state: State, layer: int) -> bytes:
    """Draw the sums of the rows so far: in the place of each contribution its sum with all to its right.

    The sums have the scale of the row ends, and are those before the bias and the activation.
    """
    one, display = passes.wall(state, layer), state.display
    sums = running_sums(one)
    channels, filters = sums.shape[:2]
    canvas = np.zeros((filters, PITCH, channels, PITCH), np.uint8)
    drawn = render.signed_indices(sums, end_limit(one, display), contrast=display.contrast)
    _place(drawn.transpose(1, 0, 2, 3), canvas)
    return encode_png(canvas.reshape(filters * PITCH, -1), colormaps.SIGNED)


def running_sums(one: Wall) -> Float:
    """Return what each row adds up to from the last column to each one, (C, F, bh, bw)."""
    from_the_right = one.pictures[::-1].cumsum(axis=0, dtype=np.float64)[::-1]
    return from_the_right.astype(np.float32)


def _place(tiles: NDArray[np.uint8], room: NDArray[np.uint8]) -> None:
    """Put small pictures (rows, columns, h, w) into the middle of places (rows, PITCH, columns, PITCH)."""
    enlarge = max(BLOCKS // max(tiles.shape[2:]), 1)
    large = tiles.repeat(enlarge, axis=2).repeat(enlarge, axis=3)
    height, width = large.shape[2:]
    top, left = (PITCH - height) // 2, (PITCH - width) // 2
    room[:, top : top + height, :, left : left + width] = large.transpose(0, 2, 1, 3)
