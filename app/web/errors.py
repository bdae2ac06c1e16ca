"""The one table from error to status, and how an error is answered: page, partial or JSON."""

from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.engine.errors import PlaceError, SpecError
from app.lab.errors import (
    NoSuchFile,
    NoSuchLesson,
    NoSuchMap,
    NoSuchRoom,
    RoomsFull,
    StoreFull,
    StoreUnreachable,
    UnknownImage,
    UnknownWeights,
    VotesNotKept,
    WrongKey,
    WrongToken,
)
from app.languages import speaking
from app.messages import Message, Refusal, sentence
from app.shown_text import shown_text
from app.untrusted.pictures.errors import (
    BrokenPicture,
    EmptyFile,
    NotAPicture,
    PictureError,
    PictureTooLarge,
)
from app.untrusted.weights.errors import (
    BadValues,
    BrokenWeights,
    NoConvolutions,
    NoPair,
    NoSuchConvolution,
    NotWeights,
    UnsupportedWeights,
    WeightsError,
    WeightsTooLarge,
)
from app.web import htmx
from app.web.address.origin import origin_of
from app.web.address.params import LANG
from app.web.address.subpath import root_of
from app.web.answer_form import wants_json
from app.web.embedding.frame import frame_of
from app.web.embedding.locking import Locked
from app.web.embedding.qr import TooLongForCode
from app.web.gate.request_facts import declared_length
from app.web.language.page_language import language_of_answer, language_of_refusal, page_language_of
from app.web.lost_picture import LostPicture, lost_picture
from app.web.rendering import render
from app.web.script_words import EMPTY_FILE, NOT_A_PICTURE, NOTHING_UPLOADED, PICTURE_TOO_LARGE
from app.web.status_words import status_words
from app.web.watch.route_names import route_of

TABLE: dict[type[Exception], tuple[int, Message]] = {
    SpecError: (422, sentence("This setting cannot work")),
    Locked: (403, sentence("This view is locked")),
    UnknownImage: (404, sentence("No such picture")),
    UnknownWeights: (404, sentence("No such weights")),
    NoSuchMap: (404, sentence("No such map")),
    NoSuchLesson: (404, sentence("No such lesson")),
    NoSuchRoom: (404, sentence("No such room")),
    RoomsFull: (507, sentence("No room can be opened")),
    VotesNotKept: (507, sentence("The vote cannot be kept")),
    WrongKey: (403, sentence("Not your room")),
    NoSuchFile: (404, sentence("No such file")),
    WrongToken: (403, sentence("Not deleted")),
    StoreFull: (507, sentence("No room for the upload")),
    StoreUnreachable: (503, sentence("Uploads cannot be reached")),
    TooLongForCode: (422, sentence("No QR code")),
    PlaceError: (404, sentence("No such place")),
    EmptyFile: (400, EMPTY_FILE),
    NotAPicture: (415, NOT_A_PICTURE),
    BrokenPicture: (422, sentence("The picture is damaged")),
    PictureTooLarge: (413, PICTURE_TOO_LARGE),
    NotWeights: (415, sentence("Not weights that can be read")),
    UnsupportedWeights: (415, sentence("Not weights that can be read")),
    WeightsTooLarge: (413, sentence("The weights are too large")),
    BrokenWeights: (422, sentence("The weight file is damaged")),
    NoConvolutions: (422, sentence("No convolutions in the file")),
    NoPair: (422, sentence("Not two layers in a row")),
    NoSuchConvolution: (422, sentence("No such tensor in the file")),
    BadValues: (422, sentence("Weights that cannot be computed with")),
}
UNREACHABLE_SECONDS = "3"  # after which a store that restarted is there again
BUSY_ANSWERS = 256  # kept: a crowd that is sent away at once must not hold up the rest
TOO_LONG = sentence("The upload has {nbytes:,} bytes; up to {mib} MiB would work.")
NO_PICTURE = sentence("No file came with the form; send one picture in the field named file.")
NO_WEIGHTS = sentence("No file came with the form; send one weight file in the field named file.")


@dataclass(frozen=True, kw_only=True)
class ErrorView:
    """An error in any form: `field` names the setting or form field to change, where there is one."""

    status: int
    title: Message
    message: Message
    field: str | None = None


class Busy(HTTPException):
    """More is asked for than can be done now; in `seconds` there should be room. `reason` is a sentence."""

    def __init__(self, reason: Message, seconds: int) -> None:
        self.reason = reason
        self.message = sentence(
            "{reason} Trying again in {seconds} s would work.", reason=reason, seconds=seconds
        )
        super().__init__(503, str(self.message), {"Retry-After": str(seconds)})


def install(app: FastAPI) -> None:
    """Have `app` answer every refusal through the table."""
    for error in TABLE:
        app.add_exception_handler(error, _refused)
    app.add_exception_handler(StoreUnreachable, answer_unreachable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, answer_http)
    app.add_exception_handler(Busy, answer_busy)
    app.state.busy_answers = {}


def _refused(request: Request, error: Exception) -> Response:
    _note(request, error)
    assert isinstance(error, Refusal)
    status, title = TABLE[type(error)]
    field = error.field if isinstance(error, SpecError | PlaceError | Locked) else None
    if isinstance(error, PictureError):
        field = "file"
    if isinstance(error, WeightsError):
        field = error.field
    view = ErrorView(status=status, title=title, message=error.message, field=field)
    lost = lost_picture(request) if isinstance(error, UnknownImage) else None
    return answer(request, view, lost=lost)


