"""Decoding in workers: what a file may take, and what becomes of one that makes its decoder fail."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import numpy as np
import pytest
from PIL import Image

from app.lab.keep import decoding
from app.lab.keep.decoding import Decoder
from app.lab.keep.pictures import Pictures
from app.lab.keep.samples import Samples
from app.main import STATIC
from app.settings import Settings
from app.untrusted.pictures.decode import decode, warm_up
from app.untrusted.pictures.errors import BrokenPicture, PictureTooLarge
from app.untrusted.pictures.formats import ACCEPTED
from app.untrusted.pool import JobAbandoned, Workers
from tools import failing_decoder
from tools.picture_files.photographs import photograph, saved

PNG = saved(photograph(40, 60), "PNG")
QUICK = 0.25  # seconds instead of two


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(2, imports=warm_up)) as pool:
        yield pool


@pytest.fixture
def failing(monkeypatch) -> None:
    monkeypatch.setattr(decoding, "decode", failing_decoder.decode)
    monkeypatch.setattr(decoding, "SECONDS", QUICK)


@pytest.mark.parametrize(
    ("kind", "options", "size"),
    [
        ("PNG", {}, (40, 60)),
        ("JPEG", {"progressive": True}, (2000, 3000)),  # heavier than what is set aside at first
        ("WEBP", {}, (1000, 1500)),
    ],
)
def test_a_worker_decodes_as_the_server_would(workers, kind, options, size):
    data = saved(photograph(*size), kind, **options)

    picture, expected = Decoder(Settings(), workers).decode(data), decode(data)

    np.testing.assert_array_equal(picture.pixels, expected.pixels)
    assert not picture.pixels.flags.writeable
    assert (picture.height, picture.width) == size
    assert picture.notes == expected.notes


def test_the_limits_of_the_operator_hold_in_the_worker(workers):
    with pytest.raises(PictureTooLarge, match="39 a side"):
        Decoder(Settings(upload_side=39), workers).decode(PNG)


@pytest.mark.usefixtures("failing")
@pytest.mark.parametrize("failure", failing_decoder.FAILURES)
def test_a_decoder_that_fails_costs_its_sender_a_refusal(workers, failure):
    decoder = Decoder(Settings(), workers)

    with pytest.raises(BrokenPicture, match="would work"):
        decoder.decode(PNG + failure.encode())

    assert decoder.decode(PNG).width == 60


@pytest.mark.skipif("HEIC" not in ACCEPTED, reason="no decoder of HEIC for this machine")
@pytest.mark.usefixtures("failing")
def test_a_heic_that_takes_too_long_is_refused_with_what_to_do_on_a_phone(workers):
    data = saved(photograph(40, 60), "HEIF") + b"spin"

    with pytest.raises(BrokenPicture, match="On an iPhone, the camera at 12 MP"):
        Decoder(Settings(), workers).decode(data)


def test_a_jpeg_of_192_megapixels_takes_no_more_than_what_is_set_aside_for_a_small_one(
    workers, monkeypatch
):
    jobs: list[object] = []
    run = workers.run

    def counted(job, *given, **more):
        jobs.append(job)
        return run(job, *given, **more)

    monkeypatch.setattr(workers, "run", counted)
    data = saved(Image.new("L", (16_000, 12_000), 90), "JPEG")

    picture = Decoder(Settings(), workers).decode(data)

    assert (picture.height, picture.width, picture.pixels.shape) == (12_000, 16_000, (512, 683, 3))
    assert len(jobs) == 1  # a file that weighs more is asked for again


def test_a_progressive_jpeg_within_its_limit_is_decoded_in_what_is_set_aside_for_it(workers):
    data = saved(Image.new("RGB", (8_000, 6_000), (9, 90, 200)), "JPEG", progressive=True)

    assert Decoder(Settings(), workers).decode(data).pixels.shape == (512, 683, 3)


@pytest.mark.usefixtures("failing")
def test_a_file_that_made_the_decoder_fail_is_not_tried_again(workers, tmp_path, monkeypatch):
    pictures = Pictures(Settings(data_dir=tmp_path), Samples(STATIC / "samples"), workers)
    with pytest.raises(BrokenPicture, match="stopped at this file"):
        pictures.add(PNG + b"crash")
    monkeypatch.setattr(decoding, "decode", decode)

    with pytest.raises(BrokenPicture, match="stopped at this file"):
        pictures.add(PNG + b"crash")


@pytest.mark.usefixtures("failing")
def test_a_file_that_took_too_long_by_the_clock_may_be_tried_again(workers, tmp_path, monkeypatch):
    pictures = Pictures(Settings(data_dir=tmp_path), Samples(STATIC / "samples"), workers)
    with pytest.raises(BrokenPicture, match="not decoded in time"):
        pictures.add(PNG + b"hang")
    monkeypatch.setattr(decoding, "decode", decode)

    assert pictures.add(PNG + b"hang").width == 60


@pytest.mark.usefixtures("failing")
def test_who_waits_for_the_file_of_a_sender_that_is_gone_still_gets_it(
    workers, tmp_path, monkeypatch
):
    pictures = Pictures(Settings(data_dir=tmp_path), Samples(STATIC / "samples"), workers)
    asked, is_gone = threading.Event(), threading.Event()

    def first_sender_is_gone() -> bool:
        asked.set()
        return is_gone.is_set()

    with ThreadPoolExecutor(2) as senders:
        first = senders.submit(pictures.add, PNG + b"hang", is_abandoned=first_sender_is_gone)
        assert asked.wait(10)
        second = senders.submit(pictures.add, PNG + b"hang", is_abandoned=lambda: False)
        monkeypatch.setattr(decoding, "decode", decode)
        is_gone.set()

        assert second.result().width == 60
        assert isinstance(first.exception(), JobAbandoned)
