import os
import time
from pathlib import Path

import numpy as np
import pytest

from app.lab.images import ImageStore, StoredImage, content_id

HOUR = 3600


def picture(seed: int = 0, side: int = 100) -> StoredImage:
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    return StoredImage(pixels=pixels, height=200, width=300, notes=("Reduced.",))


@pytest.fixture
def store(tmp_path: Path) -> ImageStore:
    return ImageStore(tmp_path, seconds=HOUR, nbytes=10**6)


def test_what_was_put_is_found_as_it_was(store):
    image, image_id = picture(), content_id(b"file")

    store.put(image_id, image)
    found = store.get(image_id)

    np.testing.assert_array_equal(found.pixels, image.pixels)
    assert (found.height, found.width, found.notes) == (200, 300, ("Reduced.",))


@pytest.mark.parametrize("image_id", ["", "cat", "../images", "g" * 32, "0" * 31, "0" * 32])
def test_an_id_that_nothing_was_put_under_is_not_found(store, image_id):
    assert store.get(image_id) is None
    assert not store.has(image_id)


def test_a_picture_older_than_its_time_is_neither_served_nor_kept(store, tmp_path):
    old, new = content_id(b"old"), content_id(b"new")
    store.put(old, picture())
    (path,) = tmp_path.iterdir()
    os.utime(path, (time.time() - HOUR - 1,) * 2)

    assert store.get(old) is None
    store.put(new, picture())

    assert [kept.stem for kept in tmp_path.iterdir()] == [new]


def test_the_oldest_go_when_the_store_is_full_and_no_other_file_is_left(tmp_path):
    store = ImageStore(tmp_path, seconds=HOUR, nbytes=100_000)
    ids = [content_id(bytes([number])) for number in range(6)]

    for age, image_id in enumerate(ids):
        store.put(image_id, picture(age))
        moment = time.time() - 100 + age
        os.utime(tmp_path / f"{image_id}.npz", (moment, moment))
    store.sweep()

    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert sum(sizes) <= 100_000
    assert {path.stem for path in tmp_path.iterdir()} == set(ids[-len(sizes) :])


def test_a_picture_that_cannot_be_written_leaves_nothing_behind(store, tmp_path):
    broken = StoredImage(pixels=picture().pixels, height=object(), width=1, notes=())

    with pytest.raises(TypeError):
        store.put(content_id(b"file"), broken)

    assert list(tmp_path.iterdir()) == []


def test_the_newest_picture_stays_also_when_it_alone_is_more_than_the_size(tmp_path):
    store = ImageStore(tmp_path, seconds=HOUR, nbytes=1000)

    store.put(content_id(b"large"), picture())

    assert store.get(content_id(b"large")) is not None


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_damaged_file_is_not_found_and_goes(store, tmp_path, kept):
    image_id = content_id(b"file")
    store.put(image_id, picture())
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes()[:kept])

    assert store.get(image_id) is None
    assert list(tmp_path.iterdir()) == []
