"""Which content codings a client accepts (RFC 9110, 12.5.3)."""

from starlette.types import Scope

from app.web.weighted_list import header_list, read_weights

OURS = ("br", "gzip")


def accepted_codings(scope: Scope) -> frozenset[str]:
    """Return those of our codings that a client accepts; without the header, none."""
    weights = dict(read_weights(header_list(scope, "accept-encoding")))
    rest = weights.get("*", 0)
    return frozenset(name for name in OURS if weights.get(name, rest))
