"""In which form an answer is wanted: a page, or data."""

from starlette.requests import Request


def wants_json(request: Request) -> bool:
    """Tell whether the address ends in .json or the client asks for JSON rather than a page."""
    accept = request.headers.get("accept", "")
    return request.url.path.endswith(".json") or (
        "application/json" in accept and "text/html" not in accept
    )
