"""The picture of the composed layer of two linear layers: all of its filters, one pixel for each weight."""

import numpy as np

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.drawing.sheets import SheetLayout, sheet, sheet_layout
from app.engine.arrays import Float
from app.engine.explain.compose import OneLayer, check_composable, compose
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.pieces import scales
from app.lab.state.state import State


@timed("draw")
def one_layer_png(passes: Passes, state: State) -> bytes:
    """Draw every filter of the composed layer, its kernels in a row, one pixel for each weight, on one scale.

    Raises:
        SpecError: see `one_layer_view`.
    """
    check_composable(state.stack)
    one = compose(state.stack, passes.banks.pair(state.stack))
    weights: Float = one.weight.astype(np.float32)  # (F, C, kh, kw)
    limit = scales.largest(weights)
    indices = render.signed_indices(weights, limit, contrast=scales.KERNEL_CONTRAST)
    gaps = np.full((*indices.shape[:3], 1), colormaps.NO_VALUE, np.uint8)
    spaced = np.concatenate([indices, gaps], axis=3).transpose(0, 2, 1, 3)  # (F, kh, C, kw + 1)
    tiles = spaced.reshape(*spaced.shape[:2], -1)[..., :-1]
    return encode_png(sheet(tiles, filters_layout(one)), colormaps.WEIGHTS)


def filters_layout(one: OneLayer) -> SheetLayout:
    """Return the position of each filter in the picture, with its kernels in a row."""
    filters, channels, height, width = one.weight.shape
    return sheet_layout(filters, height, channels * (width + 1) - 1)
