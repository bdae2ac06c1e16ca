import gc
import io
import logging

import numpy as np
import pytest
from PIL import Image

from app.lab.fold.build import fold_view
from app.lab.keep.byte_cache import ByteCache
from app.lab.keep.samples import Samples
from app.lab.lab import Lab
from app.lab.stage.wall_page import wall_view
from app.lab.state.state import build
from app.main import STATIC
from app.settings import Settings


@pytest.fixture
def lab(tmp_path):
    lab = Lab(Settings(data_dir=tmp_path), Samples(STATIC / "samples"))
    yield lab
    lab.close()


@pytest.fixture
def file() -> bytes:
    out = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)).save(
        out, "PNG"
    )
    return out.getvalue()


def bytes_in_caches(lab: Lab) -> int:
    """Count what is kept, without banks made from a seed: they hold nothing of anybody."""
    gc.collect()  # the caches of other tests
    caches = [one for one in gc.get_objects() if isinstance(one, ByteCache)]
    return sum(one.nbytes for one in caches) - lab.passes.banks._made.nbytes


def test_nothing_computed_from_a_deleted_picture_stays_in_a_cache(lab, file):
    before = bytes_in_caches(lab)
    added = lab.pictures.add(file)
    state = build(added.id, {"size": 64, "mute": frozenset({3})})
    lab.page.view(state)
    fold_view(lab.passes, state, 2, 1)
    wall_view(lab.passes, state, 2)
    for layer in (1, 2):
        lab.sheets.png(state, layer, 96)
    assert bytes_in_caches(lab) > before

    lab.pictures.delete(added.id, added.token)
    lab.close()  # what was drawn ahead is done

    assert not lab.pictures.has(added.id)
    assert bytes_in_caches(lab) == before


def test_what_is_drawn_ahead_of_a_deleted_picture_is_told_without_alarm_and_not_kept(
    lab, file, caplog
):
    before = bytes_in_caches(lab)
    added = lab.pictures.add(file)
    lab.pictures.delete(added.id, added.token)

    with caplog.at_level(logging.INFO, "app.lab.stage.drawn_ahead"):
        lab.ahead.draw(build(added.id, {"size": 64}))
        lab.close()

    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert added.id not in caplog.text
    assert lab.slots.taken == 0
    assert bytes_in_caches(lab) == before
