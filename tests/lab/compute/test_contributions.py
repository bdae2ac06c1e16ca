"""A fold whose contributions are made a few at a time is the fold whose contributions are kept."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from app.lab.compute import folds
from app.lab.fold import pictures
from app.lab.fold.build import fold_view
from app.lab.keep.samples import Samples
from app.lab.lab import Lab
from app.lab.state.state import build
from app.main import STATIC
from app.settings import Settings

STATES: dict[str, dict[str, Any]] = {
    "plain": {"size": 64},
    "by size": {"size": 64, "order": "size"},
    "muted": {"size": 64, "mute": frozenset({3, 20})},
    "grouped": {"size": 64, "groups2": 4},
    "depthwise": {"size": 64, "kind2": "depthwise"},
    "separable": {"size": 40, "kind2": "separable", "pool1": "max"},
}


@pytest.fixture
def lab(tmp_path):
    lab = Lab(Settings(data_dir=tmp_path), Samples(STATIC / "samples"))
    yield lab
    lab.close()


@pytest.mark.parametrize("name", STATES)
def test_a_fold_made_a_few_at_a_time_is_the_same(lab, tmp_path, monkeypatch, name):
    state = build("cat", STATES[name])
    kept = lab.passes.fold(state, 2, 9)
    sums, view = pictures.moving_sums(lab.passes, state, 2, 9), fold_view(lab.passes, state, 2, 9)
    monkeypatch.setattr(folds, "KEPT_WHOLE", 0)
    other = Lab(Settings(data_dir=tmp_path), Samples(STATIC / "samples"))

    made = other.passes.fold(state, 2, 9)

    assert kept.parts.kept is not None
    assert made.parts.kept is None
    assert made.contributions.shape == kept.contributions.shape
    for channel in range(len(kept.contributions)):
        np.testing.assert_allclose(
            made.contributions[channel], kept.contributions[channel], rtol=1e-5, atol=1e-6
        )
    np.testing.assert_allclose(made.shares, kept.shares, rtol=1e-4, atol=1e-6)
    assert len(pictures.moving_sums(other.passes, state, 2, 9)) == pytest.approx(
        len(sums), rel=0.02
    )
    again = fold_view(other.passes, state, 2, 9)
    assert again.ordered == view.ordered
    assert [dataclasses.replace(one, explained=0) for one in again.sums] == [
        dataclasses.replace(one, explained=0) for one in view.sums
    ]
    other.close()


def test_a_kept_result_of_a_large_fold_does_not_hold_the_maps_of_its_pass(lab, monkeypatch):
    monkeypatch.setattr(folds, "KEPT_WHOLE", 0)
    made = lab.passes.fold(build("cat", {"size": 64}), 2, 9)
    held = [made.parts.drawn, *(one.map2d for one in made.parts.wrong.values())]

    assert made.parts.nbytes == sum(array.nbytes for array in held)
    assert all(array.base is None or array.base.nbytes <= array.nbytes for array in held)
