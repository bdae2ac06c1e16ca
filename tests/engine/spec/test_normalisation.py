"""Normalising by figures of one's own does what the words do."""

import numpy as np
import pytest

from app.engine.errors import SpecError
from app.engine.spec.normalisation import IMAGENET_DEVIATIONS, IMAGENET_MEANS, check, normalise

IMAGE = np.random.default_rng(1).random((3, 4, 5), np.float32)


@pytest.mark.parametrize(
    ("word", "figures"),
    [
        ("imagenet", (*IMAGENET_MEANS, *IMAGENET_DEVIATIONS)),
        ("centre", (0.5, 0.5, 0.5, 1.0, 1.0, 1.0)),
        ("none", (0.0, 0.0, 0.0, 1.0, 1.0, 1.0)),
    ],
)
def test_the_figures_of_a_word_give_what_the_word_gives(word, figures):
    np.testing.assert_array_equal(normalise(IMAGE, figures), normalise(IMAGE, word))


def test_a_mean_and_a_deviation_belong_to_one_channel():
    read = normalise(IMAGE, (0.1, 0.2, 0.3, 1.0, 2.0, 4.0))

    np.testing.assert_allclose(read[1], (IMAGE[1] - 0.2) / 2, rtol=1e-6)
    np.testing.assert_allclose(read[2], (IMAGE[2] - 0.3) / 4, rtol=1e-6)


@pytest.mark.parametrize(
    ("how", "channels"),
    [
        ("mean", 3),
        ((0.5, 0.5), 3),
        ((0.5, 0.0), 1),
        ((2000.0, 1.0), 1),
        ((float("nan"), 1.0), 1),
    ],
)
def test_what_cannot_normalise_is_refused(how, channels):
    with pytest.raises(SpecError) as raised:
        check(how, channels)

    assert raised.value.field == "normalise"
    assert "would work" in str(raised.value)


def test_a_grey_picture_takes_two_figures():
    check((0.5, 0.25), 1)
