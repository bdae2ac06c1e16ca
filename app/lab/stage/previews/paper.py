"""The paper that previews are drawn on, and what several of them put on it."""

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.drawing.boards import Board, Box
from app.drawing.png import encode_rgb_png
from app.lab.compute.layer_cache import Pass
from app.lab.pieces import scales
from app.lab.state.state import Display

WIDTH, HEIGHT = 1200, 630  # what sites that show links ask for
PICTURE: Box = (44, 185, 260, 260)
GAP = 4
LETTERS = 22  # of what is written, in pixels
Pixels = NDArray[np.uint8]


def preview_height(width: int) -> int:
    """Return the height of a preview that is `width` pixels wide."""
    return width * HEIGHT // WIDTH


def new_board() -> Board:
    """Return an empty sheet."""
    return Board(WIDTH, HEIGHT)


def put_picture(board: Board, image: NDArray[np.float32]) -> None:
    """Put the picture, (C, H, W), at the left, with an arrow that leads on."""
    board.put(in_colour(image), PICTURE)
    board.arrow((322, 299, 36, 32))


def in_colour(image: NDArray[np.float32]) -> Pixels:
    """Return the pixels of a picture, (C, H, W) from 0 to 1, as (H, W, 3)."""
    square = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
    return np.repeat(square, 3 // square.shape[-1], axis=-1)


def maps_in_colour(run: Pass, number: int, display: Display, side: int) -> list[Pixels]:
    """Return the maps of a layer in their colours, each (h, w, 3) with sides of at most `side`."""
    maps = render.block_means(run.layer(number).maps(display.show), side)
    limits = scales.scale_limits(run, number, display)
    indices = render.signed_indices(maps, limits, contrast=display.contrast)
    return list(colormaps.SIGNED[indices])


def as_png(board: Board, width: int) -> bytes:
    """Return what is on the sheet, averaged down to `width`, as a PNG."""
    pixels = board.pixels()
    factor = WIDTH // width
    if factor == 1:
        return encode_rgb_png(pixels)
    high = preview_height(width)
    blocks = pixels[: high * factor].reshape(high, factor, width, factor, 3)
    reduced: Pixels = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
    return encode_rgb_png(reduced)
