"""The sentences that the scripts say, by code: each page holds them in its language for `words.js`.

A field in braces is filled in by the script. Of a counted sentence it chooses the form, as the language wants it.
"""

from functools import cache
from gettext import NullTranslations

from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from app.languages import Language, spoken
from app.messages import Message, counted, sentence
from app.untrusted.pictures import refusals
from app.web.language.catalogs import translations_of

NOTHING_UPLOADED = sentence("Nothing was uploaded")
EMPTY_FILE = sentence("An empty file")
NOT_A_PICTURE = sentence("Not a picture that can be read")
PICTURE_TOO_LARGE = sentence("The picture is too large")

WORDS: dict[str, Message] = {
    # what the page waits for
    "reading": sentence("Reading your picture."),
    "sending_picture": sentence("Sending your picture."),
    "sending_file": sentence("Sending your file."),
    "picture_sent_in_part": sentence("Sending your picture: {percent} %"),
    "file_sent_in_part": sentence("Sending your file: {percent} %"),
    "picture_sent": sentence("Your picture is sent. The server is computing."),
    "file_sent": sentence("Your file is sent. The server is computing."),
    "busy": sentence("Many people are here at once."),
    "busy_told": sentence("{reason} The page tries again by itself; Escape gives up."),
    "again_in": sentence("Trying again in {seconds} s."),
    "again_now": sentence("Trying again."),
    "cancel": sentence("Cancel"),
    "give_up": sentence("Give up"),
    # what went wrong
    "unanswered": sentence(
        "The server did not answer. Nothing was changed; try again when the connection is back."
    ),
    "refused": sentence(
        "The server answered with error {status}. Nothing was changed; try again in a moment."
    ),
    "picture_not_sent": sentence(
        "The picture did not reach the server. Nothing was changed; try again when the connection is back."
    ),
    "file_not_sent": sentence(
        "The file did not reach the server. Choose it again when the connection is back."
    ),
    "pictures_missing": counted(
        "{count} picture of this page could not be loaded.",
        "{count} pictures of this page could not be loaded.",
        1,
    ),
    # a file that is refused before it is sent, as the server would
    "nothing_uploaded": NOTHING_UPLOADED,
    "empty_file": EMPTY_FILE,
    "not_a_picture": NOT_A_PICTURE,
    "picture_too_large": PICTURE_TOO_LARGE,
    "one_picture": sentence("One picture at a time"),
    "file_empty": refusals.EMPTY,
    "file_is_other": refusals.IS_OTHER,
    "file_is_text": refusals.IS_TEXT,
    "file_is_unknown": refusals.IS_UNKNOWN,
    "too_many_bytes": refusals.TOO_MANY_BYTES,
    "too_many_pixels": refusals.TOO_MANY_PIXELS,
    "too_many_in_a_jpeg": refusals.TOO_MANY_IN_A_JPEG,
    "too_many_in_a_heic": refusals.TOO_MANY_IN_A_HEIC,
    "too_many_in_a_progressive_jpeg": refusals.TOO_MANY_IN_A_PROGRESSIVE_JPEG,
    "file_unreadable": sentence(
        "The browser cannot read the file. It may be a folder, or was moved or deleted; a picture file chosen "
        "again would work."
    ),
    # what was dropped or pasted instead of one file
    "came_folder": sentence("This is a folder. One picture file out of it would work."),
    "came_several": counted(
        "This is {count} file. One picture file would work.",
        "These are {count} files. One picture file at a time would work.",
        1,
    ),
    "came_picture_of_page": sentence(
        "Only the address of this picture came, and nothing is fetched from other sites. Save the picture and "
        "choose the file, or copy the picture itself and paste it."
    ),
    "came_link": sentence(
        "This is a link, and nothing is fetched from other sites. Save the picture that it leads to and choose "
        "the file."
    ),
    "came_text": sentence("This is text. A picture file, or a picture that was copied, would work."),
    "came_nothing": sentence(
        "This holds nothing that can be read here. A picture file, or a picture that was copied, would work."
    ),
    # the camera
    "camera_ready": sentence("The maps follow the camera once it is started."),
    "camera_after_drawing": sentence(
        "The maps still show your drawing. They follow the camera once it is started."
    ),
    "camera_asking": sentence("Your browser asks whether this page may use the camera."),
    "camera_on": sentence("The camera is on. The maps follow it."),
    "camera_off": sentence("The camera is off."),
    "camera_hidden": sentence("The camera was switched off when this page was hidden."),
    "camera_lost": sentence("The camera stopped by itself. Connect it again, then start it."),
    "camera_denied": sentence(
        "The browser was told not to give this page the camera. Allow it in the browser’s settings for this "
        "page, then start it again."
    ),
    "camera_denied_in_frame": sentence(
        "The page round this one does not pass the camera on, or the browser was told not to give it. "
        "In a tab of its own it can ask again."
    ),
    "camera_busy": sentence(
        "Another program uses the camera. Close that program, then start the camera again."
    ),
    "camera_absent": sentence(
        "There is no camera on this device. Connect one and start it, or draw instead."
    ),
    "camera_failed": sentence(
        "The browser could not start the camera. Try another browser, or draw instead."
    ),
    "camera_insecure": sentence(
        "Browsers give the camera only to pages whose address begins with https:// or with http://localhost. "
        "Open this page at such an address, or draw instead."
    ),
    "camera_sandboxed": sentence(
        "This page stands in a sandboxed frame, which never gets the camera. Open it in a tab of its own, or "
        "draw instead."
    ),
    # the pad and the frames
    "pad_ready": sentence("Draw on the paper: the maps follow each stroke."),
    "pad_undone": sentence("The last step is taken back."),
    "pad_cleared": sentence("The paper is empty. Undo brings the drawing back."),
    "pen_down": sentence("The pen is down: arrow keys draw."),
    "pen_up": sentence("The pen is up: arrow keys move it without drawing."),
    "silent": sentence("silent"),
    "range": sentence("{least} to {most}"),
    "legend_ends": sentence("Colours from {least} to {most}."),
    "legend_beyond": sentence("; {share} of the values lie beyond the scale"),
    "few_frames": sentence("Few frames: many people are live at the moment."),
    "frames_again": sentence("The maps follow again."),
    "no_frames": sentence("The server does not answer. The maps follow again as soon as it does."),
    "frame_refused": sentence("The server refused the frame: {reason}"),
    "frame_freezing": sentence("Sending this frame, to keep it."),
    "frame_not_kept": sentence(
        "The frame did not reach the server. Nothing was kept; freeze again when the connection is back."
    ),
    # what was copied
    "copied": sentence("Copied"),
    "not_copied": sentence("Not copied: the link downloads it"),
    "selected": sentence("Selected: copy it"),
    # how long the server took
    "page_kept": sentence("The server had this page ready."),
    "page_made": sentence("The server took {total} ms for this page."),
    "page_waited": sentence(
        "The server took {total} ms for this page, including {waited} ms of waiting for its turn."
    ),
    # where the reader is
    "training_step": sentence("step {step} of {last}"),
    "sum_count": sentence("{count} of {all}"),
    "cursor": sentence("{name}, row {row}, column {column}"),
    "cursor_value": sentence("{name}, row {row}, column {column}: {value}"),
    "cursor_finished": sentence("{name}, row {row}, column {column}: {value} in the finished map"),
    "wall_board": sentence("The contributions: arrow keys move, Enter opens one"),
    "wall_channel": sentence("channel {number} ({name})"),
    "wall_map": sentence("map {number}"),
    "wall_map_named": sentence("map {number} ({name})"),
    "wall_place": sentence("{input} to map {row}"),
    "wall_mean": sentence("{input} to map {row}: mean {mean}"),
    "wall_folded": sentence("Folded: each picture is one map."),
    "wall_unfolded": sentence("Unfolded: each row shows the contributions of one map."),
}  # fmt: skip


def script_words() -> Markup:
    """Return what scripts say in the language that is spoken, and how it writes numbers, as JSON for a page."""
    return as_json(spoken())


@cache
def as_json(language: Language) -> Markup:
    """Return what `script_words` does, of a language."""
    texts = in_language(translations_of(language))
    return htmlsafe_json_dumps(
        {"numbers": number_marks(language), "texts": texts}, ensure_ascii=False
    )


def number_marks(language: Language) -> dict[str, str | int]:
    """Return how a language writes numbers."""
    return {
        "decimal": language.decimal,
        "group": language.group,
        "least_grouped": language.least_grouped,
        "percent": language.percent,
    }


def in_language(translations: NullTranslations) -> dict[str, str | list[str]]:
    """Return the texts by code; of a counted one the form for one thing and the form for several."""
    return {
        code: translations.gettext(message.text)
        if message.several is None
        else [translations.ngettext(message.text, message.several, count) for count in (1, 2)]
        for code, message in WORDS.items()
    }
