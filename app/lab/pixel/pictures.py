"""The picture of the linear filter from the image to one pixel, one pixel for each weight."""

import numpy as np

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.engine.explain.ledger import local_filter
from app.lab.compute.passes import Passes, check_map
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchMap
from app.lab.pieces import scales
from app.lab.state.state import State
from app.messages import sentence


@timed("draw")
def local_filter_png(
    passes: Passes, state: State, layer: int, channel: int, row: int, col: int
) -> bytes:
    """Draw the linear filter from the image to a pixel, its channels in a row.

    Raises:
        NoSuchMap: the stack has no such map, or the pixel has no linear filter.
        PlaceError: there is no such pixel.
    """
    check_map(state, layer, channel)
    trace = passes.layer_run(state, layer).trace()
    through = trace.spec.layers[layer - 1].pool != "none"
    found = local_filter(trace, layer, channel, row, col, pooled=through)
    if found is None or not found.weights.size:
        raise NoSuchMap(
            sentence("This pixel has no linear filter; relu, leaky_relu and linear have one.")
        )
    weights = found.weights.astype(np.float32)  # (C, h, w)
    indices = render.signed_indices(
        weights, scales.largest(weights), contrast=scales.KERNEL_CONTRAST
    )
    gaps = np.full((*indices.shape[:2], 1), colormaps.NO_VALUE, np.uint8)
    side_by_side = np.concatenate([indices, gaps], axis=2).transpose(1, 0, 2)  # (h, C, w + 1)
    picture = np.ascontiguousarray(side_by_side.reshape(len(side_by_side), -1)[:, :-1])
    return encode_png(picture, colormaps.WEIGHTS)
