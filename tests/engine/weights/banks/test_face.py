"""Only whole faces fire: on the drawn picture, wherever a face lies, and for every way to scramble one."""

from collections.abc import Mapping
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.engine.compute.forward import forward
from app.engine.compute.trace import FilterBank
from app.engine.spec.normalisation import normalise
from app.engine.spec.stack import LayerSpec, StackSpec
from app.engine.weights.banks.face import FACE_SETTINGS, PARTS, PLACES, SPACING
from app.engine.weights.banks.table import BANKS
from app.engine.weights.request import BankRequest
from app.lab.keep.prepare import prepare
from app.untrusted.pictures.decode import decode
from tools.training.face import CHIN, SIZE, TARGET, TRUE, Drawing, draw, drawings, picture, plain

SETTINGS: Mapping[str, Any] = FACE_SETTINGS  # words that LayerSpec is more particular about
SIZES = {name: int(SETTINGS[name]) for name in ("filters1", "kernel1", "filters2", "kernel2")}


def passed(pixels, *, channels=3, how=FACE_SETTINGS["normalise"]):
    """Run a picture through the stack of FACE_SETTINGS."""
    spec = StackSpec(
        size=len(pixels), channels=channels, normalise=how, layers=(layer(1), layer(2))
    )
    image = prepare(pixels, size=len(pixels), fit="crop", channels=channels).image
    return forward(normalise(image, how), spec, (bank(1, channels), bank(2, len(PARTS))))


def layer(number):
    side, pool = SIZES[f"kernel{number}"], SETTINGS.get(f"pool{number}", "none")
    return LayerSpec(
        filters=SIZES[f"filters{number}"],
        kernel=(side, side),
        activation=SETTINGS[f"activation{number}"],
        pool=pool,
        pool_size=int(FACE_SETTINGS["pool_size1"]) if pool != "none" else 2,
        weights="random",  # given below
    )


def bank(number, channels):
    side = SIZES[f"kernel{number}"]
    request = BankRequest(
        number=number, filters=SIZES[f"filters{number}"], channels=channels, kernel=(side, side)
    )
    made = BANKS[FACE_SETTINGS[f"weights{number}"]].make(request)
    return FilterBank(made.weight, made.bias, made.names)


def fired(trace):
    """Return the places of layer 2's map above zero."""
    return {(int(row), int(column)) for row, column in np.argwhere(trace.layers[1].output[0] > 0)}


def centres(word):
    return {
        ((one.row - CHIN) // SPACING, one.column // SPACING)
        for one in drawings()
        if one.word == word
    }


@pytest.fixture(scope="module")
def trace():
    return passed(picture())


def test_the_shipped_picture_is_the_drawing():
    with Image.open(TARGET) as shipped:
        np.testing.assert_array_equal(np.asarray(shipped.convert("RGB")), picture())
    np.testing.assert_array_equal(decode(TARGET.read_bytes()).pixels, picture())
    assert picture().shape == (int(FACE_SETTINGS["size"]),) * 2 + (3,)


def test_the_picture_has_faces_scrambled_faces_and_parts_alone():
    words = [one.word for one in drawings()]

    assert words.count(TRUE) >= 5
    assert sum(sorted(word) == sorted(TRUE) and word != TRUE for word in words) >= 5
    assert {word for word in words if len(word) == 1} == {"E", "N", "M"}


@pytest.mark.parametrize("channels", [3, 1])
@pytest.mark.parametrize("how", ["centre", "none"])
def test_only_the_true_faces_fire_each_at_one_place(channels, how):
    one = passed(picture(), channels=channels, how=how)

    assert fired(one) == centres(TRUE)
    assert len(centres(TRUE)) == 7


def test_a_face_gives_1_and_everything_else_stays_1_below_zero(trace):
    preactivation = trace.layers[1].preactivation[0]
    faces = np.zeros(preactivation.shape, bool)
    faces[tuple(zip(*centres(TRUE), strict=True))] = True

    np.testing.assert_allclose(preactivation[faces], 1, atol=1e-4)
    assert preactivation[~faces].max() == pytest.approx(-1, abs=1e-4)


def test_each_map_of_layer_1_fires_at_its_own_part_and_nowhere_else(trace):
    words = [one.word for one in drawings()]

    for name, maps in zip(PARTS, trace.layers[0].activation, strict=True):
        drawn = sum(word.count(name[0]) for word in words)
        np.testing.assert_allclose(np.sort(maps.ravel())[-drawn:], 1, atol=1e-4)
        assert np.count_nonzero(maps) == drawn


def test_layer_2_reads_maps_of_a_quarter_of_the_rows_and_columns(trace):
    assert trace.spec.output_shape(1) == (3, SIZE // 4, SIZE // 4)


@pytest.mark.parametrize("row", range(4))
@pytest.mark.parametrize("column", range(4))
def test_a_face_fires_wherever_it_lies_between_the_windows_of_the_pool(row, column):
    pixels = plain(64)
    draw(pixels, Drawing(TRUE, 30 + row, 30 + column))

    one = passed(pixels)

    assert fired(one) == {((30 + row - CHIN) // SPACING, (30 + column) // SPACING)}


@pytest.mark.parametrize("word", sorted({"".join(one) for one in permutations(TRUE)} - {TRUE}))
def test_no_other_order_of_the_parts_fires(word):
    pixels = plain(64)
    draw(pixels, Drawing(word, 32, 32))

    one = passed(pixels)

    assert not fired(one)
    assert one.layers[1].preactivation.max() < -0.9


def test_plain_ground_gives_the_biases_alone():
    one = passed(plain(64))

    np.testing.assert_allclose(one.layers[0].preactivation[:, 6:-6, 6:-6], -2, atol=1e-5)
    assert not one.layers[0].output.any()


def test_the_parts_of_a_face_do_not_overlap_and_lie_whole_windows_of_the_pool_apart():
    table = np.zeros((64, 64), int)
    for name, (down, right) in PLACES:
        assert down % SPACING == right % SPACING == 0
        table[32 + down - 5 : 38 + down, 32 + right - 5 : 38 + right] += PARTS[name] != 0
    assert table.max() == 1
