"""Files saved by Keras, PyTorch and ONNX, and the outputs that these packages computed when they saved them."""

import io

import numpy as np
import pytest

from app.untrusted.weights.layers.contents import Contents
from tests.lab.weight_jobs import JOBS
from tools.interop.models import FILES, MODELS, OUTPUTS, Model, run_by_the_engine

FORMATS = {".h5": "Keras", ".keras": "Keras", ".safetensors": "safetensors", ".onnx": "ONNX"}


@pytest.fixture(scope="module")
def outputs():
    with np.load(OUTPUTS) as file:
        return dict(file)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_the_engine_with_imported_weights_equals_the_package_that_saved_them(model: Model, outputs):
    picture, expected = outputs[f"{model.stem}/input"], outputs[f"{model.stem}/output"]

    ours = run_by_the_engine(model, (FILES / model.file).read_bytes(), picture)

    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4)


def contents(file: str) -> Contents:
    return JOBS.describe(io.BytesIO((FILES / file).read_bytes()))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_the_format_is_known_by_the_content(model: Model):
    assert contents(model.file).format == FORMATS[(FILES / model.file).suffix]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_only_the_two_convolutions_are_offered_and_each_has_its_bias(model: Model):
    found = contents(model.file)

    assert [each.filters for each in found.layers] == [s.filters for s in model.layers]
    assert all(each.bias for each in found.layers)
    assert found.pair is not None
    assert found.pair.places == (0, 1)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_layers_are_called_consecutive_only_where_the_file_states_what_reads_what(model: Model):
    pair = contents(model.file).pair

    assert pair is not None
    stated = model.file in ("keras.keras", "keras_legacy.h5", "torch.onnx", "helper.onnx")
    assert pair.consecutive is (True if stated else None)
