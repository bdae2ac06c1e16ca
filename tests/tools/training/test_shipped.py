from itertools import pairwise

import numpy as np
import pytest

from app.engine.compute.filters import bank_for
from app.engine.spec.layer import LayerSpec
from app.engine.spec.stack import StackSpec
from tools.training import batches, checkpoints, loop, steps, structure
from tools.training.loop import Run

SHAPES = {
    "layer1/weight": (64, 3, 3, 3),
    "layer1/bias": (64,),
    "layer2/weight": (32, 64, 3, 3),
    "layer2/bias": (32,),
}


@pytest.fixture(scope="module")
def shipped():
    return checkpoints.read()


def test_the_checkpoints_are_small_finite_and_of_the_default_stack(shipped):
    found, told = shipped

    classes = told["classes"]
    assert 11 <= len(found) <= 13
    for parameters in found.values():
        shapes = {name: own.shape for name, own in parameters.items()}
        assert shapes.pop("head/weight")[0] == shapes.pop("head/bias")[0] == classes
        assert shapes == SHAPES
        assert all(np.isfinite(own).all() for own in parameters.values())
    assert sum(path.stat().st_size for path in checkpoints.SHIPPED.glob("trained.*")) < 700_000


def test_the_steps_begin_at_nothing_and_each_is_twice_as_far(shipped):
    found, told = shipped

    first, *later = found
    assert told["steps"] == list(found)
    assert first == 0
    assert all(there == 2 * here for here, there in pairwise(later))
    assert later[-1] == told["run"]["steps"]


def test_step_0_is_the_random_draw_of_the_page(shipped):
    found, told = shipped
    layers = (LayerSpec(filters=64, weights="random"), LayerSpec(filters=32, weights="random"))
    spec = StackSpec(layers=layers, seed=told["seed"])

    assert told["seed"] == 0
    for number in (1, 2):
        bank = bank_for(spec, number)
        np.testing.assert_array_equal(found[0][f"layer{number}/weight"], bank.weight)
        np.testing.assert_array_equal(found[0][f"layer{number}/bias"], bank.bias)


@pytest.mark.parametrize("place", [0, 6, -1])
def test_the_recorded_score_is_measured_again_from_the_rounded_weights(shipped, shown, pool, place):
    found, told = shipped
    step, curve = told["steps"][place], told["curve"]
    held_out = loop.held_out_set(Run(**told["run"]), shown)

    score = steps.score(*held_out, found[step], pool)

    at = curve["step"].index(step)
    few = 2 / len(held_out[1])  # another machine may round two patches over a border
    assert score.accuracy == pytest.approx(curve["held_out_accuracy"][at], abs=few)
    assert score.loss == pytest.approx(curve["held_out_loss"][at], abs=1e-3)


def test_losses_fall_and_the_last_score_is_far_above_chance(shipped):
    _, told = shipped
    curve = told["curve"]

    for name in ("training_loss", "held_out_loss"):
        first, *_, last = curve[name]
        assert first == pytest.approx(np.log(told["classes"]), abs=0.7)  # that of guessing
        assert last < first / 2
        quarters = np.array_split(np.array(curve[name]), 4)
        means = [quarter.mean() for quarter in quarters]
        assert means == sorted(means, reverse=True)
    assert told["chance"] == pytest.approx(1 / told["classes"])
    assert curve["held_out_accuracy"][-1] > 10 * told["chance"]


def test_training_gave_the_filters_of_layer_1_a_structure_that_they_did_not_have(shipped, seen):
    found, told = shipped
    before, last = (found[step]["layer1/weight"] for step in (0, told["steps"][-1]))

    start, end = (structure.summary(weight, before, seen) for weight in (before, last))

    assert end.oriented > start.oriented + 0.1
    assert end.orientation > start.orientation + 0.1
    assert end.opponent > start.opponent + 0.15
    assert end.pattern > start.pattern + 0.2
    assert end.changed > 0.8
    assert end.weak == 0


def test_every_filter_answers_to_some_held_out_patch_at_every_step(shipped, shown):
    found, told = shipped
    patches, _ = loop.held_out_set(Run(**told["run"]), shown)

    for parameters in found.values():
        trace = batches.forward(patches[:128], parameters)
        for layer in (trace.first, trace.second):
            assert (layer.output.max(axis=(1, 2)) > 0).all()
