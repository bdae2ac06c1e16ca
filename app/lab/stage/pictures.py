"""The picture itself as the stack reads it: the working square, and each of its channels."""

import numpy as np

from app.drawing import colormaps
from app.drawing.png import encode_png, encode_rgb_png
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchMap
from app.lab.state.state import State
from app.messages import sentence


@timed("draw")
def picture_png(passes: Passes, state: State) -> bytes:
    """Draw the working square, before `normalise`."""
    image = passes.ready(state).prepared.image  # (C, H, W)
    pixels = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
    return encode_rgb_png(np.repeat(pixels, 3 // pixels.shape[-1], axis=-1))


@timed("draw")
def channel_png(passes: Passes, state: State, channel: int) -> bytes:
    """Draw one channel of the working square, black for 0 and white for 1.

    Raises:
        NoSuchMap: the picture has no such channel.
    """
    image = passes.ready(state).prepared.image  # (C, H, W)
    if not 0 <= channel < len(image):
        last = len(image) - 1
        raise NoSuchMap(
            sentence(
                "The picture has no channel {channel}; 0 to {last} would work.",
                channel=channel,
                last=last,
            )
        )
    indices = np.round(image[channel] * 255).astype(np.uint8)
    return encode_png(indices, colormaps.GREY, transparent_first=False)
