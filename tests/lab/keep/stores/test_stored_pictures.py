"""What every store of uploads does, asked of each."""

import io
import json
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.lab.errors import WrongToken
from app.lab.keep.stores.base import content_id
from app.lab.keep.stores.stored_pictures import PICTURES, ImageStore
from app.messages import note
from tests.lab.stores import FILE, HOUR, Place, picture


@pytest.fixture
def store(place: Place) -> ImageStore:
    return place.open()


def test_what_was_put_is_found_as_it_was(store):
    image = picture()

    store.put(FILE, image)
    found = store.get(FILE)

    np.testing.assert_array_equal(found.pixels, image.pixels)
    assert (found.height, found.width, found.notes) == (200, 300, (note("cropped", side=200),))
    assert store.has(FILE)
    assert HOUR - 60 < store.seconds_left(FILE) <= HOUR


@pytest.mark.parametrize("image_id", ["", "cat", "../images", "g" * 32, "0" * 31, "0" * 32])
def test_an_id_that_nothing_was_put_under_is_not_found(store, image_id):
    assert store.get(image_id) is None
    assert not store.has(image_id)
    assert not store.is_held(image_id, "token")
    assert store.seconds_left(image_id) < 0


def test_what_was_put_is_found_by_a_store_that_is_opened_later(store, place):
    token = store.put(FILE, picture())

    later = place.open()

    assert later.has(FILE)
    assert later.is_held(FILE, token)


def test_a_picture_is_kept_for_its_time_and_no_longer(store, place):
    store.put(FILE, picture())
    place.age(FILE, HOUR - 60)
    assert 0 < place.open().seconds_left(FILE) <= 60
    place.age(FILE, 61)

    later = place.open()

    assert not later.has(FILE)
    assert later.get(FILE) is None
    assert later.seconds_left(FILE) < 0


def test_a_sweep_tells_the_ids_of_what_went_since_it_was_asked_for(store, place):
    other = content_id(b"other")
    store.put(FILE, picture())
    store.put(other, picture(1))
    assert store.has(FILE)
    assert store.has(other)
    place.age(FILE, HOUR + 1)

    assert store.sweep() == [FILE]
    assert store.sweep() == []
    assert not store.has(FILE)
    assert store.has(other)


def test_a_sweep_counts_what_is_kept(store):
    tokens = [store.put(content_id(bytes([number])), picture(number)) for number in range(3)]
    store.put(content_id(bytes([0])), picture(0))
    store.remove(content_id(bytes([1])), tokens[1])

    store.sweep()

    assert store.held == 2
    assert store.held_bytes >= 2 * picture().pixels.nbytes


@pytest.mark.parametrize("kept", [0, 1, 100, -1])
def test_a_damaged_file_is_not_found_and_goes(store, place, kept):
    store.put(FILE, picture())
    place.damage(FILE, kept)

    assert store.get(FILE) is None
    assert place.everything() == []
    assert not store.has(FILE)
    store.sweep()
    assert store.held == 0


def test_only_the_token_of_an_upload_deletes_it(store):
    token = store.put(FILE, picture())
    other = store.put(content_id(b"other"), picture(1))

    for wrong in (other, "", token[:-1], token.upper(), "é", "picture"):
        assert not store.is_held(FILE, wrong)
        with pytest.raises(WrongToken, match="address that the upload led to"):
            store.remove(FILE, wrong)

    assert store.is_held(FILE, token)
    assert store.has(FILE)
    assert store.remove(FILE, token) is True
    assert not store.has(FILE)
    assert store.get(FILE) is None
    assert store.get(content_id(b"other")) is not None


def test_a_picture_that_two_people_uploaded_goes_with_the_second_deletion(store, place):
    first, second = store.put(FILE, picture()), store.put(FILE, picture())
    assert first != second

    assert store.remove(FILE, second) is False
    assert store.get(FILE) is not None
    with pytest.raises(WrongToken):
        store.remove(FILE, second)
    assert store.remove(FILE, first) is True

    assert place.everything() == []


def test_after_a_deletion_the_picture_has_the_time_of_the_upload_that_is_left(store, place):
    store.put(FILE, picture())
    place.age(FILE, HOUR / 2)
    token = store.put(FILE, picture())
    assert store.seconds_left(FILE) > HOUR - 60

    store.remove(FILE, token)

    assert store.seconds_left(FILE) == pytest.approx(HOUR / 2, abs=60)


def test_an_upload_whose_time_is_over_does_not_hold_the_picture_of_another(store, place):
    old = store.put(FILE, picture())
    place.age(FILE, HOUR - 10)
    new = store.put(FILE, picture())
    place.age(FILE, 20)

    assert not store.is_held(FILE, old)
    with pytest.raises(WrongToken):
        store.remove(FILE, old)
    assert store.remove(FILE, new) is True


def test_a_token_is_kept_as_a_hash_only(store, place):
    token = store.put(FILE, picture())

    kept = place.everything()

    assert kept
    assert all(token.encode() not in part for part in kept)


def test_those_who_upload_and_delete_one_picture_at_a_time_do_not_disturb_each_other(store, place):
    def come_and_go(_: int) -> bool:
        token = store.put(FILE, picture())
        held = store.is_held(FILE, token)
        store.remove(FILE, token)
        return held

    with ThreadPoolExecutor(8) as pool:
        held = list(pool.map(come_and_go, range(80)))

    assert all(held)
    assert place.everything() == []


def test_a_file_of_version_0_1_opens_with_its_notes_as_the_sentences_that_it_holds():
    # As that version wrote it.
    facts = {"height": 40, "width": 60, "notes": ["Cropped to the central square of 40 x 40."]}
    pixels, file = np.zeros((40, 60, 3), np.uint8), io.BytesIO()
    np.savez(file, pixels=pixels, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8))
    file.seek(0)

    found = PICTURES.unpack(file)

    assert (found.height, found.width) == (40, 60)
    assert found.notes == (note("Cropped to the central square of 40 x 40."),)
