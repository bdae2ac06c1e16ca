"""What a request asks for, told by its address and headers before anything is computed."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from app.engine.spec.weight_names import imported_shapes
from app.lab.lab import DEFAULT_SAMPLE
from app.web import htmx
from app.web.address.origin import origin_of
from app.web.address.subpath import local_path, root_of
from app.web.address.version import VERSION
from app.web.rendering import wants_json

TOKEN = "token"  # the field of an address that makes an answer its uploader's own
UPLOADS = ("/images", "/embed/images")
IMPORTS = ("/weights", "/weights/contents", "/embed/weights", "/embed/weights/contents")
WEIGHTS = ("weights1", "weights2")  # the fields of an address that may name imported weights
SEEN = ("/images/", "/embed/images/")
# The same in whatever form is asked for.
DATA = (".png", ".svg", ".npz", ".csv", ".py", ".ipynb", ".safetensors", ".xlsx", "/values")
LARGE = 10 * 2**20  # bytes of a body
SHARED_BITS = 64  # of an IPv6 address: one household or class has them in common


@dataclass(frozen=True)
class Asked:
    """A view or a picture of an image. `form` is `page`, `json` or the part that htmx replaces.

    `weights` are the ids of the imported weights that the address names, with spaces between them. `origin` is
    there because some answers hold whole addresses.
    """

    image_id: str
    path: str
    query: str
    form: str
    origin: str
    version: str | None
    weights: str

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
    read = parse_qsl(query)
    versions = [value for name, value in read if name == VERSION]
    weights = {value.strip() for name, value in dict(read).items() if name in WEIGHTS}
    return Asked(
        image_id=image_id,
        path=f"{root_of(scope)}{path}",
        query="&".join(part for part in fields if part.partition("=")[0] != VERSION),
        form=_form(Request(scope)),
        origin=origin_of(scope),
        version=versions[-1] if versions else None,
        weights=" ".join(sorted(filter(imported_shapes, weights))),
    )


def is_upload(scope: Scope) -> bool:
    """Tell whether the body is a picture or a weight file to be taken in."""
    return scope["method"] == "POST" and local_path(scope) in (*UPLOADS, *IMPORTS)


def is_import(scope: Scope) -> bool:
    """Tell whether the body is a weight file to be looked into or taken in."""
    return scope["type"] == "http" and scope["method"] == "POST" and local_path(scope) in IMPORTS


def is_large(scope: Scope) -> bool:
    """Tell whether the body may be larger than a picture is."""
    length = declared_length(scope)
    return is_import(scope) and (length is None or length > LARGE)


def declared_length(scope: Scope) -> int | None:
    """Return how many bytes a body is said to have; None where nothing is said."""
    length = Headers(scope=scope).get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdigit() else None


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
