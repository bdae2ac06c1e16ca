"""Security headers of every answer: one table by the name of the route, over what its kind of answer gets."""

from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.settings import Settings
from app.web.address.origin import origin_of
from app.web.embedding.view_table import VIEWS
from app.web.gate.request_facts import asked_for, is_personal

# Every feature that a page can be denied, but writing to the clipboard: "copy" does that.
POWERFUL = """
    accelerometer autoplay browsing-topics camera clipboard-read display-capture encrypted-media
    fullscreen gamepad geolocation gyroscope hid identity-credentials-get idle-detection keyboard-map
    local-fonts magnetometer microphone midi otp-credentials payment picture-in-picture
    publickey-credentials-create publickey-credentials-get screen-wake-lock serial storage-access sync-xhr
    usb window-management xr-spatial-tracking
"""


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Whether other sites may frame the pages of a route, and load or read its answers."""

    framed: bool = False  # by the sites that the operator names
    shared: bool = False  # with their scripts, by the origins that the operator names

    def headers(self, *, is_page: bool, ancestors: str, origin: str) -> dict[str, str]:
        """Return the headers of an answer."""
        headers = {
            "Content-Security-Policy": _policy(self, ancestors, origin) if is_page else ONLY_DATA,
            "Cross-Origin-Resource-Policy": "cross-origin" if self.shared else "same-origin",
            "Permissions-Policy": ", ".join(f"{name}=()" for name in POWERFUL.split()),
            "Referrer-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        }
        if is_page and not self.framed:
            headers["Cross-Origin-Opener-Policy"] = "same-origin"
        return headers


# By itself, * is every site on the web, but no page that was opened from a disk or in an editor.
EVERYONE = "* file: vscode-webview:"
QUOTED_SELF = "'self'"
ONLY_DATA = "default-src 'none'; frame-ancestors 'none'"
USUAL = Rule()
EMBEDDED = Rule(framed=True, shared=True)
SHARED = Rule(shared=True)
# What an embedded view asks for: in a sandboxed frame all of it comes from another site.
PICTURES = """
    picture channel sheet map.png filter filters contributions sums wrong values contribution.values pixel.filter
    pixel.csv wall.png intermediate.png projections.png one_layer.png static embed.js oembed
"""
BESIDE = ("qr", "preview", "json")
FRAMED = ("upload", "delete", "deleted", "nowhere")
IMPORTS = ("weights", "import", "contents", "weights.delete")
RULES: dict[str, Rule] = {  # of the routes that differ
    **dict.fromkeys(PICTURES.split(), SHARED),
    **{f"{view.name}.{name}": SHARED for view in VIEWS for name in BESIDE},
    **{f"embed.{name}": EMBEDDED for name in (*(view.name for view in VIEWS), *FRAMED, *IMPORTS)},
}
# What a script of another site may read of the headers, beside what it always may.
EXPOSED = (
    "ETag, HX-Push-Url, HX-Redirect, HX-Reswap, HX-Retarget, Location, Retry-After, X-Request-ID"
)
# An address with a token is its uploader's alone: no cache keeps it, and no other request names it.
OWN = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}


class SecurityHeaders:
    """ASGI middleware that adds the headers to whatever is answered, by the route that `Watch` noted."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        every = settings.frame_ancestors == "*"
        self.ancestors = EVERYONE if every else settings.frame_ancestors
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
                rule = RULES.get(scope["state"]["route"].name, USUAL)
                is_page = headers.get("content-type", "").startswith("text/html")
                if message["status"] == 304:
                    # It has no type, and its headers take the place of those that the browser keeps.
                    asked = asked_for(scope)
                    is_page = asked is not None and not asked.is_data and asked.form != "json"
                given = rule.headers(
                    is_page=is_page, ancestors=self.ancestors, origin=origin_of(scope)
                )
                for name, value in given.items():
                    headers.setdefault(name, value)
                if rule.shared:
                    self._share(headers, Headers(scope=scope).get("origin", ""))
                if is_personal(scope):
                    headers.update(OWN)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _share(self, headers: MutableHeaders, origin: str) -> None:
        if self.origins != ["*"]:
            headers.add_vary_header("Origin")
            if origin not in self.origins:
                return
        headers["Access-Control-Allow-Origin"] = "*" if self.origins == ["*"] else origin
        headers["Access-Control-Expose-Headers"] = EXPOSED


def _policy(rule: Rule, ancestors: str, origin: str) -> str:
    # A sandboxed frame has no origin, so 'self' may match nothing there: the server is named as well.
    us = f"'self' {origin}" if rule.framed else "'self'"
    parts = ["default-src 'none'"]
    parts += [f"{name}-src {us}" for name in ("script", "style", "img", "connect")]
    parts += [] if rule.framed else ["frame-src 'self'"]  # the example of an embedded view
    parts += [f"form-action {us}", "base-uri 'none'"]
    return "; ".join((*parts, f"frame-ancestors {ancestors if rule.framed else QUOTED_SELF}"))
