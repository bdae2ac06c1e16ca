"""The views of the training: its steps, its curves, and the step of the shown weights."""

from dataclasses import dataclass

from app.messages import Message


@dataclass(frozen=True, kw_only=True)
class CurveView:
    """One curve of the training: points from 0 to 1, rightwards and downwards."""

    name: Message
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class TrainingStepView:
    """A training step whose weights are kept, and its horizontal position from 0 to 1."""

    step: int
    x: float
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class TrainingView:
    """How the shown weights were trained. `layers` are the layers that use them; losses and score are those at
    `step`, whose index in `steps` is `place`.

    The axis of losses ranges from 0 to `greatest_loss`, that of scores from 0 to 1.
    """

    sentence: Message
    data: Message
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
