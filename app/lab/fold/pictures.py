"""The pictures of a fold: its contributions, the steps of the running sum, the tempting wrong answers."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render, scale
from app.drawing.png import encode_png
from app.drawing.sheets import Indices, SheetLayout, sheet
from app.engine.arrays import Float
from app.engine.errors import check_range
from app.lab.compute.folds import Fold
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchMap
from app.lab.pieces import scales
from app.lab.pieces.tiles import TILE, layout_of
from app.lab.state.state import Display, State
from app.messages import listed, sentence

SUM_TILE = 256  # pixels a side of a step of the running sum, at most
MOVING_TILE = 128  # the same while it moves
WRONG = ("true", "mean", "shared", "strongest")


@timed("draw")
def contributions_png(
    passes: Passes, state: State, layer: int, channel: int, *, half: bool = False
) -> bytes:
    """Draw all contributions into one picture, in the places of the channels; with `half`, of half the size."""
    one, display = passes.fold(state, layer, channel), state.display
    drawn, layout = one.parts.drawn, tiles_layout(one)
    if half:
        height, width = one.preactivation.shape
        drawn = render.halved(drawn, height=height, width=width, tile=TILE)
        layout = layout.half
    limits = contribution_limits(one, display)
    indices = render.signed_indices(drawn, limits, contrast=display.contrast)
    return encode_png(sheet(indices, layout), colormaps.SIGNED)


@timed("draw")
def sum_png(passes: Passes, state: State, layer: int, channel: int, step: int) -> bytes:
    """Draw one step of the running sum.

    Raises:
        NoSuchMap: there is no such map.
        SpecError: there is no such step.
    """
    one, display = passes.fold(state, layer, channel), state.display
    check_range("sum", step, range(one.last_step(display.show) + 1))
    values, limit = sum_frame(one, display, step), sum_limit(one, display)
    indices = render.signed_indices(values, limit, contrast=display.contrast)
    return encode_png(indices, colormaps.SIGNED)


@timed("draw")
def moving_sums(passes: Passes, state: State, layer: int, channel: int) -> bytes:
    """Return all steps of the running sum as they are shown while it moves: smaller, in one compressed stream.

    The stream (zlib, RFC 1950) holds height and width, 16 bits each, little-endian; the colour of each index as
    red, green and blue; then, for each step, the indices of its frame less those of the frame before, modulo 256.
    Few values change from step to step, so this is a third of a sheet, and a reader shows what has arrived.
    """
    one, display = passes.fold(state, layer, channel), state.display
    limit = sum_limit(one, display)
    packer = zlib.compressobj(strategy=zlib.Z_HUFFMAN_ONLY)  # nothing repeats but single values
    height, width = moving_size(one)
    parts = [packer.compress(struct.pack("<HH", height, width) + colormaps.SIGNED.tobytes())]
    before: Indices | int = 0
    for values in running_steps(one, display):
        small = render.block_means(values[None], MOVING_TILE)[0]
        frame = render.signed_indices(small, limit, contrast=display.contrast)
        parts.append(packer.compress((frame - before).tobytes()))
        before = frame
    return b"".join((*parts, packer.flush()))


@timed("draw")
def wrong_png(passes: Passes, state: State, layer: int, channel: int, kind: str) -> bytes:
    """Draw a tempting wrong answer, or `true`: the pre-activation that it is compared with.

    Raises:
        NoSuchMap: there is no such map, or no such wrong answer.
    """
    if kind not in WRONG:
        raise NoSuchMap(
            sentence(
                "There is no picture of {kind}; {kinds} would work.", kind=kind, kinds=listed(WRONG)
            )
        )
    one, display = passes.fold(state, layer, channel), state.display
    values = one.preactivation if kind == "true" else one.wrong[kind].map2d
    indices = render.signed_indices(values, sum_limit(one, display), contrast=display.contrast)
    return encode_png(indices, colormaps.SIGNED)


def contribution_values(
    passes: Passes, state: State, layer: int, channel: int, number: int
) -> bytes:
    """Return the values of one contribution as little-endian float32, row by row.

    Raises:
        NoSuchMap: there is no such map, or no such contribution.
    """
    contributions = passes.fold(state, layer, channel).contributions
    if not 0 <= number < len(contributions):
        last = len(contributions) - 1
        raise NoSuchMap(
            sentence(
                "There is no contribution {number}; 0 to {last} would work.",
                number=number,
                last=last,
            )
        )
    data: bytes = contributions[number].astype("<f4").tobytes()
    return data


def sum_frame(one: Fold, display: Display, step: int) -> Float:
    """Return one step of the running sum as its picture shows it, (h, w)."""
    count = len(one.added())
    if step > count:
        values = _rest(one, one.rests(display.show)[step - count - 1])
    else:
        values = np.zeros_like(one.preactivation)
        for added in one.contributions.of(one.ordered(display.order)[:step]):
            values = values + added
    return _frame(values)


def running_steps(one: Fold, display: Display) -> Iterator[Float]:
    """Yield the map after each step of the running sum, (H', W'), as its pictures show it."""
    total = np.zeros_like(one.preactivation)
    yield total
    for values in one.contributions.of(one.ordered(display.order)):
        total = total + values
        yield total
    yield from (_rest(one, kind) for kind in one.rests(display.show))


def sum_limit(one: Fold, display: Display) -> float:
    """Return where the scale of the running sum ends: that of the map, so that the sum becomes the map.

    Where that holds no more than rounding, as of a silent map with a scale of its own, the pre-activation decides.
    """
    limit = float(scales.scale_limits(one.run, one.layer, display)[one.channel])
    if limit > scales.rounding(one.run, one.layer, display):
        return limit
    return max(limit, scale.end_of(_frame(one.preactivation)))


def contribution_limits(one: Fold, display: Display) -> NDArray[np.float32]:
    """Return where the scale of each contribution ends, (C,).

    Contributions are many and small: on the scale of their layer they would hardly be seen. Where both
    layers share one scale, so do they: then the same value has the same colour everywhere.
    """
    if display.scale == "map":
        return np.maximum(scales.map_ends(one.parts.drawn), np.float32(scales.ROUNDING * one.end))
    shared = sum_limit(one, display) if display.scale == "stack" else one.end
    return np.full(len(one.contributions), shared, np.float32)


def sum_shares(one: Fold, display: Display) -> tuple[float, ...]:
    """Return the share of the values of each step of the running sum that lie beyond its scale."""
    limit = sum_limit(one, display)

    def count() -> tuple[float, ...]:
        steps = running_steps(one, display)
        return tuple(scale.share_beyond(_frame(values), limit) for values in steps)

    return one.parts.results.get(("sums beyond", display.order, display.show, limit), count)


def tiles_layout(one: Fold) -> SheetLayout:
    """Return where each contribution lies in its sheet."""
    count, height, width = one.contributions.shape
    return layout_of(count, height, width, TILE)


def sum_size(one: Fold) -> tuple[int, int]:
    """Return the height and width of the picture of one step of the running sum."""
    height, width = one.preactivation.shape
    return render.reduced_size(height, width, SUM_TILE)


def moving_size(one: Fold) -> tuple[int, int]:
    """Return the height and width of a step while the sum moves."""
    height, width = one.preactivation.shape
    return render.reduced_size(height, width, MOVING_TILE)


def _rest(one: Fold, kind: str) -> Float:
    if kind == "pool":
        return _enlarged(one)
    trace = one.run.layer(one.layer).trace
    after: Float = (trace.activation if kind == "activation" else trace.preactivation)[one.channel]
    return after


def _enlarged(one: Fold) -> Float:
    """Return the pooled map with a block for each of its values, over the map before it; the rest is 0."""
    layer = one.run.layer(one.layer)
    size, pooled = layer.trace.spec.pool_size, layer.trace.output[one.channel]
    whole = np.zeros_like(one.preactivation)
    blocks = pooled.repeat(size, axis=0).repeat(size, axis=1)
    whole[: blocks.shape[0], : blocks.shape[1]] = blocks
    return whole


def _frame(values: Float) -> Float:
    frame: Float = render.block_means(values[None], SUM_TILE)[0]
    return frame
