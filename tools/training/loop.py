"""The run: steps of training in a fixed order, with checkpoints, a held-out score, and a state to go on from."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np

from app.engine.arrays import Float
from tools.training import checkpoints, steps
from tools.training.batches import Parameters
from tools.training.optimiser import Means, Pace, move
from tools.training.photographs import Photograph
from tools.training.tasks.tasks import TASKS, Labels, Task

HELD_OUT_STREAM, TRAINING_STREAM = 1, 2
WARM = 20  # the part of the steps in which the rate rises; with less, filters of layer 2 fall silent for good
DOUBLINGS = 10  # from the first checkpoint after step 0 to the last


@dataclass(frozen=True, kw_only=True)
class Run:
    """The settings of a run, which decide its result."""

    task: str = "drawn"
    steps: int = 4096
    batch: int = 96
    seed: int = 0
    held_out: int = 1024
    rate: float = 4e-3
    decay: float = 1.0

    @property
    def pace(self) -> Pace:
        """Return how far each step goes."""
        warm = max(1, self.steps // WARM)
        return Pace(steps=self.steps, rate=self.rate, decay=self.decay, warm=warm)

    def kept(self) -> tuple[int, ...]:
        """Return the steps of the checkpoints: 0, and then each twice as far as the one before."""
        later = {self.steps >> halvings for halvings in range(DOUBLINGS + 1)} - {0}
        return (0, *sorted(later))

    def scored(self) -> tuple[int, ...]:
        """Return the steps with a held-out score: those of the checkpoints and evenly spread ones."""
        even = range(0, self.steps, max(1, self.steps // 16))
        return tuple(sorted({*self.kept(), *even}))


@dataclass(frozen=True)
class Point:
    """One point of the curves; `training_loss` is the mean over the batches since the point before."""

    step: int
    training_loss: float
    held_out_loss: float
    held_out_accuracy: float


@dataclass(eq=False)
class State:
    """Everything that the rest of a run depends on, and what it has found so far. It changes as it goes."""

    step: int
    parameters: Parameters
    means: Means
    losses: list[float] = field(default_factory=list)  # of the batches since the last point
    points: list[Point] = field(default_factory=list)
    kept: dict[int, Parameters] = field(default_factory=dict)


def begin(run: Run) -> State:
    """Return the state before the first step."""
    parameters = steps.start(TASKS[run.task].classes, run.seed)
    return State(0, parameters, Means.zero(parameters))


def go_on(
    run: Run,
    state: State,
    photographs: tuple[Photograph, ...],
    *,
    threads: int = 1,
    after: Callable[[State], None] = lambda state: None,
) -> None:
    """Train from `state` to the end, in place, calling `after` after each step.

    Each step draws from a stream of its own, so that a run that was interrupted goes on as it would have.
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
            move(state.parameters, gradients, state.means, run.pace, state.step)
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
    """Return what the run is trained to tell."""
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
