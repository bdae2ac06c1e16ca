"""The two steps of a factored layer, as one filter takes them: numbers, kernels, the maps between."""

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from app.lab.compute.folds import Fold
from app.lab.fold.views import TwoStepsView
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view


def two_steps_view(one: Fold) -> TwoStepsView | None:
    """Describe the two steps of one filter; None where the layer is one step, or has several maps between for each
    input or filter, which no single line can show.
    """
    spec, layer = one.run.spec, one.run.spec.layers[one.layer - 1]
    shape = spec.intermediate_shape(one.layer)
    if shape is None or layer.multiplier > 1:
        return None
    inputs, layout = len(one.contributions), layout_of(*shape, TILE)
    bank, first = one.run.bank(one.layer), layer.kind == "separable"
    numbers, kernels = _factors(bank, one.channel, inputs, depthwise_first=first)
    between = range(inputs) if first else [one.channel] * inputs
    return TwoStepsView(
        numbers=tuple(numbers.tolist()),
        kernels=tuple(tuple(map(tuple, kernel)) for kernel in kernels.tolist()),
        boxes=tuple(box_view(layout, index) for index in between),
        sheet=sheet_view(layout),
    )


def _factors(
    bank: FilterBank, channel: int, inputs: int, *, depthwise_first: bool
) -> tuple[Float, Float]:
    """Return the numbers, (C,), and the kernels, (C, kh, kw), whose products are the kernels of one filter."""
    assert bank.pointwise is not None
    if depthwise_first:
        return bank.pointwise[channel], bank.weight[:, 0]
    kernel = bank.weight[channel, 0]  # (kh, kw)
    return bank.pointwise[channel], np.broadcast_to(kernel, (inputs, *kernel.shape))
