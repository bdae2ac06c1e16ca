"""The fuzzer of weight files: whole ones are accepted, damaged ones counted by what became of them."""

import json
import subprocess
import sys

from tools.fuzz.weights import FORMATS, outcome, whole_files
from tools.fuzz.worker import damage


def test_there_are_whole_files_of_every_format():
    found = whole_files()

    assert set(found) == set(FORMATS)
    assert {outcome(data) for files in found.values() for data in files} == {"accepted"}


def test_damaged_weight_files_are_counted_by_what_became_of_them(tmp_path):
    found = damage(whole_files()["onnx"], outcome, 0.3, "a seed", tmp_path / "current")

    assert "failure" not in found
    assert found["outcomes"]["accepted"] > 0
    assert found["outcomes"]["BrokenWeights"] > 0


def test_what_is_not_one_of_our_errors_is_a_failure(tmp_path):
    def broken(data: bytes) -> str:
        raise ZeroDivisionError

    found = damage(whole_files()["npz"], broken, 0.3, "a seed", tmp_path / "current")

    assert "ZeroDivisionError" in found["failure"]


def test_its_process_ends_with_its_worker(tmp_path):
    command = [sys.executable, "-m", "tools.fuzz.weights", "onnx", "0.2", "a seed"]

    done = subprocess.run(
        [*command, str(tmp_path / "current")], capture_output=True, text=True, timeout=60
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"]
