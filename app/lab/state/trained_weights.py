"""The shipped checkpoints: the weights of each recorded training step, and the curves of the training."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from app.engine.compute.trace import FilterBank
from app.engine.errors import SpecError
from app.messages import Message, enumerated, paragraph, sentence

FOLDER = Path(__file__).parents[3] / "app/weights"

# The same sentences as in trained.json, by the code of the task.
TOLD = {
    "drawn": sentence(
        "the direction, one of 8, and the pair of opposite colours, one of 3 (light and dark, red and green, "
        "yellow and blue), of faint stripes or a faint edge drawn on a patch of a photograph"
    )
}
DATA = sentence(
    "Patches of 32 × 32 pixels, cut from the shipped photographs with their shorter sides at 160, 224, 320 "
    "pixels. Each photograph is cut into 4 × 4 blocks; one block of each row and column is held out, and no "
    "patch crosses the edge of its block."
)


@dataclass(frozen=True)
class Curve:
    """The losses and the score at each recorded step."""

    steps: tuple[int, ...]
    training_loss: tuple[float, ...]
    held_out_loss: tuple[float, ...]
    held_out_accuracy: tuple[float, ...]


@dataclass(frozen=True)
class TrainingFacts:
    """The facts of the training: `told` is what the net tells apart, `chance` is the score of guessing."""

    told: Message
    data: Message
    classes: int
    chance: float
    seed: int
    steps: tuple[int, ...]
    curve: Curve


@cache
def training_facts() -> TrainingFacts:
    """Return the facts of the shipped training."""
    facts: dict[str, Any] = json.loads((FOLDER / "trained.json").read_text(encoding="utf-8"))
    curve = facts["curve"]
    return TrainingFacts(
        told=TOLD[facts["task"]],
        data=DATA,
        classes=facts["classes"],
        chance=facts["chance"],
        seed=facts["seed"],
        steps=tuple(facts["steps"]),
        curve=Curve(
            steps=tuple(curve["step"]),
            training_loss=tuple(curve["training_loss"]),
            held_out_loss=tuple(curve["held_out_loss"]),
            held_out_accuracy=tuple(curve["held_out_accuracy"]),
        ),
    )


def steps() -> tuple[int, ...]:
    """Return the training steps whose weights are kept, in order."""
    return training_facts().steps


def check_step(step: int | None) -> None:
    """Refuse a step that was not recorded.

    Raises:
        SpecError: the message lists the recorded steps.
    """
    if step is not None and step not in steps():
        raise SpecError(
            "step",
            sentence(
                "{field} is {step}; {listed} would work.", step=step, listed=enumerated(steps())
            ),
        )


@lru_cache(maxsize=64)
def bank(step: int | None, number: int) -> FilterBank:
    """Return the weights of layer `number` (1 or 2) after `step` steps, or after the last; shapes as in
    FilterBank.

    The arrays are cached and shared, so they are read-only.
    """
    at = steps()[-1] if step is None else step
    with np.load(FOLDER / "trained.npz", allow_pickle=False) as file:
        arrays = [
            file[f"step{at}/layer{number}/{name}"].astype(np.float32) for name in ("weight", "bias")
        ]
    for array in arrays:
        array.setflags(write=False)
    return FilterBank(arrays[0], arrays[1])


def how_made(step: int | None) -> Message:
    """Describe how the weights were trained."""
    facts, curve = training_facts(), training_facts().curve
    at = facts.steps[-1] if step is None else step
    if at:
        trained = sentence(
            "Trained for {steps:,} steps, to tell {told}.", steps=at, told=facts.told
        )
    else:
        trained = sentence(
            "Not trained yet: this is the random start of a training to tell {told}.",
            told=facts.told,
        )
    if at not in curve.steps:
        return trained
    score = sentence(
        "It was right on {score:.1%} of what it had not seen; blind guessing is right on {chance:.1%}.",
        score=curve.held_out_accuracy[curve.steps.index(at)],
        chance=facts.chance,
    )
    return paragraph(trained, score)
