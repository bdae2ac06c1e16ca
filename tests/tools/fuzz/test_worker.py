"""The fuzzer itself: it counts what it decodes, repeats itself for a seed, and notices what is wrong."""

import random

import numpy as np
import pytest

from app.messages import note
from app.untrusted.pictures.decode import Picture
from app.untrusted.pictures.formats import ACCEPTED
from tools.fuzz.mutations import mutated
from tools.fuzz.seeds import seeds
from tools.fuzz.worker import check, outcome, work


def test_there_are_whole_files_of_every_accepted_format():
    found = seeds()

    assert set(found) == set(ACCEPTED)
    assert {outcome(data) for files in found.values() for data in files} == {"accepted"}


def test_the_same_seed_damages_in_the_same_way():
    whole, other = seeds()["PNG"][:2]
    first, second = (
        [mutated(chance, whole, other) for _ in range(50)]
        for chance in (random.Random(3), random.Random(3))
    )

    assert first == second
    assert sum(data != whole for data in first) > 40


def test_damaged_files_are_counted_by_what_became_of_them(tmp_path):
    found = work("GIF", 0.3, "a seed", tmp_path / "current")

    assert "failure" not in found
    assert set(found["outcomes"]) <= {
        *("accepted", "BrokenPicture", "EmptyFile", "NotAPicture", "PictureTooLarge")
    }
    assert found["outcomes"]["accepted"] > 0
    assert found["outcomes"]["BrokenPicture"] > 0


@pytest.mark.parametrize(
    ("shape", "dtype", "notes"),
    [
        ((600, 700, 3), np.uint8, ()),
        ((20, 30, 4), np.uint8, ()),
        ((20, 30, 3), np.float32, ()),
        ((20, 30, 3), np.uint8, (note("a code without words"),)),
    ],
)
def test_a_picture_that_is_not_as_promised_is_a_failure(shape, dtype, notes):
    pixels = np.zeros(shape, dtype)
    pixels.flags.writeable = False

    with pytest.raises(AssertionError):
        check(Picture(pixels=pixels, height=1, width=1, notes=notes))
