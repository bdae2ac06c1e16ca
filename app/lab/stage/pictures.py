"""The picture itself as the stack reads it: the square and its channels; and the samples to choose from."""

from collections.abc import Iterable

import numpy as np

from app.drawing import colormaps, render
from app.drawing.jpeg import encode_rgb_jpeg
from app.drawing.png import Bytes, encode_png, encode_rgb_png
from app.engine.arrays import Float
from app.engine.spec.stack import StackSpec
from app.lab.compute.passes import Passes
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchMap
from app.lab.state.state import State
from app.messages import sentence

THUMBNAIL = 96  # pixels a side of a sample in the strip of samples


@timed("draw")
def picture_png(passes: Passes, state: State, side: int) -> bytes:
    """Draw the working square, before `normalise`, reduced to means of blocks where its side is longer."""
    return encode_rgb_png(_rgb(_square(passes, state, side)))


@timed("draw")
def samples_jpeg(passes: Passes, names: Iterable[str]) -> bytes:
    """Draw all samples into one picture, side by side."""
    states = [State(image_id=name, stack=StackSpec(size=THUMBNAIL)) for name in names]
    squares = [_rgb(_square(passes, state, THUMBNAIL)) for state in states]
    return encode_rgb_jpeg(np.concatenate(squares, axis=1))


@timed("draw")
def channel_png(passes: Passes, state: State, channel: int, side: int) -> bytes:
    """Draw one channel of the working square, black for 0 and white for 1; smaller as the square is.

    Raises:
        NoSuchMap: the picture has no such channel.
    """
    image = _square(passes, state, side)
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


def _square(passes: Passes, state: State, side: int) -> Float:
    image: Float = passes.ready(state).prepared.image  # (C, H, W)
    return render.block_means(image, side)


def _rgb(image: Float) -> Bytes:
    pixels = np.round(np.moveaxis(image, 0, -1) * 255).astype(np.uint8)
    return np.repeat(pixels, 3 // pixels.shape[-1], axis=-1)  # (H, W, 3)
