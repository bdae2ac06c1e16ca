"""Which faces the bank of faces finds in a picture, as numbers of the engine."""

from dataclasses import asdict

import numpy as np

from app.engine.arrays import Float
from app.engine.explain.ledger import Ledger, ledger
from app.engine.explain.receptive_field import receptive_field
from app.engine.spec import weight_names
from app.engine.spec.stack import StackSpec
from app.engine.weights.banks.face import NAMES
from app.lab.compute.layer_cache import Pass
from app.lab.pieces.views import RectangleView
from app.lab.stage.face_views import FacePartView, FacesView
from app.messages import Message

MOST = 50  # outlines: without its bias the filter fires nearly everywhere


def faces_view(run: Pass) -> FacesView | None:
    """Describe the faces that layer 2 found; None where it does not have the filter of faces as it was made."""
    spec = run.spec
    if spec.layers[1].weights != weight_names.FACE or spec.edits(1) or spec.edits(2):
        return None
    trace = run.trace()
    sums = trace.layers[1].preactivation[0]  # (H', W'), before any pool
    places = _strongest(sums)
    row, col = places[0]
    one = ledger(trace, 2, 0, row, col)
    names = tuple(NAMES.values())
    return FacesView(
        count=int(np.count_nonzero(sums > 0)),
        found=tuple(_seen(spec, *place) for place in places if sums[place] > 0),
        row=row,
        col=col,
        parts=_parts(one, names),
        weight=float(one.kernels.max()),
        bias=one.bias,
        total=one.total,
    )


def _strongest(sums: Float) -> list[tuple[int, int]]:
    """Return the places of the greatest sums, greatest first; of equals, the first in reading order."""
    order = np.argsort(-sums, axis=None, kind="stable")[:MOST]
    return [divmod(int(place), sums.shape[1]) for place in order]


def _seen(spec: StackSpec, row: int, col: int) -> RectangleView:
    return RectangleView(**asdict(receptive_field(spec, 2, row, col)))


def _parts(one: Ledger, names: tuple[Message, ...]) -> tuple[FacePartView, ...]:
    """Return what the filter reads where it has a weight: two eyes, a nose, a mouth."""
    places = zip(*np.nonzero(one.kernels), strict=True)
    return tuple(
        FacePartView(name=str(names[place[0]]), value=float(one.windows[place])) for place in places
    )
