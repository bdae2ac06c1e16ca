"""The picture of a whole view: the photograph, the maps of layer 1, those of layer 2; or a deep net."""

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.drawing.boards import Board, Box
from app.drawing.png import encode_rgb_png
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_map
from app.lab.compute_timing import timed
from app.lab.deep_nets.views import BarView, DrawingView, LadderView
from app.lab.pieces import scales
from app.lab.state.state import Display, State

WIDTH, HEIGHT = 1200, 630  # what sites that show links ask for
PICTURE: Box = (44, 185, 260, 260)
FIRST: Box = (376, 87, 456, 456)
SECOND: Box = (904, 87, 252, 456)
ONE: Box = (904, 189, 252, 252)
GAP = 4
LETTERS, HEADLINE = 22, 54  # of what is written, in pixels
TOP = 170  # where the drawing of a deep net begins
Pixels = NDArray[np.uint8]


def preview_height(width: int) -> int:
    """Return the height of a preview that is `width` pixels wide."""
    return width * HEIGHT // WIDTH


@timed("draw")
def preview_png(
    passes: Passes, state: State, chosen: tuple[int, int] | None, *, width: int
) -> bytes:
    """Draw the picture, the maps of layer 1 and those of layer 2, or the map `chosen` (layer, channel) alone.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    if chosen is not None:
        check_map(state, *chosen)
    image, run, display = passes.ready(state).prepared.image, passes.run(state), state.display
    board = Board(WIDTH, HEIGHT)
    board.put(_in_colour(image), PICTURE)
    board.arrow((322, 299, 36, 32))
    tiles = board.put_all(_maps(run, 1, display, FIRST[2] // 4), FIRST, gap=GAP)
    if chosen is None:
        board.arrow((850, 299, 36, 32))
        board.put_all(_maps(run, 2, display, SECOND[2]), SECOND, gap=GAP)
    else:
        _put_one(board, tiles, run, display, chosen)
    return encode_rgb_png(_reduced(board.pixels(), width))


@timed("draw")
def ladder_preview_png(passes: Passes, state: State, ladder: LadderView, *, width: int) -> bytes:
    """Draw a deep net as its page does: a bar for each layer, and below it how much of the picture it sees."""
    image = passes.ready(state).prepared.image  # (C, H, W)
    board, square, drawing = Board(WIDTH, HEIGHT), _in_colour(image), ladder.drawing
    shapes = (ladder.input_shape, ladder.layers[-1].shape)
    words = "   to   ".join(" x ".join(map(str, shape)) for shape in shapes)
    board.write(words, (WIDTH // 2, TOP // 2), size=HEADLINE, anchor="mm")
    left = (WIDTH - drawing.bars[-1].middle - drawing.tile / 2) / 2
    side = drawing.picture
    board.put(square, _box(left, TOP + drawing.base - side, side, side))
    for bar in drawing.bars:
        _put_bar(board, bar, drawing, square, left)
    return encode_rgb_png(_reduced(board.pixels(), width))


def _put_bar(
    board: Board, bar: BarView, drawing: DrawingView, picture: Pixels, left: float
) -> None:
    middle, base, tile = round(left + bar.middle), round(TOP + drawing.base), drawing.tile
    tiles = TOP + drawing.tiles_top
    board.bar(_box(left + bar.left, TOP + bar.top, bar.width, bar.height), hollow=bar.pools)
    board.put(picture, _box(middle - tile / 2, tiles, tile, tile))
    sees = _box(left + bar.sees_left, TOP + bar.sees_top, bar.sees_side, bar.sees_side)
    board.frame(sees, width=2)
    for number, at, anchor in (
        (bar.side, round(TOP + bar.top) - 6, "ms"),
        (bar.depth, base + 8, "mt"),
        (bar.sees, round(tiles + tile) + 8, "mt"),
    ):
        if number is not None:
            board.write(str(number), (middle, at), size=LETTERS, anchor=anchor)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return (round(left), round(top), max(round(width), 1), max(round(height), 1))


def _in_colour(image: NDArray[np.float32]) -> Pixels:
    square = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
    return np.repeat(square, 3 // square.shape[-1], axis=-1)


def _put_one(
    board: Board, tiles: list[Box], run: Pass, display: Display, chosen: tuple[int, int]
) -> None:
    number, channel = chosen
    place = board.put(_maps(run, number, display, ONE[2] * 2)[channel], ONE)
    sources = tiles if number == 2 else [tiles[channel]]
    right = max(left + width for left, _, width, _ in tiles)
    heights = sorted({top + height / 2 for _, top, _, height in sources})
    board.gather([(right + 8, y) for y in heights], (place[0] - 8, place[1] + place[3] / 2))
    board.frame(place, width=4)
    if number == 1:
        board.frame(tiles[channel], width=3)


def _maps(run: Pass, number: int, display: Display, side: int) -> list[Pixels]:
    """Return the maps of a layer in their colours, each (h, w, 3) with sides of at most `side`."""
    maps = render.block_means(run.layer(number).maps(display.show), side)
    limits = scales.scale_limits(run, number, display)
    indices = render.signed_indices(maps, limits, contrast=display.contrast)
    return list(colormaps.SIGNED[indices])


def _reduced(pixels: Pixels, width: int) -> Pixels:
    """Return the picture averaged down to `width`."""
    factor = WIDTH // width
    if factor == 1:
        return pixels
    high = preview_height(width)
    blocks = pixels[: high * factor].reshape(high, factor, width, factor, 3)
    reduced: Pixels = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
    return reduced
