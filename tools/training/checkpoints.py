"""The one home of the format of checkpoints: an .npz of the weights at each step, a .json with the curves.

In the .npz, arrays are named `step{n}/layer1/weight` and so on, after `batches.Parameters`. Weights are (F, C,
kh, kw). Step 0 is float32, to preserve the exact random draw. Later steps are rounded to float16, and every
score was measured with the rounded weights.
"""

import json
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

import numpy as np

from tools.training.batches import Parameters

NAME = "trained"
SHIPPED = Path(__file__).parents[2] / "app/weights"

# The oldest date in a .zip; a fixed date makes equal checkpoints equal files.
OLDEST = (1980, 1, 1, 0, 0, 0)


def rounded(parameters: Parameters, step: int) -> Parameters:
    """Return the parameters rounded as in a checkpoint, in float32."""
    if step == 0:
        return {name: own.copy() for name, own in parameters.items()}
    return {name: own.astype(np.float16).astype(np.float32) for name, own in parameters.items()}


def write(folder: Path, checkpoints: dict[int, Parameters], story: dict[str, Any]) -> None:
    """Write the checkpoints, by step, and the facts about them."""
    folder.mkdir(parents=True, exist_ok=True)
    with ZipFile(folder / f"{NAME}.npz", "w", ZIP_STORED) as file:
        for step, parameters in sorted(checkpoints.items()):
            for name, own in parameters.items():
                kept = own if step == 0 else own.astype(np.float16)
                file.writestr(ZipInfo(f"step{step}/{name}.npy", OLDEST), _npy(kept))
    text = json.dumps(story, indent=1, ensure_ascii=False)
    (folder / f"{NAME}.json").write_text(text + "\n", encoding="utf-8")


def read(folder: Path = SHIPPED) -> tuple[dict[int, Parameters], dict[str, Any]]:
    """Return the checkpoints, in float32, by step, and the facts about them."""
    found: dict[int, Parameters] = {}
    with np.load(folder / f"{NAME}.npz", allow_pickle=False) as file:
        for key in file.files:
            step, name = key.split("/", 1)
            own = found.setdefault(int(step.removeprefix("step")), {})
            own[name] = file[key].astype(np.float32)
    return found, json.loads((folder / f"{NAME}.json").read_text(encoding="utf-8"))


def _npy(array: np.ndarray[Any, Any]) -> bytes:
    buffer = BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()
