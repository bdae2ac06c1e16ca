"""Reads and writes the HX-* headers of htmx. No other module knows them."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

VARY = "HX-Request, HX-Request-Type, HX-Target, Accept"


def wants_fragment(request: Request) -> bool:
    """Tell whether htmx requests a fragment; for a history restore it requests the whole page."""
    headers = request.headers
    return headers.get("hx-request") == "true" and headers.get("hx-request-type") != "full"


def target(request: Request) -> str | None:
    """Return the id of the element that the answer will replace."""
    _, _, name = request.headers.get("hx-target", "").partition("#")
    return name or None


def push_url(response: Response, url: str) -> None:
    """Make the browser show another address."""
    response.headers["HX-Push-Url"] = url


def retarget(response: Response, selector: str) -> None:
    """Make the answer replace another element than the requested one, as a whole."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = "outerHTML"


def lead_to(url: str, headers: Mapping[str, str]) -> Response:
    """Make the browser load another page."""
    return Response(headers={**headers, "HX-Redirect": url})


def reload(response: Response) -> None:
    """Make the browser load its page again."""
    response.headers["HX-Refresh"] = "true"


def keep_url(response: Response) -> None:
    """Keep the address in the browser."""
    response.headers["HX-Push-Url"] = "false"
