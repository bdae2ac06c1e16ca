"""What the head of the answer to a live frame says (see `app.web.pages.live`)."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LiveLegendView:
    """Where a scale begins and ends, and the share of the drawn values beyond it."""

    minimum: float
    limit: float
    beyond: float


@dataclass(frozen=True, kw_only=True)
class LivePictureView:
    """One picture: a sheet of tiles, or one tile alone. `length` is that of its JPEG file in bytes.

    `ranges` are the least and the greatest value of each tile's map, `silent` the tiles whose map is 0 everywhere.
    `legend` is None where each tile has a scale of its own.
    """

    name: str
    length: int
    width: int
    height: int
    columns: int
    tile: tuple[int, int]
    edge: int
    ranges: tuple[tuple[float, float], ...]
    silent: tuple[int, ...]
    legend: LiveLegendView | None


@dataclass(frozen=True, kw_only=True)
class LiveFoldView:
    """The open fold: `count` contributions are in the sum at `step`, of which `last` is the last."""

    layer: int
    channel: int
    step: int
    last: int
    count: int


@dataclass(frozen=True, kw_only=True)
class LiveView:
    """The head of an answer. `approximate`: the pictures are lossy; the numbers are exact."""

    approximate: bool
    pictures: tuple[LivePictureView, ...]
    fold: LiveFoldView | None
