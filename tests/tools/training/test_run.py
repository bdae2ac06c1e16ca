import json
import signal
import subprocess
import sys
from dataclasses import asdict, replace
from io import StringIO

import numpy as np
import pytest

from tools.training import __main__ as command
from tools.training import checkpoints, loop, states
from tools.training.loop import Run
from tools.training.progress import Progress

TINY = Run(steps=6, batch=10, held_out=12, seed=5)
ARGUMENTS = ["--steps", "6", "--batch", "10", "--held-out", "12", "--seed", "5", "--threads", "1"]


def trained(shown, run=TINY, **settings):
    state = loop.begin(run)
    loop.go_on(run, state, shown, **settings)
    return state


@pytest.fixture(scope="module")
def whole(shown):
    return trained(shown)


def assert_same(one, other):
    assert one.points == other.points
    assert list(one.kept) == list(other.kept)
    for step, parameters in one.kept.items():
        for name, own in parameters.items():
            np.testing.assert_array_equal(own, other.kept[step][name])


def test_a_run_repeated_with_the_same_seed_gives_the_same_checkpoints(whole, shown):
    assert_same(trained(shown, threads=2), whole)


def test_a_run_with_another_seed_gives_others(whole, shown):
    other = trained(shown, replace(TINY, seed=6))

    assert other.kept[6]["layer1/weight"].tolist() != whole.kept[6]["layer1/weight"].tolist()


@pytest.mark.parametrize("step", [1, 4])
def test_a_run_that_is_interrupted_and_gone_on_with_is_as_one_that_is_not(
    whole, shown, tmp_path, step
):
    def stop(state):
        if state.step == step:
            states.save(tmp_path / "state.npz", TINY, state)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        trained(shown, after=stop)
    state = states.load(tmp_path / "state.npz", TINY)
    assert state is not None
    assert state.step == step
    loop.go_on(TINY, state, shown)

    assert_same(state, whole)


def test_a_state_of_other_settings_is_not_gone_on_with(tmp_path):
    path = tmp_path / "state.npz"
    states.save(path, TINY, loop.begin(TINY))

    assert states.load(path, TINY) is not None
    assert states.load(path, replace(TINY, rate=1e-3)) is None
    assert states.load(tmp_path / "none.npz", TINY) is None


def test_the_command_goes_on_from_a_state_and_writes_what_an_unbroken_one_does(
    whole, shown, tmp_path, capsys
):
    def stop(state):
        if state.step == 3:
            states.save(tmp_path / "broken" / "state.npz", TINY, state)

    trained(shown, after=stop)
    for name in ("broken", "whole"):
        folder = tmp_path / name
        status = command.main(
            [*ARGUMENTS, "--out", str(folder), "--state", str(folder / "state.npz")]
        )
        assert status == 0
        assert not (folder / "state.npz").exists()

    message = capsys.readouterr().out
    assert message.count("Going on from step 3") == 1
    for end in ("npz", "json"):
        broken, unbroken = (tmp_path / name / f"trained.{end}" for name in ("broken", "whole"))
        assert broken.read_bytes() == unbroken.read_bytes()
    found, told = checkpoints.read(tmp_path / "whole")
    assert list(found) == list(whole.kept) == told["steps"] == [0, 1, 3, 6]
    assert told["run"] == asdict(TINY)
    assert told["curve"]["held_out_loss"] == pytest.approx(
        [point.held_out_loss for point in whole.points], abs=1e-6
    )


def test_an_interrupt_ends_the_command_after_a_step_with_a_state_to_go_on_from(tmp_path):
    path, run = tmp_path / "state.npz", replace(TINY, steps=4000)
    arguments = ["--steps", "4000", *ARGUMENTS[2:], "--out", tmp_path / "out", "--state", path]
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.training", *map(str, arguments)],
        cwd=command.ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stderr.readline()  # of the first step

    process.send_signal(signal.SIGINT)
    message, _ = process.communicate(timeout=60)

    step = states.load(path, run).step
    assert step >= 1
    assert f"Interrupted at step {step};" in message
    assert process.returncode == 1
    assert not (tmp_path / "out").exists()


def test_checkpoints_come_back_as_they_were_kept(whole, tmp_path):
    checkpoints.write(tmp_path, whole.kept, {"of": "a test"})

    found, told = checkpoints.read(tmp_path)

    assert told == json.loads((tmp_path / "trained.json").read_text()) == {"of": "a test"}
    for step, parameters in whole.kept.items():
        for name, own in parameters.items():
            np.testing.assert_array_equal(found[step][name], own)
    with np.load(tmp_path / "trained.npz", allow_pickle=False) as file:
        assert file["step0/layer1/weight"].dtype == np.float32
        assert file["step6/layer2/weight"].dtype == np.float16


def test_the_progress_line_tells_the_step_and_estimates_the_rest():
    to = StringIO()
    progress = Progress(200, first=100, to=to)

    for step in range(100, 201):
        progress.say(step, "loss 1")

    first, *_, last = to.getvalue().splitlines()
    assert "step 100 of 200" in first
    assert "? left" in first  # nothing was measured yet
    assert first.count("#") * 2 == last.count("#")
    assert last.endswith("step 200 of 200, 0:00 passed, 0:00 left, loss 1")
