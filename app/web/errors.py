"""The one table from error to status, and how an error is answered: page, partial or JSON."""

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.engine.errors import PlaceError, SpecError
from app.imaging.errors import (
    BrokenPicture,
    EmptyFile,
    NotAPicture,
    PictureError,
    PictureTooLarge,
)
from app.lab.errors import NoSuchMap, UnknownImage
from app.lab.views import ErrorView
from app.web import htmx
from app.web.rendering import render

TABLE: dict[type[Exception], tuple[int, str]] = {
    SpecError: (422, "This setting cannot work"),
    UnknownImage: (404, "No such picture"),
    NoSuchMap: (404, "No such map"),
    PlaceError: (404, "No such place"),
    EmptyFile: (400, "Nothing was uploaded"),
    NotAPicture: (415, "Not a picture that can be read"),
    BrokenPicture: (422, "The picture is damaged"),
    PictureTooLarge: (413, "The picture is too large"),
}
STATUSES = {
    400: (
        "The form cannot be read",
        "One picture in the field named file, as multipart, would work.",
    ),
    404: ("No such page", "Nothing is at this address; the lab is at the start page."),
    405: ("Not here", "This address does not take that method."),
    413: ("The upload is too large", "Up to {upload_mib} MiB would work."),
}


def install(app: FastAPI) -> None:
    """Have `app` answer every refusal through the table."""
    for error in TABLE:
        app.add_exception_handler(error, _refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, answer_http)


def _refused(request: Request, error: Exception) -> Response:
    status, title = TABLE[type(error)]
    field = error.field if isinstance(error, SpecError | PlaceError) else None
    if isinstance(error, PictureError):
        field = "file"
    return answer(request, ErrorView(status=status, title=title, message=str(error), field=field))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    name = str(first["loc"][-1])
    if name == "file":
        message = "No file came with the form; send one picture in the field named file."
        return answer(
            request,
            ErrorView(status=400, title="Nothing was uploaded", message=message, field=name),
        )
    given = str(first.get("input", ""))[:20]
    message = f"{name} is {given}; a whole number such as 0, 1 or 2 would work."
    return answer(
        request,
        ErrorView(status=422, title="This address cannot work", message=message, field=name),
    )


def answer_http(request: Request, error: Exception) -> Response:
    """Answer what the framework refuses."""
    assert isinstance(error, HTTPException)
    title, message = STATUSES.get(
        error.status_code, ("This cannot be answered", "The start page works.")
    )
    settings = request.app.state.lab.settings
    view = ErrorView(
        status=error.status_code,
        title=title,
        message=message.format(upload_mib=settings.upload_mib),
    )
    response = answer(request, view)
    response.headers.update(error.headers or {})
    return response


def answer(request: Request, view: ErrorView) -> Response:
    """Answer an error in the form that was asked for."""
    state = request.app.state.lab.first_state()
    plain = request.url.path if view.status == 422 and request.url.query else None
    response = render(request, "error", view, state, status=view.status, plain=plain)
    if htmx.wants_fragment(request):
        # The lab stays as it is: the message stands above it, and the address does not follow.
        htmx.retarget(response, "#error")
        htmx.keep_url(response)
    return response
