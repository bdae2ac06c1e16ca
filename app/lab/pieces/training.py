"""The history of the training as a view: its steps, its curves, and the step of the shown weights."""

from collections.abc import Iterable, Sequence

import numpy as np

from app.engine.spec import weight_names
from app.engine.spec.stack import StackSpec
from app.lab.pieces.training_views import CurveView, TrainingStepView, TrainingView
from app.lab.state import trained_weights
from app.messages import Message, sentence


def training_view(stack: StackSpec) -> TrainingView | None:
    """Describe the training of a stack's weights; None if it has no trained weights."""
    layers = [
        number for number in (1, 2) if stack.layers[number - 1].weights == weight_names.TRAINED
    ]
    if not layers:
        return None
    facts, curve = trained_weights.training_facts(), trained_weights.training_facts().curve
    at = facts.steps[-1] if stack.step is None else stack.step
    here = curve.steps.index(at)
    most = max(*curve.training_loss, *curve.held_out_loss)
    return TrainingView(
        sentence=facts.told,
        data=facts.data,
        chance=facts.chance,
        layers=tuple(layers),
        step=at,
        place=facts.steps.index(at),
        last=facts.steps[-1],
        training_loss=curve.training_loss[here],
        held_out_loss=curve.held_out_loss[here],
        accuracy=curve.held_out_accuracy[here],
        greatest_loss=most,
        x=_across(at, facts.steps),
        curves=(
            _curve(sentence("training loss"), facts.steps, curve.steps, curve.training_loss, most),
            _curve(sentence("held-out loss"), facts.steps, curve.steps, curve.held_out_loss, most),
            _curve(
                sentence("held-out score"), facts.steps, curve.steps, curve.held_out_accuracy, 1
            ),
        ),
        steps=tuple(
            TrainingStepView(step=step, x=_across(step, facts.steps), chosen=step == at)
            for step in facts.steps
        ),
    )


def _curve(
    name: Message, kept: Sequence[int], steps: Sequence[int], values: Iterable[float], most: float
) -> CurveView:
    points = tuple(
        (_across(step, kept), 1 - value / most) for step, value in zip(steps, values, strict=True)
    )
    return CurveView(name=name, points=points)


def _across(step: int, kept: Sequence[int]) -> float:
    # The kept steps are evenly spaced, like the positions of the slider.
    places = np.linspace(0, 1, len(kept))
    return float(np.interp(np.log2(step + 1), np.log2(np.array(kept) + 1), places))
