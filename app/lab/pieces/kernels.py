"""The kernels of one filter, as numbers, as views and as a picture. They need no pass."""

import numpy as np

from app.drawing import colormaps, render
from app.drawing.png import encode_png
from app.drawing.sheets import Indices, SheetLayout, sheet, sheet_layout
from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.pieces import scales
from app.lab.pieces.tiles import box_view
from app.lab.pieces.views import KernelView
from app.messages import Message, sentence

CHANNEL_NAMES = {1: (sentence("grey"),), 3: (sentence("R"), sentence("G"), sentence("B"))}


def filter_kernels(bank: FilterBank, channel: int) -> Float:
    """Return all kernels of one filter, (C, kh, kw); zero for the channels of other groups."""
    kernels: Float = bank.full[channel]
    return kernels


def input_names(spec: StackSpec, number: int, first: FilterBank) -> tuple[Message | None, ...]:
    """Return the names of the input channels of layer `number`, if they have any; `first` is the bank of layer
    1.
    """
    channels = spec.input_shape(number)[0]
    if number == 1:
        return CHANNEL_NAMES[channels]
    return first.names or (None,) * channels


def kernel_views(
    spec: StackSpec,
    number: int,
    channel: int,
    kernels: Float,
    layout: SheetLayout,
    names: tuple[Message | None, ...],
) -> tuple[KernelView, ...]:
    """Describe each kernel of one filter, (C, kh, kw); `names` are those of its input channels."""
    reads = spec.channels_read(number, channel)
    by_hand = {edit.channel for edit, _ in spec.edits(number) if edit.filter == channel}
    return tuple(
        KernelView(
            channel=index,
            name=names[index],
            reads=index in reads,
            weights=tuple(tuple(row) for row in kernel.tolist()),
            edited=index in by_hand,
            settable=index in reads and not spec.layers[number - 1].factored,
            box=box_view(layout, index),
        )
        for index, kernel in enumerate(kernels)
    )


def filter_png(bank: FilterBank, channel: int) -> bytes:
    """Draw all kernels of one filter into one picture, one pixel for each weight, on one scale."""
    kernels = filter_kernels(bank, channel)  # (C, kh, kw)
    return encode_png(sheet(_indices(kernels), sheet_layout(*kernels.shape)), colormaps.WEIGHTS)


def blocks_layout(bank: FilterBank, columns: int) -> SheetLayout:
    """Return where each filter lies, as one block of its kernels, in the sheet of all filters."""
    filters, channels, height, width = bank.full.shape
    rows = -(-channels // columns)
    return sheet_layout(filters, rows * (height + 1) - 1, columns * (width + 1) - 1)


def blocks_png(bank: FilterBank, columns: int) -> bytes:
    """Draw every filter as one block of its kernels, `columns` in a row, each filter on a scale of its own."""
    blocks = np.stack([_block(_indices(kernels), columns) for kernels in bank.full])
    picture = sheet(blocks, blocks_layout(bank, columns))
    return encode_png(picture, colormaps.WEIGHTS, smooth=False)


def _indices(kernels: Float) -> Indices:
    limit, contrast = scales.largest(kernels), scales.KERNEL_CONTRAST
    return render.signed_indices(kernels, limit, contrast=contrast)


def _block(indices: Indices, columns: int) -> Indices:
    """Lay kernels (C, kh, kw) out with a line of no value between two of them."""
    count, height, width = indices.shape
    rows = -(-count // columns)
    block = np.zeros((rows * (height + 1), columns * (width + 1)), np.uint8)
    for index, kernel in enumerate(indices):
        y, x = (index // columns) * (height + 1), (index % columns) * (width + 1)
        block[y : y + height, x : x + width] = kernel
    return block[:-1, :-1]
