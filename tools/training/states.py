"""The state of an interrupted run on disk, in full precision, to resume it from."""

import json
from dataclasses import asdict
from pathlib import Path

import numpy as np

from tools.training.batches import Parameters
from tools.training.loop import Point, Run, State
from tools.training.optimiser import Moments


def save(path: Path, run: Run, state: State) -> None:
    """Write a state atomically: a crash leaves the previous one."""
    told = {
        "run": asdict(run),
        "step": state.step,
        "losses": state.losses,
        "points": [asdict(point) for point in state.points],
    }
    parts = {
        "parameters": state.parameters,
        "first": state.moments.first,
        "second": state.moments.second,
    }
    parts |= {f"kept{step}": own for step, own in state.kept.items()}
    arrays = {f"{part}/{name}": own for part, owns in parts.items() for name, own in owns.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    with temporary.open("wb") as file:
        np.savez(file, allow_pickle=False, told=np.array(json.dumps(told)), **arrays)
    temporary.replace(path)


def load(path: Path, run: Run) -> State | None:
    """Return the state of this run; None if there is none, or if it has other settings."""
    if not path.exists():
        return None
    parts: dict[str, Parameters] = {}
    with np.load(path, allow_pickle=False) as file:
        told = json.loads(str(file["told"]))
        if told["run"] != asdict(run):
            return None
        for key in file.files:
            part, _, name = key.partition("/")
            if name:
                parts.setdefault(part, {})[name] = file[key]
    return State(
        step=told["step"],
        parameters=parts["parameters"],
        moments=Moments(parts["first"], parts["second"]),
        losses=told["losses"],
        points=[Point(**point) for point in told["points"]],
        kept={step: parts[f"kept{step}"] for step in run.kept() if f"kept{step}" in parts},
    )
