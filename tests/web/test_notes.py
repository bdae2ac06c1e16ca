"""Every note has its whole sentence; those that were stored before there were codes are their own."""

import pytest

from app.messages import note
from app.web.language.in_words import in_words
from app.web.notes import WORDS

SIZES = {"from_width": 400, "from_height": 300, "width": 200, "height": 150}
MESSAGES = {
    note("first_frame"): "First frame of the animation only.",
    note("first_picture"): "First of the pictures in the file only.",
    note("main_picture"): "The main one of the pictures in the file only.",
    note("from_cmyk"): "Converted from CMYK to RGB.",
    note("from_profile"): "Colours converted from its ICC profile to sRGB.",
    note("profile_unusable"): "Its ICC profile could not be used: colours taken as sRGB.",
    note("from_colour_space"): "Colours converted to sRGB from the colour space of the file.",
    note("from_hdr", curve="PQ"): (
        "A picture of high dynamic range (PQ): what is brighter than paper white is shown as white."
    ),
    note("colours_unusable"): "Its colour space makes no sense: colours taken as sRGB.",
    note("last_bytes"): "The end mark of the file is missing; the picture is whole.",
    note("no_alpha"): "Everything is marked as transparent: shown as if nothing were.",
    note("on_white"): "Transparency shown on white.",
    note("fewer_bits", bits=16): "16-bit values reduced to 8 bits.",
    note("mirrored"): "Mirrored as the file says.",
    note("turned"): "Turned upright as the file says.",
    note("turned_and_mirrored"): "Turned upright and mirrored as the file says.",
    note("reduced_in_browser", **SIZES): (
        "Reduced in the browser from 400 × 300 to 200 × 150 before it was sent."
    ),
    note("reduced", **SIZES): "Reduced from 400 × 300 to 200 × 150.",
    note("enlarged", **SIZES): "Enlarged from 400 × 300 to 200 × 150.",
    note("stretched", **SIZES): "Stretched from 400 × 300 to 200 × 150.",
    note("cropped", side=300): "Cropped to the central square of 300 × 300.",
    note("grey", red=0.2126, green=0.7152, blue=0.0722): (
        "Turned to grey: 0.2126 red + 0.7152 green + 0.0722 blue of the sRGB values."
    ),
    note("padded_rows", count=1): "Padded with 1 row of mid grey above and below.",
    note("padded_rows", count=32): "Padded with 32 rows of mid grey above and below.",
    note("padded_columns", count=1): "Padded with 1 column of mid grey left and right.",
    note("padded_columns", count=9): "Padded with 9 columns of mid grey left and right.",
}


def test_every_code_is_tried_here():
    assert {one.code for one in MESSAGES} == set(WORDS)


@pytest.mark.parametrize(
    ("one", "message"), MESSAGES.items(), ids=lambda value: getattr(value, "code", "")
)
def test_a_note_is_a_whole_sentence(one, message):
    assert in_words(one) == message


def test_a_sentence_that_was_stored_is_shown_as_it_is():
    assert (
        in_words(note("Reduced from 400 x 300 to {so} much."))
        == "Reduced from 400 x 300 to {so} much."
    )
