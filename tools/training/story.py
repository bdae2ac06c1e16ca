"""What the story of a run tells in addition to its checkpoints."""

import platform
from dataclasses import asdict
from typing import Any

import numpy as np
import PIL

from tools.training import photographs
from tools.training.batches import SIDE
from tools.training.loop import Run, State, task_of

DATA = (
    f"Patches of {SIDE} × {SIDE} pixels, cut from the shipped photographs with their shorter sides at "
    f"{', '.join(map(str, photographs.SHORT_SIDES))} pixels. Each photograph is cut into "
    f"{photographs.BLOCKS} × {photographs.BLOCKS} blocks; one block of each row and column is held out, and no "
    "patch crosses the edge of its block."
)


def of(run: Run, state: State) -> dict[str, Any]:
    """Return the settings, the curves and the versions, in a form for JSON."""
    task = task_of(run)
    columns = {
        name: [round(getattr(point, name), 6) for point in state.points]
        for name in ("step", "training_loss", "held_out_loss", "held_out_accuracy")
    }
    return {
        "task": task.name,
        "sentence": task.sentence,
        "classes": task.classes,
        "chance": task.chance,
        "data": DATA,
        "seed": run.seed,
        "steps": sorted(state.kept),
        "curve": columns,
        "run": asdict(run),
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "pillow": PIL.__version__,
        },
    }
