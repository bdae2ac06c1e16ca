"""The training run: a fixed sequence of steps, with checkpoints, a held-out score, and a resumable state."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from app.engine.arrays import Float
from tools.training import checkpoints, steps
from tools.training.batches import Parameters
from tools.training.optimiser import Moments, Schedule, update
from tools.training.photographs import Photograph
from tools.training.tasks.tasks import TASKS, Labels, Task

HELD_OUT_STREAM, TRAINING_STREAM = 1, 2
# 1 / WARM of the steps are warm-up; with a shorter one, some filters of layer 2 die for good.
WARM = 20
DOUBLINGS = 10  # between the first checkpoint after step 0 and the last


@dataclass(frozen=True, kw_only=True)
class Run:
    """The settings of a run, which determine its result."""

    task: str = "drawn"
    steps: int = 4096
    batch: int = 96
    seed: int = 0
    held_out: int = 1024
    rate: float = 4e-3
    decay: float = 1.0

    @property
    def schedule(self) -> Schedule:
        """Return the learning rate schedule."""
        warm = max(1, self.steps // WARM)
        return Schedule(steps=self.steps, rate=self.rate, decay=self.decay, warm=warm)

    def kept(self) -> tuple[int, ...]:
        """Return the steps of the checkpoints: 0, and then each twice the one before."""
        later = {self.steps >> halvings for halvings in range(DOUBLINGS + 1)} - {0}
        return (0, *sorted(later))

    def scored(self) -> tuple[int, ...]:
        """Return the steps with a held-out score: those of the checkpoints and evenly spaced ones."""
        even = range(0, self.steps, max(1, self.steps // 16))
        return tuple(sorted({*self.kept(), *even}))


@dataclass(frozen=True)
class Point:
    """One point of the curves; `training_loss` is the mean over the batches since the previous point."""

    step: int
    training_loss: float
    held_out_loss: float
    held_out_accuracy: float


@dataclass(eq=False)
class State:
    """The mutable state of a run: everything that the remaining steps depend on, and the results so far."""

    step: int
    parameters: Parameters
    moments: Moments
    losses: list[float] = field(default_factory=list)  # one for each batch since the last point
    points: list[Point] = field(default_factory=list)
    kept: dict[int, Parameters] = field(default_factory=dict)


def begin(run: Run) -> State:
    """Return the state before the first step."""
    parameters = steps.start(TASKS[run.task].classes, run.seed)
    return State(0, parameters, Moments.zero(parameters))


def go_on(
    run: Run,
    state: State,
    photographs: tuple[Photograph, ...],
    *,
    threads: int = 1,
    after: Callable[[State], None] = lambda state: None,
) -> None:
    """Train from `state` to the end, in place, calling `after` after each step.

    Each step has its own random stream, so that a resumed run continues as if it had not been interrupted.
    """
    task = TASKS[run.task]
    held_out = held_out_set(run, photographs)
    with steps.workers(threads) as pool:
        while state.step < run.steps:
            random = np.random.default_rng([run.seed, TRAINING_STREAM, state.step])
            patches, labels = task.draw(photographs, random, run.batch, False)
            gradients, loss = steps.gradients(patches, labels, state.parameters, pool)
            if state.step == 0:
                _record(state, run, held_out, pool, loss)
            update(state.parameters, gradients, state.moments, run.schedule, state.step)
            state.losses.append(loss)
            state.step += 1
            if state.step in run.scored():
                _record(state, run, held_out, pool, float(np.mean(state.losses)))
            after(state)


def held_out_set(run: Run, photographs: tuple[Photograph, ...]) -> tuple[Float, Labels]:
    """Return the patches that the score is measured on, and their classes."""
    random = np.random.default_rng([run.seed, HELD_OUT_STREAM])
    return TASKS[run.task].draw(photographs, random, run.held_out, True)


def task_of(run: Run) -> Task:
    """Return the classification task of the run."""
    return TASKS[run.task]


def _record(
    state: State, run: Run, held_out: tuple[Float, Labels], pool: ThreadPoolExecutor, loss: float
) -> None:
    as_kept = checkpoints.rounded(state.parameters, state.step)
    found = steps.score(*held_out, as_kept, pool)
    state.points.append(Point(state.step, loss, found.loss, found.accuracy))
    state.losses.clear()
    if state.step in run.kept():
        state.kept[state.step] = as_kept
