"""Names of weights: which are known, and which shapes they fill."""

from typing import Any

import numpy as np
import pytest

from app.engine.compute.filters import bank_for
from app.engine.compute.trace import FilterBank
from app.engine.errors import ShapeError, SpecError
from app.engine.spec import weight_names
from app.engine.spec.geometry import Kind
from app.engine.spec.stack import LayerSpec, StackSpec
from app.engine.spec.weight_names import ImportedLayer
from app.engine.weights.banks.face import FACE_SETTINGS
from app.engine.weights.banks.table import BANKS

KEY = "0123456789abcdef" * 2
IMPORTED = weight_names.imported_name(
    (ImportedLayer((8, 3, 5, 5)), ImportedLayer((4, 8, 3, 3))), KEY
)


def of(weights1: str, weights2: str, **settings: Any) -> StackSpec:
    """Return a stack that has the shapes of IMPORTED, where they are not given."""
    given: dict[str, Any] = {
        "filters1": 8,
        "kernel1": (5, 5),
        "filters2": 4,
        "kernel2": (3, 3),
    } | settings
    first, second = (
        LayerSpec(filters=given[f"filters{n}"], kernel=given[f"kernel{n}"], weights=weights)
        for n, weights in ((1, weights1), (2, weights2))
    )
    return StackSpec(size=32, layers=(first, second))


def test_the_name_of_imported_weights_tells_their_shapes():
    layers = (ImportedLayer((8, 3, 5, 5)), ImportedLayer((4, 8, 3, 3)))

    assert weight_names.imported_layers(IMPORTED) == layers
    assert f"8x3x5x5-4x8x3x3-{KEY}" == IMPORTED
    assert weight_names.imported_layers("gabor") is None


@pytest.mark.parametrize("kind", ["depthwise", "separable", "pointwise_first"])
def test_the_name_of_imported_weights_tells_other_kinds_than_standard(kind):
    layers = (ImportedLayer((8, 3, 5, 5)), ImportedLayer((16, 8, 3, 3), kind, 2))

    name = weight_names.imported_name(layers, KEY)

    assert weight_names.imported_layers(name) == layers
    assert name == f"8x3x5x5-{kind[0]}2_16x8x3x3-{KEY}"


@pytest.mark.parametrize(
    ("kind", "multiplier", "wrong"),
    [("standard", 1, "has the kind separable"), ("separable", 3, "has the multiplier 2")],
)
def test_imported_factors_fill_only_layers_of_their_kind(kind, multiplier, wrong):
    name = weight_names.imported_name(
        (ImportedLayer((8, 3, 5, 5)), ImportedLayer((4, 8, 3, 3), "separable", 2)), KEY
    )
    first = LayerSpec(filters=8, kernel=(5, 5), weights=name)

    def stack(kind: Kind, multiplier: int) -> StackSpec:
        second = LayerSpec(filters=4, kind=kind, multiplier=multiplier, weights=name)
        return StackSpec(size=32, layers=(first, second))

    stack("separable", 2)
    with pytest.raises(SpecError, match=wrong):
        stack(kind, multiplier)


@pytest.mark.parametrize(
    "name",
    ["", "learned", f"8x3x5x5-{KEY}", f"8x3x5x5-4x8x3x3-{KEY[:-1]}", f"0x3x5x5-4x8x3x3-{KEY}"],
)
def test_other_names_are_not_known(name):
    assert not weight_names.is_known(name)
    with pytest.raises(SpecError):
        LayerSpec(filters=8, weights=name)


@pytest.mark.parametrize(
    ("settings", "wrong"),
    [
        ({"filters1": 9}, "weights1"),
        ({"kernel1": (3, 3)}, "weights1"),
        ({"filters2": 5}, "weights2"),
        ({"filters1": 7}, "weights2"),
    ],
)
def test_imported_weights_are_refused_where_they_do_not_fit(settings, wrong):
    of(IMPORTED, IMPORTED)

    with pytest.raises(SpecError) as raised:
        of(IMPORTED, IMPORTED, **settings)

    assert raised.value.field == wrong


def test_of_given_weights_the_first_filters_are_taken():
    whole = FilterBank(
        np.random.default_rng(0).normal(size=(8, 3, 5, 5)).astype(np.float32),
        np.arange(8, dtype=np.float32),
    )

    bank = bank_for(of(IMPORTED, "random", filters1=5), 1, whole)

    np.testing.assert_array_equal(bank.weight, whole.weight[:5])
    np.testing.assert_array_equal(bank.bias, np.arange(5))


def test_weights_that_no_formula_makes_have_to_be_given():
    with pytest.raises(ShapeError):
        bank_for(of(IMPORTED, "random"), 1)


def test_layer_2_of_what_was_trained_needs_layer_1_of_the_same():
    trained = LayerSpec(filters=64, weights="trained"), LayerSpec(filters=32, weights="trained")
    assert StackSpec(layers=trained, step=8).step == 8

    with pytest.raises(SpecError, match="same"):
        StackSpec(layers=(LayerSpec(filters=64, weights="random"), trained[1]))


def test_a_step_without_trained_weights_is_dropped():
    assert StackSpec(step=8) == StackSpec()


@pytest.mark.parametrize("name", sorted(set(BANKS) - {"face"}))
def test_the_named_banks_make_what_their_name_says(name):
    spec = StackSpec(layers=(LayerSpec(filters=6, weights=name), LayerSpec(filters=4)))

    made = BANKS[name].make(spec.request(1))

    np.testing.assert_array_equal(bank_for(spec, 1).weight, made.weight)
    assert bank_for(spec, 1).names == made.names


def test_the_face_needs_its_own_settings():
    assert "filters1=3" in str(StackSpec().why_not(1, "face"))
    assert FACE_SETTINGS["filters1"] == "3"
