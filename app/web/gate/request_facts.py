"""What the address and the headers of a request say, in addition to the facts of its route (see route_facts)."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.types import Scope

from app.engine.spec.weight_names import imported_layers
from app.web import htmx
from app.web.address.origin import origin_of
from app.web.address.subpath import local_path, root_of
from app.web.address.version import VERSION
from app.web.answer_form import wants_json
from app.web.language.page_language import page_language_of, vary_of
from app.web.watch.route_names import route_of

# The query fields that make an answer private: to an uploader, to those in a room, to its presenter.
PRIVATE_FIELDS = ("token", "room", "key")
WEIGHTS = ("weights1", "weights2")  # the query fields that may name imported weights
LARGE_BODY = 10 * 2**20  # bytes
# Of an IPv6 address: a site is given them, and may number 65,536 networks as it likes.
NETWORK_BITS = 48
NO_NETWORK = "unknown"  # of clients whose address is none


@dataclass(frozen=True)
class RequestFacts:
    """Everything that determines the answer of a cacheable route, except the content of uploads.

    `form` is `page` or the part that htmx replaces, each in its language, or `json`. `vary` names the headers that
    it depends on. If `is_file`, a successful answer is the same in every form, but an error is not. `weights` has
    the ids of imported weights in the address, separated by spaces.
    `origin` is included because some answers contain absolute addresses.
    """

    image_id: str
    path: str
    query: str
    form: str
    vary: str
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
        vary=vary_of(scope),
        is_file=route.facts.kind == "file",
        origin=origin_of(scope),
        version=versions[-1] if versions else None,
        weights=" ".join(sorted(filter(imported_layers, weights))),
    )


def is_large(scope: Scope) -> bool:
    """Tell whether the body may be larger than a picture."""
    return route_of(scope).facts.body == "weights" and is_larger(scope, LARGE_BODY)


def is_larger(scope: Scope, size: int) -> bool:
    """Tell whether the body may have more than `size` bytes."""
    length = declared_length(scope)
    return length is None or length > size


def declared_length(scope: Scope) -> int | None:
    """Return the Content-Length, or None if it is missing or does not count."""
    headers = Headers(scope=scope)
    length = "" if "transfer-encoding" in headers else headers.get("content-length", "")
    return int(length[:20]) if length.isascii() and length.isdigit() else None


def is_personal(scope: Scope) -> bool:
    """Tell whether the answer depends on more than the picture and the address."""
    return any(
        name in PRIVATE_FIELDS for name, _ in parse_qsl(scope["query_string"].decode("latin-1"))
    )


def network_of(scope: Scope) -> str:
    """Return the network of a client: its IPv4 address, or the first 48 bits of its IPv6 address."""
    host = (scope.get("client") or ("", 0))[0]
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return NO_NETWORK
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ip_network((address, NETWORK_BITS), strict=False))


def connection_of(scope: Scope) -> str:
    """Return a key that distinguishes the senders within one network."""
    return str(scope.get("client") or "")


def _form(request: Request) -> str:
    if wants_json(request):
        return "json"
    language = page_language_of(request.scope).language.code
    if htmx.wants_fragment(request):
        return f"part {htmx.target(request)} {language}"
    return f"page {language}"
