"""What htmx asks for and is told. The only module that knows HX-* headers."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

VARY = "HX-Request, HX-Request-Type, HX-Target, Accept"


def wants_fragment(request: Request) -> bool:
    """Tell whether htmx asks for a part; going back in history asks for the whole page."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-request-type") != "full"


def target(request: Request) -> str | None:
    """Return the id of the element that the answer will replace."""
    _, _, name = request.headers.get("hx-target", "").partition("#")
    return name or None


def push_url(response: Response, url: str) -> None:
    """Have the browser's address follow."""
    response.headers["HX-Push-Url"] = url


def retarget(response: Response, selector: str) -> None:
    """Have the answer replace another element than the one asked for, whole."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = "outerHTML"


def lead_to(url: str, headers: Mapping[str, str]) -> Response:
    """Have the browser go to another page."""
    return Response(headers={**headers, "HX-Redirect": url})


def keep_url(response: Response) -> None:
    """Have the browser's address stay."""
    response.headers["HX-Push-Url"] = "false"
