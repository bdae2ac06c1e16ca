"""Files saved by Keras, PyTorch and ONNX, and the outputs that these packages computed when they saved them."""

import numpy as np
import pytest

from app.untrusted.weights.read import read
from tools.interop.models import FILES, LIMITS, MODELS, OUTPUTS, Model, run_by_the_engine

FORMATS = {".h5": "HDF5", ".keras": "Keras", ".safetensors": "safetensors", ".onnx": "ONNX"}


@pytest.fixture(scope="module")
def outputs():
    with np.load(OUTPUTS) as file:
        return dict(file)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_the_engine_with_imported_weights_equals_the_package_that_saved_them(model: Model, outputs):
    picture, expected = outputs[f"{model.stem}/input"], outputs[f"{model.stem}/output"]

    ours = run_by_the_engine(model, (FILES / model.file).read_bytes(), picture)

    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_the_format_is_known_by_the_content(model: Model):
    found = read((FILES / model.file).read_bytes(), limits=LIMITS)

    assert found.format == FORMATS[(FILES / model.file).suffix]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_only_the_two_convolutions_are_offered_and_each_has_its_bias(model: Model):
    found = read((FILES / model.file).read_bytes(), limits=LIMITS)

    assert [each.filters for each in found.convolutions] == [s.filters for s in model.layers]
    assert all(each.bias for each in found.convolutions)
    assert len(found.pairs()) == 1


def test_a_model_states_how_its_filters_slide():
    first, second = read((FILES / "torch.onnx").read_bytes(), limits=LIMITS).convolutions

    assert (first.groups, second.groups) == (1, 2)
    assert first.placement.strides == (2, 2)
    assert first.placement.pads == (2, 2, 2, 2)
    assert second.placement.dilations == (2, 2)


def test_a_model_states_that_it_pads_by_itself():
    first, _ = read((FILES / "helper.onnx").read_bytes(), limits=LIMITS).convolutions

    assert first.placement.auto_pad == "SAME_UPPER"
