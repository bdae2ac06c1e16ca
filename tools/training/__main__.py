"""Trains the default stack and writes its checkpoints: `python -m tools.training`.

An interrupted run is resumed at the next call, and ends with the same result.
"""

import argparse
import signal
from pathlib import Path
from types import FrameType

from tools.training import checkpoints, loop, photographs, states, story
from tools.training.loop import Run, State
from tools.training.progress import Progress
from tools.training.tasks.tasks import TASKS

ROOT = Path(__file__).parents[2]
STATE = ROOT / "build" / "training" / "state.npz"
EVERY = 64  # steps between two saves


def main(arguments: list[str] | None = None) -> int:
    """Start or resume training; return the exit status."""
    asked = _parser().parse_args(arguments)
    run = Run(
        task=asked.task,
        steps=asked.steps,
        batch=asked.batch,
        seed=asked.seed,
        rate=asked.rate,
        decay=asked.decay,
        held_out=asked.held_out,
    )
    state = None if asked.fresh else states.load(asked.state, run)
    if state is None:
        state = loop.begin(run)
    elif state.step:
        print(f"Going on from step {state.step}; --fresh begins anew.")
    if not _train(run, state, asked.state, asked.threads):
        print(f"\nInterrupted at step {state.step}; the same command goes on from there.")
        return 1
    checkpoints.write(asked.out, state.kept, story.of(run, state))
    asked.state.unlink(missing_ok=True)
    last = state.points[-1]
    print(
        f"Held out: {last.held_out_accuracy:.1%} told correctly, chance {loop.task_of(run).chance:.1%}. "
        f"Wrote {checkpoints.NAME}.npz and .json to {asked.out}"
    )
    return 0


def _train(run: Run, state: State, path: Path, threads: int) -> bool:
    """Train to the end, saving the state regularly; return whether the end was reached."""
    progress, stopped = Progress(run.steps, first=state.step), _Stopped()

    def after(state: State) -> None:
        last = state.points[-1]
        progress.say(
            state.step,
            f"loss {state.losses[-1] if state.losses else last.training_loss:.3f}, "
            f"held out {last.held_out_accuracy:.1%}",
        )
        if stopped.asked or state.step % EVERY == 0 or state.step == run.steps:
            states.save(path, run, state)
        if stopped.asked:
            raise KeyboardInterrupt

    try:
        with stopped:
            loop.go_on(run, state, photographs.load(), threads=threads, after=after)
    except KeyboardInterrupt:
        return False
    return True


class _Stopped:
    """Records SIGINT and SIGTERM, so that training does not end in the middle of a step."""

    asked = False

    def __enter__(self) -> None:
        kinds = (signal.SIGINT, signal.SIGTERM)
        self._before = [(kind, signal.signal(kind, self._note)) for kind in kinds]

    def __exit__(self, *_: object) -> None:
        for kind, handler in self._before:
            signal.signal(kind, handler)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.training", description=__doc__)
    usual = Run()
    parser.add_argument("--task", choices=list(TASKS), default=usual.task)
    parser.add_argument("--steps", type=int, default=usual.steps)
    parser.add_argument("--batch", type=int, default=usual.batch, help="patches a step")
    parser.add_argument("--held-out", type=int, default=usual.held_out, help="patches of the score")
    parser.add_argument("--seed", type=int, default=usual.seed)
    parser.add_argument("--rate", type=float, default=usual.rate, help="greatest rate of learning")
    parser.add_argument("--decay", type=float, default=usual.decay, help="weight decay")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, default=checkpoints.SHIPPED, help="folder to write to")
    parser.add_argument("--state", type=Path, default=STATE, help="file to go on from")
    parser.add_argument("--fresh", action="store_true", help="begin anew")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
