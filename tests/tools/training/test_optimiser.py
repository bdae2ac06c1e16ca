from itertools import pairwise

import numpy as np
import pytest

from tools.training.optimiser import Moments, Schedule, update

SCHEDULE = Schedule(steps=10, rate=0.02, decay=0.5, warm=1)


def test_the_first_step_goes_by_the_rate_against_the_sign_of_each_gradient_after_the_decay():
    parameters = {"weight": np.array([1, -2], np.float32), "bias": np.array([1], np.float32)}
    gradients = {"weight": np.array([3, -0.1], np.float32), "bias": np.array([-7], np.float32)}

    update(parameters, gradients, Moments.zero(parameters), SCHEDULE, 0)

    np.testing.assert_allclose(parameters["weight"], [0.99 - 0.02, -1.98 + 0.02], rtol=1e-6)
    np.testing.assert_allclose(parameters["bias"], [1.02], rtol=1e-6)  # a bias does not decay


def test_the_rate_rises_over_the_first_steps_and_falls_to_nothing():
    schedule = Schedule(steps=1000, rate=1.0, decay=0, warm=4)

    rates = [schedule.at(step) for step in range(1000)]

    assert rates[0] == pytest.approx(0.25)
    assert np.argmax(rates) == 3
    assert rates[500] == pytest.approx(0.5)
    assert all(later < earlier for earlier, later in pairwise(rates[3:]))
    assert schedule.at(1000) == pytest.approx(0)


def test_steps_are_those_of_adamw_in_pytorch(random):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    ours = {"weight": random.standard_normal(6).astype(np.float32)}
    theirs = torch.nn.Parameter(torch.tensor(ours["weight"].copy()))
    adam = torch.optim.AdamW([theirs], betas=(0.9, 0.99), eps=1e-8, weight_decay=SCHEDULE.decay)
    moments = Moments.zero(ours)

    for step in range(8):
        gradient = random.standard_normal(6).astype(np.float32)
        update(ours, {"weight": gradient}, moments, SCHEDULE, step)
        adam.param_groups[0]["lr"] = SCHEDULE.at(step)
        theirs.grad = torch.tensor(gradient)
        adam.step()

    np.testing.assert_allclose(ours["weight"], theirs.detach().numpy(), rtol=0, atol=1e-6)
