"""Uploads: each file decoded once, a failed one not again, and nothing kept but pixels."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.lab.keep import failed_uploads
from app.lab.keep.failed_uploads import FailedUploads
from app.lab.keep.pictures import Pictures
from app.lab.keep.samples import Samples
from app.lab.keep.stores.base import content_id
from app.main import STATIC
from app.messages import Message
from app.settings import Settings
from app.untrusted.pictures.decode import warm_up
from app.untrusted.pictures.errors import BrokenPicture, NotAPicture, PictureError
from app.untrusted.pool import Workers
from tools.picture_files.photographs import photograph, saved

PNG = saved(photograph(40, 60), "PNG")
SAMPLES = Samples(STATIC / "samples")


class Counted(Workers):
    """Workers that count the files they are given and can be held up."""

    def __init__(self) -> None:
        super().__init__(1, imports=warm_up)
        self.calls = 0
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    def run(self, *args: Any, **options: Any) -> Any:
        self.calls += 1
        assert self.may_go_on.wait(10)
        return super().run(*args, **options)


@pytest.fixture(scope="module")
def all_workers() -> Iterator[Counted]:
    counted = Counted()
    yield counted
    counted.close()


@pytest.fixture
def workers(all_workers) -> Counted:
    all_workers.calls = 0
    return all_workers


@pytest.fixture
def pictures(tmp_path, workers) -> Pictures:
    return Pictures(Settings(data_dir=tmp_path), SAMPLES, workers)


@pytest.mark.parametrize("data", [b"no picture at all", PNG[: len(PNG) // 2]])
def test_a_file_that_failed_is_refused_again_without_decoding(pictures, workers, data):
    errors = []
    for _ in range(3):
        with pytest.raises(PictureError) as refused:
            pictures.add(data)
        errors.append(refused.value)

    assert workers.calls == 1
    assert len({(type(error), error.message) for error in errors}) == 1
    assert type(errors[0]) in (NotAPicture, BrokenPicture)


def test_a_failed_file_does_not_keep_another_from_being_taken(pictures):
    with pytest.raises(PictureError):
        pictures.add(PNG[:-40])

    assert pictures.add(PNG).width == 60


def test_a_file_that_is_kept_is_not_decoded_again(pictures, workers):
    first, second = pictures.add(PNG), pictures.add(PNG)

    assert workers.calls == 1
    assert replace(first, token="") == replace(second, token="")
    assert first.token != second.token


def test_a_file_that_another_process_kept_is_not_decoded_again(pictures, workers, tmp_path):
    pictures.add(PNG)

    again = Pictures(Settings(data_dir=tmp_path), SAMPLES, workers).add(PNG)

    assert workers.calls == 1
    assert (again.height, again.width) == (40, 60)


def test_a_file_that_was_deleted_is_decoded_again(pictures, workers):
    added = pictures.add(PNG)
    pictures.delete(added.id, added.token)

    assert pictures.add(PNG).id == added.id
    assert workers.calls == 2


def test_the_same_file_sent_twice_at_a_time_is_decoded_once(pictures, workers):
    workers.may_go_on.clear()
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(pictures.add(PNG)), daemon=True)
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    workers.may_go_on.set()
    for thread in threads:
        thread.join(10)

    assert workers.calls == 1
    assert {added.id for added in found} == {content_id(PNG)}
    assert len(found) == 2


def test_only_so_many_refusals_are_remembered_and_the_oldest_go(monkeypatch):
    monkeypatch.setattr(failed_uploads, "MAX_FAILED", 2)
    remembered = FailedUploads()
    for name in ("first", "second"):
        remembered.add(name, BrokenPicture(Message(f"the {name} would work")))
    with pytest.raises(BrokenPicture, match="the first"):
        remembered.check("first")

    remembered.add("third", NotAPicture(Message("the third would work")))

    remembered.check("second")  # forgotten: asked for longest ago
    with pytest.raises(BrokenPicture, match="the first"):
        remembered.check("first")
    with pytest.raises(NotAPicture, match="the third"):
        remembered.check("third")


def test_uploads_of_more_pixels_than_the_budget_are_taken_one_by_one(tmp_path, workers):
    pictures = Pictures(Settings(data_dir=tmp_path, decode_megapixels=1), SAMPLES, workers)

    added = pictures.add(saved(Image.new("RGB", (2000, 1200)), "PNG"))

    assert added.width == 2000


def test_nothing_that_a_file_says_of_itself_is_kept(pictures, tmp_path):
    secret = "Secret Name 51.4778 N"
    exif = Image.Exif()
    exif[0x010E] = exif[0x9286] = secret
    image = photograph(40, 60)
    files = [
        saved(image, "JPEG", exif=exif, comment=secret.encode()),
        saved(image, "PNG", exif=exif),
        saved(image, "WEBP", exif=exif, xmp=secret.encode(), lossless=True),
        saved(image, "GIF", comment=secret.encode()),
    ]

    added = [pictures.add(data) for data in files]

    for data, one in zip(files, added, strict=True):
        assert secret.encode() in data
        assert secret not in str(one.notes)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or secret.encode() not in path.read_bytes()
    kept = [pictures.store.get(one.id) for one in added]
    assert {name for image in kept for name in vars(image)} == {
        *("pixels", "height", "width", "notes")
    }
    assert all(isinstance(image.pixels, np.ndarray) for image in kept)
