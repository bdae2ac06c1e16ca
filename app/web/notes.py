"""The words of each note: what was done to a picture, as a whole sentence for each code.

Codes are stored with uploads, so a code that was once in use keeps its sentence here.
"""

from collections.abc import Mapping

from app.messages import Message, Note, counted, sentence

WORDS: Mapping[str, Message] = {
    "first_frame": sentence("First frame of the animation only."),
    "first_picture": sentence("First of the pictures in the file only."),
    "main_picture": sentence("The main one of the pictures in the file only."),
    "from_cmyk": sentence("Converted from CMYK to RGB."),
    "from_profile": sentence("Colours converted from its ICC profile to sRGB."),
    "profile_unusable": sentence("Its ICC profile could not be used: colours taken as sRGB."),
    "from_colour_space": sentence("Colours converted to sRGB from the colour space of the file."),
    "from_hdr": sentence(
        "A picture of high dynamic range ({curve}): what is brighter than paper white is shown as white."
    ),
    "colours_unusable": sentence("Its colour space makes no sense: colours taken as sRGB."),
    "last_bytes": sentence("The end mark of the file is missing; the picture is whole."),
    "no_alpha": sentence("Everything is marked as transparent: shown as if nothing were."),
    "on_white": sentence("Transparency shown on white."),
    "fewer_bits": sentence("{bits}-bit values reduced to 8 bits."),
    "mirrored": sentence("Mirrored as the file says."),
    "turned": sentence("Turned upright as the file says."),
    "turned_and_mirrored": sentence("Turned upright and mirrored as the file says."),
    "reduced_in_browser": sentence(
        "Reduced in the browser from {from_width} × {from_height} to {width} × {height} before it was sent."
    ),
    "reduced": sentence("Reduced from {from_width} × {from_height} to {width} × {height}."),
    "enlarged": sentence("Enlarged from {from_width} × {from_height} to {width} × {height}."),
    "stretched": sentence("Stretched from {from_width} × {from_height} to {width} × {height}."),
    "cropped": sentence("Cropped to the central square of {side} × {side}."),
    "grey": sentence("Turned to grey: {red} red + {green} green + {blue} blue of the sRGB values."),
    "padded_rows": counted(
        "Padded with {count} row of mid grey above and below.",
        "Padded with {count} rows of mid grey above and below.",
        1,
    ),
    "padded_columns": counted(
        "Padded with {count} column of mid grey left and right.",
        "Padded with {count} columns of mid grey left and right.",
        1,
    ),
}


def message_of(note: Note) -> Message:
    """Return a note as a sentence.

    A sentence that was stored before notes had codes is its own code, and so is a code of a later version.
    """
    message = WORDS.get(note.code)
    return (
        message.having(**dict(note.values))
        if message
        else Message("{code}", (("code", note.code),))
    )
