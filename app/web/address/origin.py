"""The public origin of the server: PUBLIC_URL if it is set, otherwise the origin of the request."""

import re

from starlette.datastructures import Headers
from starlette.types import Scope

HOST = re.compile(r"([A-Za-z0-9._-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")


def origin_of(scope: Scope) -> str:
    """Return scheme and host, such as https://convfold.example.org."""
    public: str = scope["app"].state.lab.settings.public_url
    if public:
        return public
    host = Headers(scope=scope).get("host", "")
    return f"{scope['scheme']}://{host if HOST.fullmatch(host) else 'localhost'}"
