"""The store in a folder: files, room and what a crash leaves; test_images.py has what every store does."""

import fcntl
import os
import stat
import time
from pathlib import Path

import numpy as np
import pytest

from app.lab.errors import FolderUnusable, StoreFull
from app.lab.keep.stores.base import content_id
from app.lab.keep.stores.disk import DiskStore
from app.lab.keep.stores.stored_pictures import PICTURES, StoredImage
from tests.full_disk import files_of_at_most
from tests.lab.stores import FILE, HOUR, picture


def npz(folder: Path, image_id: str = FILE) -> Path:
    return folder / f"{image_id}.npz"


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


@pytest.fixture
def store(tmp_path: Path) -> DiskStore:
    return DiskStore(tmp_path, of=PICTURES, seconds=HOUR, nbytes=10**6)


def test_a_picture_older_than_its_time_is_neither_served_nor_kept(store, tmp_path):
    store.put(FILE, picture())
    age(npz(tmp_path), HOUR + 1)

    assert store.get(FILE) is None
    assert store.sweep() == [FILE]
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_go_when_the_store_is_full_and_no_other_file_is_left(tmp_path):
    store = DiskStore(tmp_path, of=PICTURES, seconds=HOUR, nbytes=150_000)
    ids = [content_id(bytes([number])) for number in range(6)]
    for number, image_id in enumerate(ids):
        store.put(image_id, picture(number))
        age(npz(tmp_path, image_id), 100 - number)
    assert store.is_too_full

    gone = store.sweep()

    kept = [image_id for image_id in ids if store.has(image_id)]
    assert kept == ids[-len(kept) :]
    assert sorted(gone) == sorted(set(ids) - set(kept))
    assert {path.stem for path in tmp_path.iterdir()} == set(kept)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 150_000
    assert not store.is_too_full


def test_the_newest_picture_stays_also_when_it_alone_is_more_than_the_size(tmp_path):
    store = DiskStore(tmp_path, of=PICTURES, seconds=HOUR, nbytes=1000)

    store.put(FILE, picture())
    store.sweep()

    assert store.get(FILE) is not None


def test_pictures_and_their_bytes_are_counted_as_they_come_and_go(store, tmp_path):
    tokens = [store.put(content_id(bytes([number])), picture(number)) for number in range(3)]
    store.put(content_id(bytes([0])), picture(0))
    store.remove(content_id(bytes([1])), tokens[1])

    counted = (store.held, store.held_bytes)
    store.sweep()

    assert counted == (store.held, store.held_bytes)
    assert store.held == len(list(tmp_path.glob("*.npz"))) == 2
    assert store.held_bytes >= sum(path.stat().st_size for path in tmp_path.iterdir())
    assert DiskStore(tmp_path, of=PICTURES, seconds=HOUR, nbytes=10**6).held == 2


def test_half_a_list_of_holders_is_read_as_far_as_it_goes(store, tmp_path):
    first, second = store.put(FILE, picture()), store.put(FILE, picture())
    holders = tmp_path / f"{FILE}.holders"
    holders.write_bytes(holders.read_bytes()[:-6] + b"\x00\xff")

    assert store.is_held(FILE, first)
    assert not store.is_held(FILE, second)


def test_folder_and_files_are_for_the_servers_user_only(tmp_path):
    folder = tmp_path / "images"
    folder.mkdir(mode=0o755)

    DiskStore(folder, of=PICTURES, seconds=HOUR, nbytes=10**6).put(FILE, picture())

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


def test_a_full_disk_refuses_the_upload_and_leaves_nothing_of_it(store, tmp_path):
    with files_of_at_most(10_000), pytest.raises(StoreFull, match="samples still work"):
        store.put(FILE, picture())

    assert list(tmp_path.iterdir()) == []
    assert (store.held, store.held_bytes) == (0, 0)


def test_a_disk_too_full_to_note_the_holder_leaves_no_picture_that_nobody_could_delete(
    store, tmp_path
):
    tiny = StoredImage(pixels=np.zeros((1, 1, 3), np.uint8), height=1, width=1, notes=())
    (tmp_path / f"{FILE}.holders").mkdir()  # in the way of the file

    with pytest.raises(StoreFull):
        store.put(FILE, tiny)

    assert [path.name for path in tmp_path.iterdir()] == [f"{FILE}.holders"]
    assert store.held == 0


def test_a_full_disk_leaves_what_was_there_before(store, tmp_path):
    token = store.put(FILE, picture())
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    with files_of_at_most(10), pytest.raises(StoreFull):
        store.put(FILE, picture())

    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before
    assert store.is_held(FILE, token)


def test_a_file_that_a_dead_server_left_half_written_goes_at_the_next_start(tmp_path):
    (tmp_path / f"{FILE}.part").write_bytes(b"half")

    DiskStore(tmp_path, of=PICTURES, seconds=HOUR, nbytes=10**6)

    assert list(tmp_path.iterdir()) == []


def test_a_file_that_another_server_is_writing_stays(tmp_path):
    being_written = tmp_path / "other.part"
    with being_written.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        DiskStore(tmp_path, of=PICTURES, seconds=HOUR, nbytes=10**6)

        assert being_written.exists()


def test_holders_of_a_picture_that_is_gone_go_too(store, tmp_path):
    store.put(FILE, picture())
    npz(tmp_path).unlink()

    store.sweep()

    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named_with_its_setting(tmp_path):
    (tmp_path / "data").write_text("a file, not a folder")

    with pytest.raises(FolderUnusable, match=r"DATA_DIR.*data/images"):
        DiskStore(tmp_path / "data/images", of=PICTURES, seconds=HOUR, nbytes=10**6)
