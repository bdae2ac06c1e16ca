"""What a request asks for, told by its address and headers before anything is computed."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.types import Scope

from app.lab.lab import DEFAULT_SAMPLE
from app.web import htmx
from app.web.build import VERSION
from app.web.origin import origin_of
from app.web.rendering import wants_json
from app.web.subpath import local_path, root_of

TOKEN = "token"  # the field of an address that makes an answer its uploader's own
UPLOADS = ("/images", "/embed/images")
SEEN = ("/images/", "/embed/images/")
DATA = (".png", ".svg", ".npz", ".csv", "/values")  # the same in whatever form is asked for
SHARED_BITS = 64  # of an IPv6 address: one household or class has them in common


@dataclass(frozen=True)
class Asked:
    """A view or a picture of an image. `form` is `page`, `json` or the part that htmx replaces.

    `origin` is there because some answers hold whole addresses.
    """

    image_id: str
    path: str
    query: str
    form: str
    origin: str
    version: str | None

    @property
    def is_data(self) -> bool:
        """Tell whether this is a picture or an array, which has one form only."""
        return self.path.endswith(DATA)

    @property
    def is_download(self) -> bool:
        """Tell whether this is too large to be kept, or to be in memory as a whole."""
        return self.path.endswith("/trace.npz")


def asked_for(scope: Scope) -> Asked | None:
    """Return what is asked for, or None where nothing is to be computed for an answer."""
    path = local_path(scope)
    if scope["method"] != "GET" or (image_id := _image_of(path)) is None:
        return None
    query = scope["query_string"].decode("latin-1")
    fields = [part for part in query.split("&") if part]
    versions = [value for name, value in parse_qsl(query) if name == VERSION]
    return Asked(
        image_id=image_id,
        path=f"{root_of(scope)}{path}",
        query="&".join(part for part in fields if part.partition("=")[0] != VERSION),
        form=_form(Request(scope)),
        origin=origin_of(scope),
        version=versions[-1] if versions else None,
    )


def is_upload(scope: Scope) -> bool:
    """Tell whether the body is a picture to be taken in."""
    return scope["method"] == "POST" and local_path(scope) in UPLOADS


def is_personal(scope: Scope) -> bool:
    """Tell whether the answer depends on more than the picture and the address."""
    return any(name == TOKEN for name, _ in parse_qsl(scope["query_string"].decode("latin-1")))


def network_of(scope: Scope) -> str:
    """Return the network that a client is in: an IPv4 address, or the first half of an IPv6 one."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return str(host)
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, SHARED_BITS), strict=False))


def connection_of(scope: Scope) -> str:
    """Return what tells people of one network apart who send."""
    return str(scope.get("client") or "")


def _image_of(path: str) -> str | None:
    if path == "/":
        return DEFAULT_SAMPLE
    for start in SEEN:
        name, below, _ = path.removeprefix(start).partition("/")
        if path.startswith(start) and name:
            return name if below else name.removesuffix(".json")
    return None


def _form(request: Request) -> str:
    if wants_json(request):
        return "json"
    return f"part {htmx.target(request)}" if htmx.wants_fragment(request) else "page"
