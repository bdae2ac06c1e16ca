"""The sentences that the scripts say, by code: each page holds them in its language for `words.js`.

A field in braces is filled in by the script. Of a counted sentence it chooses the form, as the language wants it.
"""

from gettext import NullTranslations

from app.messages import Message, counted, sentence

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
    "wall_board": sentence("The contributions: arrow keys move, Enter opens one"),
    "wall_channel": sentence("channel {number} ({name})"),
    "wall_map": sentence("map {number}"),
    "wall_map_named": sentence("map {number} ({name})"),
    "wall_place": sentence("{input} to map {row}"),
    "wall_mean": sentence("{input} to map {row}: mean {mean}"),
    "wall_folded": sentence("Folded: each picture is one map."),
    "wall_unfolded": sentence("Unfolded: each row shows the contributions of one map."),
}  # fmt: skip


def in_language(translations: NullTranslations) -> dict[str, str | list[str]]:
    """Return the texts by code; of a counted one the form for one thing and the form for several."""
    return {
        code: translations.gettext(message.text)
        if message.several is None
        else [translations.ngettext(message.text, message.several, count) for count in (1, 2)]
        for code, message in WORDS.items()
    }
