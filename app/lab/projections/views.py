"""The views of what excites a map most: frozen dataclasses of numbers and strings. No arrays."""

from dataclasses import dataclass

from app.lab.pieces.views import BoxView, LegendView, Matrix, RectangleView, SheetView
from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class ProjectionView:
    """One strong activation, before any pool, and the positions of its three pictures in the sheet.

    `pixel` is the row and column in the layer's output that covers it. These differ if there is a pool; None if
    no pool window reads it.

    `title` is the title of the sample. `box` is the receptive field, for which three arrays have a matrix for
    each channel: `patch` the picture's pixels from 0 to 1 before `normalise`, `deconvnet` the projection,
    `gradient` the plain gradient. They are empty if a side of the box exceeds 32 pixels.
    """

    image_id: str
    title: Message | str | None
    row: int
    col: int
    pixel: tuple[int, int] | None
    value: float
    box: RectangleView
    patch_box: BoxView
    deconvnet_box: BoxView
    gradient_box: BoxView
    patch: tuple[Matrix, ...]
    deconvnet: tuple[Matrix, ...]
    gradient: tuple[Matrix, ...]


@dataclass(frozen=True, kw_only=True)
class ProjectionsView:
    """The strongest places of one map in its picture, or the best place of each sample; greatest first.

    Of places whose receptive fields overlap only the strongest is there, and a sample on which the map is
    silent has none. So there may be fewer than `most`.
    `filters` is how many maps the layer has. `rectified` says whether any rule on the way down sets what is
    negative to zero, `pooled` whether it passes a pool. Legends are None where there is no place.
    """

    layer: int
    channel: int
    filters: int
    name: Message | None
    activation: str
    size: int
    channels: int
    samples: bool
    looked_at: int
    most: int
    rectified: bool
    pooled: bool
    sheet: SheetView
    deconvnet_legend: LegendView | None
    gradient_legend: LegendView | None
    places: tuple[ProjectionView, ...]
