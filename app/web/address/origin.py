"""The public origin of the server: PUBLIC_URL if it is set, otherwise the origin of the request."""

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[([0-9A-Fa-f:.]{2,45})\])(?::([0-9]{1,5}))?")
UNKNOWN_HOST = "localhost"
LARGEST_PORT = 65_535


def origin_of(scope: Scope) -> str:
    """Return scheme and host, such as https://convfold.example.org."""
    public: str = scope["app"].state.lab.settings.public_url
    if public:
        return public
    host = Headers(scope=scope).get("host", "")
    return f"{scope['scheme']}://{host if _is_host(host) else UNKNOWN_HOST}"


def is_loopback(origin: str) -> bool:
    """Tell whether an origin is one that only its own computer can open."""
    host = urlsplit(origin).hostname or ""
    if host == UNKNOWN_HOST or host.endswith(f".{UNKNOWN_HOST}"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_host(text: str) -> bool:
    match = HOST.fullmatch(text)
    if match is None or int(match[3] or 0) > LARGEST_PORT:
        return False
    try:
        return not match[2] or bool(IPv6Address(match[2]))
    except ValueError:
        return False


class OwnOrigin:
    """ASGI middleware that gives the application its public origin as scheme and Host.

    So addresses that the framework makes, such as those of redirects, do not follow a Host that was made up.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] == "http":
            scheme, _, host = origin_of(scope).partition("://")
            headers = [one for one in scope["headers"] if one[0] != b"host"]
            scope = {**scope, "scheme": scheme, "headers": [(b"host", host.encode()), *headers]}
        await self.app(scope, receive, send)
