"""What is said of each status that the framework or the gate answers: a title, and what would work."""

from app.lab.keep.frames import FRAME_SIDE, MOST_FRAME_BYTES
from app.messages import Message, sentence
from app.web.route_facts import FORM_LIMIT

Words = tuple[Message, Message]
NOT_READ = sentence("The form cannot be read")
NOT_MULTIPART = sentence("The file is not sent as multipart")
TOO_SLOW = sentence("The upload came too slowly")
WORDS: dict[int, Words] = {
    400: (NOT_READ, sentence("One picture in the field named file, as multipart, would work.")),
    403: (
        sentence("Sent by another site"),
        sentence(
            "A page of another site sent this. The same form on a page of this server would work."
        ),
    ),
    404: (
        sentence("No such page"),
        sentence("Nothing is at this address; the lab is at the start page."),
    ),
    405: (sentence("Not here"), sentence("This address does not take that method.")),
    408: (
        TOO_SLOW,
        sentence(
            "A faster connection, or a smaller picture, would work; a side of 1,024 pixels is plenty."
        ),
    ),
    413: (sentence("The upload is too large"), sentence("Up to {mib} MiB would work.")),
    415: (
        NOT_MULTIPART,
        sentence("One picture in the field named file, as multipart/form-data, would work."),
    ),
    431: (
        sentence("The address is too long"),
        sentence("Address and headers of up to 64 KiB together would work."),
    ),
}
OF_WEIGHTS: dict[int, Words] = {
    400: (NOT_READ, sentence("One weight file in the field named file, as multipart, would work.")),
    408: (
        TOO_SLOW,
        sentence("A faster connection, or a file of the two layers alone, would work."),
    ),
    415: (
        NOT_MULTIPART,
        sentence("One weight file in the field named file, as multipart/form-data, would work."),
    ),
}
OF_FORM: dict[int, Words] = {
    400: (NOT_READ, sentence("The few short fields of the form on the page would work.")),
    408: (sentence("The form came too slowly"), sentence("A faster connection would work.")),
    413: (
        sentence("The form is too large"),
        sentence("Up to {kib} KiB would work.", kib=FORM_LIMIT // 2**10),
    ),
}
OF_FRAME: dict[int, Words] = {
    408: (sentence("The frame came too slowly"), sentence("A faster connection would work.")),
    413: (
        sentence("The frame is too large"),
        sentence(
            "One of up to {kib} KiB and {side} × {side} pixels would work.",
            kib=MOST_FRAME_BYTES // 2**10,
            side=FRAME_SIDE,
        ),
    ),
    415: (
        sentence("Not a frame that can be read"),
        sentence(
            "One JPEG or PNG picture as the body, of the type image/jpeg or image/png, would work."
        ),
    ),
}
OTHERWISE = (sentence("This cannot be answered"), sentence("The start page works."))


def status_words(status: int, body: str, *, mib: int) -> Words:
    """Return title and message of a status, for a route that takes such a body (see RouteFacts) of so many MiB."""
    special = {"weights": OF_WEIGHTS, "form": OF_FORM, "frame": OF_FRAME}.get(body, {})
    title, message = special.get(status) or WORDS.get(status, OTHERWISE)
    return title, message.having(mib=mib)
