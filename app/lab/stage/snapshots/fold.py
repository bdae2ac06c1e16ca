"""The pictures of a fold for a file of a bounded size: the map is whole, what moves as large as there is room."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.drawing.sheets import sheet, sheet_layout
from app.figures import table_decimals
from app.lab.compute.folds import Fold
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.fold.pictures import contribution_limits, running_steps, sum_limit, wrong_png
from app.lab.maps.pictures import filter_png
from app.lab.pieces import scales
from app.lab.pieces.tiles import box_view, sheet_view
from app.lab.stage.pictures import channel_png
from app.lab.stage.snapshots.views import FoldPicturesView, PicturesView, ValuesView
from app.lab.state.state import State

# Greatest sides of the steps, the contributions and the maps that are read, in pixels: the first that fit.
SIDES = (
    *((128, 64, 64), (96, 64, 64), (96, 64, 32), (64, 64, 32)),
    *((64, 48, 32), (48, 32, 32), (32, 32, 16), (24, 16, 16)),
)
# So many of these with the tempting wrong answers; what is smaller makes room for the sum.
WITH_WRONG = 3
EXACT_BYTES = 320 * 1024  # of values in float32; more are written in half as many
WHOLE = 2**15 - 1  # the greatest 16-bit whole number
DIGITS, DIGITS_OF_A_STEP = 5, 4  # of the greatest value: 1 in 32,767 is not known to five digits

Frames = dict[int, list[NDArray[np.uint8]]]


@timed("draw")
def fold_pictures(
    passes: Passes, state: State, layer: int, channel: int, *, room: int
) -> FoldPicturesView:
    """Draw a fold in at most `room` bytes; if even the smallest pictures take more, these.

    Raises:
        NoSuchMap: the stack has no such map.
    """
    one = passes.fold(state, layer, channel)
    limit = sum_limit(one, state.display)
    steps, last = _steps(one, state, limit)
    values = map_values_view(one, state)
    kernels = filter_png(passes, state, layer, channel)
    answers = {kind: wrong_png(passes, state, layer, channel, kind) for kind in one.wrong}
    fixed = sum(map(len, (last, kernels, values.data)))
    attempts = [(answers, sides) for sides in SIDES[:WITH_WRONG]]
    attempts += [({}, sides) for sides in SIDES[WITH_WRONG - 1 :]]
    for wrong, (side, tile, read) in attempts:
        moving = _in_a_sheet(steps[side])
        parts = _in_a_sheet(_contributions(one, state, tile))
        inputs = None if layer == 1 else _in_a_sheet(_inputs(one, state, read))
        channels = _channels(passes, state, one, 2 * tile)
        sheets = (part.png for part in (moving, parts, inputs) if part)
        nbytes = sum(map(len, (*sheets, *channels, *wrong.values())))
        if fixed + nbytes <= room:
            break
    return FoldPicturesView(
        steps=moving,
        side=max(steps[side][0].shape),
        reduced=side < max(one.preactivation.shape),
        last=last,
        wrong=wrong,
        contributions=parts,
        inputs=inputs,
        channels=channels,
        kernels=kernels,
        values=values,
    )


def map_values_view(one: Fold, state: State) -> ValuesView:
    """Return the values of the map that a fold ends in, in float32 where that is no more than `EXACT_BYTES`."""
    maps = one.run.layer(one.layer).maps(state.display.show)[one.channel]
    height, width = maps.shape
    greatest = float(np.abs(maps).max())
    step = None if maps.nbytes <= EXACT_BYTES else greatest / WHOLE or 1.0
    data = np.rint(maps / step).astype("<i2") if step else maps.astype("<f4")
    return ValuesView(
        data=data.tobytes(),
        height=height,
        width=width,
        step=step,
        decimals=table_decimals(greatest, DIGITS_OF_A_STEP if step else DIGITS),
    )


def _steps(one: Fold, state: State, limit: float) -> tuple[Frames, bytes]:
    """Return the indices of every step at each of the sides, and the last one at its full size as a PNG."""
    frames: Frames = {side: [] for side, _, _ in SIDES}
    contrast, values = state.display.contrast, one.preactivation
    for values in running_steps(one, state.display):
        for side, drawn in frames.items():
            small = render.block_means(values[None], side)[0]
            drawn.append(render.signed_indices(small, limit, contrast=contrast))
    return frames, encode_png(
        render.signed_indices(values, limit, contrast=contrast), colormaps.SIGNED
    )


def _contributions(one: Fold, state: State, tile: int) -> NDArray[np.uint8]:
    drawn = render.block_means(one.parts.drawn, tile)
    limits = contribution_limits(one, state.display)
    return render.signed_indices(drawn, limits, contrast=state.display.contrast)


def _inputs(one: Fold, state: State, tile: int) -> NDArray[np.uint8]:
    """Return the maps that layer 2 reads, as a sheet of layer 1 shows them."""
    display = replace(state.display, show="activation")
    drawn = render.block_means(one.run.layer(1).drawn("activation"), tile)
    limits = scales.scale_limits(one.run, 1, display)
    return render.signed_indices(drawn, limits, contrast=display.contrast)


def _channels(passes: Passes, state: State, one: Fold, side: int) -> tuple[bytes, ...]:
    """Draw the channels of the picture that layer 1 reads; layer 2 reads none."""
    read = one.read() if one.layer == 1 else ()
    return tuple(channel_png(passes, state, channel, side=side) for channel in read)


def _in_a_sheet(pictures: Iterable[NDArray[np.uint8]]) -> PicturesView:
    each = list(pictures)
    layout = sheet_layout(len(each), *each[0].shape)
    return PicturesView(
        png=encode_png(sheet(each, layout), colormaps.SIGNED),
        sheet=sheet_view(layout),
        boxes=tuple(box_view(layout, index) for index in range(len(each))),
    )
