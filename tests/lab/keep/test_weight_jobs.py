"""What the reading of weight files promises, whatever a file makes a reader do."""

import os
import time
from io import BytesIO
from pathlib import Path
from tempfile import gettempdir
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from app.lab.keep.decode_budget import MegapixelBudget
from app.lab.keep.weight_jobs import LEFT_SECONDS, RESERVED, WeightJobs
from app.settings import Settings
from app.untrusted.pictures.limits import WEIGHT_BYTES
from app.untrusted.pool import Workers
from app.untrusted.weights.errors import BrokenWeights
from app.untrusted.weights.layers.choice import Choice
from tests.lab.weight_jobs import JOBS


def net(**settings: Any) -> BytesIO:
    """Return an ONNX file of two convolutions, the first with these attributes."""
    nodes = [
        helper.make_node("Conv", ["x", "w1"], ["y"], **settings),
        helper.make_node("Conv", ["y", "w2"], ["z"]),
    ]
    shapes = {"w1": (4, 3, 3, 3), "w2": (2, 4, 3, 3)}
    weights = [numpy_helper.from_array(np.ones(s, np.float32), n) for n, s in shapes.items()]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in "xz"]
    graph = helper.make_graph(nodes, "net", ends[:1], ends[1:], weights)
    return BytesIO(helper.make_model(graph).SerializeToString())


@pytest.mark.parametrize(
    "settings", [{"dilations": [1]}, {"dilations": [1, 1, 1]}, {"pads": [1, 2]}]
)
def test_a_file_that_contradicts_itself_is_refused_in_words(settings):
    with pytest.raises(BrokenWeights, match="would work"):
        JOBS.take(net(**settings), Choice())


def test_the_same_file_without_the_contradiction_is_read():
    assert onnx.load_from_string(net().getvalue()).graph.node[0].op_type == "Conv"
    assert JOBS.take(net(dilations=[1, 1], pads=[1, 1, 1, 1]), Choice()).layers


def test_a_picture_can_be_decoded_while_weights_are_read():
    budget = MegapixelBudget(Settings().decode_megapixels * 1_000_000)

    with budget.reserve(RESERVED // WEIGHT_BYTES), budget.reserve(2_000_000):
        pass  # the second would wait for ever


def test_what_a_crash_left_is_removed_once_nobody_can_read_it():
    old, new = (Path(gettempdir()) / f"convfold-weights-{name}" for name in ("old", "new"))
    for one in (old, new):
        one.write_bytes(b"x")
    past = time.time() - LEFT_SECONDS - 60
    os.utime(old, (past, past))

    WeightJobs(Workers(1, imports=lambda: None), MegapixelBudget(1))

    assert not old.exists()
    assert new.exists()
    new.unlink()
