"""Adds security headers to every answer, depending on the facts of its route and its content type."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings
from app.web.address.origin import origin_of
from app.web.answer_form import wants_json
from app.web.gate.request_facts import is_personal
from app.web.route_facts import RouteFacts
from app.web.watch.route_names import route_of

# All features that a page can be denied, except clipboard-write, which the copy buttons need.
DENIED_FEATURES = """
    accelerometer autoplay browsing-topics camera clipboard-read display-capture encrypted-media
    fullscreen gamepad geolocation gyroscope hid identity-credentials-get idle-detection keyboard-map
    local-fonts magnetometer microphone midi otp-credentials payment picture-in-picture
    publickey-credentials-create publickey-credentials-get screen-wake-lock serial storage-access sync-xhr
    usb window-management xr-spatial-tracking
"""
NO_FEATURE = ", ".join(f"{name}=()" for name in DENIED_FEATURES.split())

# The * alone covers every site on the web, but not pages opened from disk or in an editor.
ANY_SITE = "* file: vscode-webview:"
QUOTED_SELF = "'self'"
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
# Headers that scripts of other sites may read, in addition to those that CORS always allows.
EXPOSED_HEADERS = (
    "ETag, HX-Push-Url, HX-Redirect, HX-Reswap, HX-Retarget, Location, Retry-After, X-Request-ID"
)
# An address with a token is private to its uploader: no cache stores it and no Referer reveals it.
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class SecurityHeaders:
    """ASGI middleware that adds the headers to every answer, based on the route that `Watch` stored."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        every = settings.frame_ancestors == "*"
        self.ancestors = ANY_SITE if every else settings.frame_ancestors
        self.origins = settings.cors_origins.split()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope.setdefault("state", {})

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                facts = route_of(scope).facts
                is_html = headers.get("content-type", "").startswith("text/html")
                # A file is not shown here.
                is_page = is_html and "content-disposition" not in headers
                if message["status"] == 304:
                    # It has no content type, and its headers replace those of the cached answer.
                    is_page = facts.kind == "page" and not wants_json(Request(scope))
                given = _headers(
                    facts,
                    is_page=is_page,
                    listed=facts.listed and not scope["query_string"],
                    ancestors=self.ancestors,
                    origin=origin_of(scope),
                )
                for name, value in given.items():
                    headers.setdefault(name, value)
                if facts.shared:
                    self._share(headers, Headers(scope=scope).get("origin", ""))
                if facts.body == "frame":
                    headers["Cache-Control"] = "no-store"
                if is_personal(scope):
                    headers.update(PRIVATE)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _share(self, headers: MutableHeaders, origin: str) -> None:
        if self.origins != ["*"]:
            headers.add_vary_header("Origin")
            if origin not in self.origins:
                return
        headers["Access-Control-Allow-Origin"] = "*" if self.origins == ["*"] else origin
        headers["Access-Control-Expose-Headers"] = EXPOSED_HEADERS


def _headers(
    facts: RouteFacts, *, is_page: bool, listed: bool, ancestors: str, origin: str
) -> dict[str, str]:
    headers = {
        "Content-Security-Policy": _policy(facts, ancestors, origin) if is_page else DATA_POLICY,
        "Cross-Origin-Resource-Policy": "cross-origin" if facts.shared else "same-origin",
        "Permissions-Policy": _permissions(facts) if is_page else NO_FEATURE,
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        # Every setting is a link: no crawler is to have thousands of views computed. See pages/crawlers.py.
        "X-Robots-Tag": "nofollow" if listed else "noindex, nofollow",
    }
    if is_page and not facts.framed:
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return headers


def _permissions(facts: RouteFacts) -> str:
    return NO_FEATURE.replace("camera=()", "camera=(self)") if facts.camera else NO_FEATURE


def _policy(facts: RouteFacts, ancestors: str, origin: str) -> str:
    # In a sandboxed frame, which has no origin, 'self' may match nothing, so the server is named too.
    server = f"'self' {origin}" if facts.framed else "'self'"
    parts = ["default-src 'none'"]
    parts += [f"{name}-src {server}" for name in ("script", "style", "img", "connect")]
    parts += [] if facts.framed else ["frame-src 'self'"]  # the example of an embedded view
    parts += [f"form-action {server}", "base-uri 'none'"]
    return "; ".join((*parts, f"frame-ancestors {ancestors if facts.framed else QUOTED_SELF}"))