def answer_refused(request: Request, error: Refusal) -> Response:
    """Answer what is refused before it reaches its route."""
    return _refused(request, error)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    _note(request, error)
    first = error.errors()[0]
    name = str(first["loc"][-1])
    if name == "file":
        title = NOTHING_UPLOADED
        message = NO_WEIGHTS if _takes_weights(request) else NO_PICTURE
        return answer(request, ErrorView(status=400, title=title, message=message, field=name))
    if name == "token":
        return _refused(
            request, WrongToken(sentence("The token is a file; a text field would work."))
        )
    in_form = first["loc"][0] == "body"
    title = sentence("This form cannot work") if in_form else sentence("This address cannot work")
    view = ErrorView(status=422, title=title, message=_correction(name, first), field=name)
    return answer(request, view)


def _correction(name: str, found: dict[str, Any]) -> Message:
    if found["loc"][0] == "body" and found["type"] != "literal_error":
        return sentence("{name} is a file; a text field would work.", name=name)
    given = shown_text(str(found.get("input", "")), most=20)
    if found["type"] == "literal_error":
        words = found["ctx"]["expected"].replace("''", "nothing").replace("'", "")
        return sentence(
            "{name} is {given}; {words} would work.", name=name, given=given, words=words
        )
    return sentence(
        "{name} is {given}; a whole number such as 0, 1 or 2 would work.", name=name, given=given
    )


def answer_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses."""
    assert isinstance(error, HTTPException)
    if isinstance(error.__cause__, OSError):  # the body had to be put on the disk
        return _refused(request, StoreFull())
    _note(request, error)
    lab, body = request.app.state.lab, route_of(request.scope).facts.body
    most = lab.imports.offer().most_mib if body == "weights" else lab.settings.upload_mib
    title, message = status_words(error.status_code, body, mib=most)
    given = declared_length(request.scope) or 0
    if error.status_code == 413 and given > most * 2**20:
        message = TOO_LONG.having(nbytes=given, mib=most)
    view = ErrorView(status=error.status_code, title=title, message=message)
    response = answer(request, view)
    response.headers.update(error.headers or {})
    return response


def answer_busy(request: Request, error: Exception) -> Response:
    """Answer that there are too many now; a page comes back by itself.

    An answer is kept for everybody, so nothing in it may depend on the rest of the address.
    """
    assert isinstance(error, Busy)
    _note(request, error)
    scope, kept = request.scope, request.app.state.busy_answers
    form = (wants_json(request), htmx.wants_fragment(request))
    said = (page_language_of(scope), language_of_refusal(scope), error.detail)
    key = (root_of(scope), origin_of(scope), frame_of(scope), form, said)
    if key not in kept:
        title = sentence("Many people are here at once")
        view = ErrorView(status=503, title=title, message=error.message)
        if len(kept) >= BUSY_ANSWERS:
            kept.clear()
        kept[key] = answer(request, view, reason=error.reason, languages=())
    made = kept[key]
    response = Response(made.body, made.status_code, dict(made.headers))
    return _come_back(request, response, (error.headers or {})["Retry-After"])


def answer_unreachable(request: Request, error: Exception) -> Response:
    """Answer that the server of uploads does not answer; a page comes back by itself."""
    return _come_back(request, _refused(request, error), UNREACHABLE_SECONDS)


def _come_back(request: Request, response: Response, seconds: str) -> Response:
    response.headers["Retry-After"] = seconds
    is_page = not wants_json(request) and not htmx.wants_fragment(request)
    if is_page and request.method == "GET":
        response.headers["Refresh"] = seconds
    return response


def answer_unexpected(request: Request, request_id: str) -> Response:
    """Answer a failure that is ours; the log has the rest under the id of the request."""
    title = sentence("Something is wrong here")
    message = sentence(
        "The server failed in a way that it should not. Its log says more under {request_id}; please tell "
        "its operator. The start page may still work.",
        request_id=request_id,
    )
    with speaking(language_of_answer(request.scope)):
        return answer(request, ErrorView(status=500, title=title, message=message))


def answer(
    request: Request,
    view: ErrorView,
    *,
    lost: LostPicture | None = None,
    reason: Message | None = None,
    **context: Any,
) -> Response:
    """Answer an error in the form that was asked for; `lost` is what a page then offers.

    `reason` is the part of the message that a script shows while it counts down to the next try.
    `context` goes to the template.
    """
    state = lost.state if lost else request.app.state.lab.first_state()
    plain = _without_settings(request) if view.status == 422 and request.url.query else None
    context |= {"plain": plain, "lost": lost, "reason": reason}
    with speaking(language_of_refusal(request.scope)):
        response = render(request, "error", view, state, status=view.status, **context)
    if htmx.wants_fragment(request):
        # The lab stays as it is: the message stands above it, and the address does not follow.
        htmx.retarget(response, "#error")
        htmx.keep_url(response)
    return response


def _without_settings(request: Request) -> str:
    lang = page_language_of(request.scope).kept
    return f"{request.url.path}?{LANG}={lang}" if lang else request.url.path


def _takes_weights(request: Request) -> bool:
    return route_of(request.scope).facts.body == "weights"


def _note(request: Request, error: Exception) -> None:
    kind = type(error).__name__
    if isinstance(error, HTTPException) and not isinstance(error, Busy):
        kind = f"HTTP {error.status_code}"
    request.scope.setdefault("state", {})["refusal"] = kind
