"""The filters of layer 1 as small colour pictures: the kernels for R, G and B are the channels of one picture."""

import numpy as np

from app.drawing.png import encode_rgb_png
from app.drawing.sheets import SheetLayout, sheet, sheet_layout
from app.engine.compute.trace import FilterBank
from app.engine.errors import SpecError
from app.lab.compute.passes import Passes, check_layer
from app.lab.compute_timing import timed
from app.lab.pieces import scales
from app.lab.state.state import State
from app.messages import sentence


def filters_layout(bank: FilterBank) -> SheetLayout:
    """Return where each filter lies in the sheet, a pixel a weight."""
    filters, _, height, width = bank.full.shape
    return sheet_layout(filters, height, width)


@timed("draw")
def filters_png(passes: Passes, state: State, layer: int) -> bytes:
    """Draw all filters of layer 1 in colour, on one scale: the middle grey is 0, full colour the greatest weight.

    Raises:
        NoSuchMap: the stack has no such layer.
        SpecError: the layer reads maps, which are no colours.
    """
    check_layer(layer)
    if layer != 1:
        raise SpecError(
            "layer",
            sentence(
                "{field} is {layer}, whose filters read maps, not colours; 1 would work.",
                layer=layer,
            ),
        )
    passes.check(state)
    bank = passes.banks.bank(state.stack, layer)
    weights = bank.full.astype(np.float64)  # (F, C, kh, kw)
    limit = scales.largest(bank.full) or 1.0
    tiles = np.rint(127.5 + 127.5 * weights / limit).astype(np.uint8)
    colours = range(3) if tiles.shape[1] == 3 else (0, 0, 0)
    layout = filters_layout(bank)
    return encode_rgb_png(np.stack([sheet(tiles[:, one], layout) for one in colours], axis=-1))
