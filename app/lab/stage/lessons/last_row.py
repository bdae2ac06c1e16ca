"""The last row of a ledger, before it is worked out, at a place where it has something to add."""

from dataclasses import replace
from math import fsum

import numpy as np

from app.lab.compute.passes import Passes
from app.lab.pixel.build import pixel_view
from app.lab.pixel.views import PixelView
from app.lab.stage.lessons.lesson import Scene
from app.lab.stage.lessons.views import AddedView, RowView
from app.lab.state.state import State


def row_view(passes: Passes, state: State, scene: Scene) -> RowView:
    """Describe the last row of a map's ledger, and the sum of all others; none of its products, and no total."""
    return _view(pixel_with_last_row(passes, state, scene.layer, scene.channel))


def added_row_view(passes: Passes, state: State, scene: Scene) -> RowView:
    """Describe the same row worked out."""
    pixel = pixel_with_last_row(passes, state, scene.layer, scene.channel)
    last = pixel.contributions[-1]
    return replace(
        _view(pixel), added=AddedView(products=last.products, sum=last.sum, total=pixel.total)
    )


def pixel_with_last_row(passes: Passes, state: State, layer: int, channel: int) -> PixelView:
    """Return the pixel of a map to which the last row of its ledger adds most, up or down; not at the border.

    Where it adds nothing anywhere, that is the first pixel.
    """
    fold = passes.fold(state, layer, channel)
    added = np.abs(fold.contributions[fold.read()[-1]][1:-1, 1:-1])
    row, col = (int(place) + 1 for place in np.unravel_index(added.argmax(), added.shape))
    return pixel_view(passes, state, (layer, channel, row, col))


def sum_of_others(pixel: PixelView) -> float:
    """Return the sum of all rows of a ledger but the last, without the bias."""
    return fsum(one.sum for one in pixel.contributions[:-1])


def _view(pixel: PixelView) -> RowView:
    *others, last = pixel.contributions
    return RowView(
        layer=pixel.layer,
        channel=pixel.channel,
        row=pixel.row,
        col=pixel.col,
        input=last.channel,
        name=last.name,
        window=last.window,
        kernel=last.kernel,
        count=len(others),
        others=sum_of_others(pixel),
        bias=pixel.bias,
        bias_used=pixel.bias_used,
        empty=not any(map(any, last.window)),
        added=None,
    )
