"""What a request says by its address and headers, beyond what its route declares (see route_facts)."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from app.engine.spec.weight_names import imported_shapes
from app.web import htmx
from app.web.address.origin import origin_of
from app.web.address.subpath import local_path, root_of
from app.web.address.version import VERSION
from app.web.rendering import wants_json
from app.web.watch.route_names import route_of

TOKEN = "token"  # the field of an address that makes an answer its uploader's own
WEIGHTS = ("weights1", "weights2")  # the fields of an address that may name imported weights
LARGE = 10 * 2**20  # bytes of a body
SHARED_BITS = 64  # of an IPv6 address: one household or class has them in common


@dataclass(frozen=True)
class RequestFacts:
    """All that the answer of a kept route follows from, but the picture itself and what is imported.

    `form` is `page`, `json` or the part that htmx replaces; a good answer that `is_file` is the same in any form,
    a refusal is not. `weights` are the ids of the imported weights that the address names, with spaces between
    them. `origin` is there because some answers hold whole addresses.
    """

    image_id: str
    path: str
    query: str
    form: str
    is_file: bool
    origin: str
    version: str | None
    weights: str


def request_facts(scope: Scope) -> RequestFacts:
    """Read the address and the headers of a request."""
    query = scope["query_string"].decode("latin-1")
    fields = [part for part in query.split("&") if part]
    read = parse_qsl(query)
    versions = [value for name, value in read if name == VERSION]
    weights = {value.strip() for name, value in dict(read).items() if name in WEIGHTS}
    route = route_of(scope)
    return RequestFacts(
        image_id=route.image_id,
        path=f"{root_of(scope)}{local_path(scope)}",
        query="&".join(part for part in fields if part.partition("=")[0] != VERSION),
        form=_form(Request(scope)),
        is_file=route.facts.kind == "file",
        origin=origin_of(scope),
        version=versions[-1] if versions else None,
        weights=" ".join(sorted(filter(imported_shapes, weights))),
    )


def is_large(scope: Scope) -> bool:
    """Tell whether the body may be larger than a picture is."""
    length = declared_length(scope)
    return route_of(scope).facts.body == "weights" and (length is None or length > LARGE)


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


def _form(request: Request) -> str:
    if wants_json(request):
        return "json"
    return f"part {htmx.target(request)}" if htmx.wants_fragment(request) else "page"
