"""Trains each task briefly and compares the resulting filters of layer 1: `python -m tools.training.tasks`."""

import argparse
from functools import partial

from tools.training import loop, photographs, structure
from tools.training.loop import Run, State
from tools.training.photographs import Photograph
from tools.training.progress import Progress
from tools.training.tasks import comparison
from tools.training.tasks.tasks import TASKS


def main() -> None:
    """Print one row for the start, and one for each task."""
    asked = _parser().parse_args()
    shown = photographs.load()
    seen = structure.pictures(shown)
    print(comparison.heading())
    for place, name in enumerate(asked.tasks):
        run = Run(
            task=name,
            steps=asked.steps,
            batch=asked.batch,
            seed=asked.seed,
            rate=asked.rate,
            decay=asked.decay,
            held_out=asked.held_out,
        )
        state = _trained(run, shown, asked.threads)
        for step in (0, run.steps) if place == 0 else (run.steps,):
            print(comparison.row(run, state, step, shown, seen), flush=True)


def _trained(run: Run, shown: tuple[Photograph, ...], threads: int) -> State:
    state = loop.begin(run)
    say = partial(_say, Progress(run.steps), run.task)
    loop.go_on(run, state, shown, threads=threads, after=say)
    return state


def _say(progress: Progress, name: str, state: State) -> None:
    progress.say(state.step, name)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.training.tasks", description=__doc__)
    parser.add_argument("--tasks", nargs="*", default=list(TASKS), choices=list(TASKS))
    parser.add_argument("--steps", type=int, default=320)
    parser.add_argument("--batch", type=int, default=64, help="patches a step")
    parser.add_argument("--held-out", type=int, default=512, help="patches of the score")
    parser.add_argument("--seed", type=int, default=0)
    # A higher rate and more decay than in a full run; otherwise filters stay close to their start in so few
    # steps.
    parser.add_argument("--rate", type=float, default=8e-3)
    parser.add_argument("--decay", type=float, default=2.0)
    parser.add_argument("--threads", type=int, default=1)
    return parser


if __name__ == "__main__":
    main()
