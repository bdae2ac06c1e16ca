"""A JPEG without its last two bytes is shown, one that lacks more is refused."""

from typing import Any

import numpy as np
import pytest

from app.messages import note
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import BrokenPicture
from tools.picture_files.photographs import photograph, saved

KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"progressive": True},
    {"subsampling": 0},
    {"quality": 30},
    {"restart_marker_rows": 1},
)


@pytest.mark.parametrize("options", KINDS)
@pytest.mark.parametrize("size", [(61, 83), (1100, 1500)])
@pytest.mark.parametrize("missing", [1, 2])
def test_what_lacks_only_its_end_mark_is_shown_and_that_is_said(options, size, missing):
    data = saved(photograph(*size), "JPEG", **options)
    whole = decode(data)

    picture = decode(data[:-missing])

    np.testing.assert_array_equal(picture.pixels, whole.pixels)
    assert picture.notes == (note("last_bytes"), *whole.notes)


@pytest.mark.parametrize("options", KINDS)
@pytest.mark.parametrize("missing", [12, 40, 300])
def test_what_lacks_more_is_refused(options, missing):
    data = saved(photograph(61, 83), "JPEG", **options)

    with pytest.raises(BrokenPicture, match="cut off"):
        decode(data[:-missing])


def test_a_whole_scan_that_is_missing_is_noticed():
    data = saved(photograph(61, 83), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xc4")  # the table before the last scan

    with pytest.raises(BrokenPicture, match="cut off"):
        decode(data[:last])
