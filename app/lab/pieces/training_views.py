"""The story of the training as views: its steps, its curves, and where the shown weights stand on them."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class CurveView:
    """One curve of the training: places from 0 to 1, to the right and down."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class TrainingStepView:
    """A training step whose weights are kept, and where it lies to the right, from 0 to 1."""

    step: int
    x: float
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class TrainingView:
    """How the shown weights were trained. `layers` are those that have them; losses and score are at
    `step`, which has that `place` among `steps`.

    Losses are drawn from 0 to `greatest_loss`, scores from 0 to 1.
    """

    sentence: str
    data: str
    chance: float
    layers: tuple[int, ...]
    step: int
    place: int
    last: int
    training_loss: float
    held_out_loss: float
    accuracy: float
    greatest_loss: float
    x: float
    curves: tuple[CurveView, ...]
    steps: tuple[TrainingStepView, ...]
