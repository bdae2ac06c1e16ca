"""Which content codings a client accepts (RFC 9110, 12.5.3)."""

from starlette.datastructures import Headers
from starlette.types import Scope

OURS = ("br", "gzip")


def accepted_codings(scope: Scope) -> frozenset[str]:
    """Return those of our codings that a client accepts; without the header, none."""
    weights: dict[str, bool] = {}
    for part in Headers(scope=scope).get("accept-encoding", "").lower().split(","):
        name, *fields = (piece.strip() for piece in part.split(";"))
        weights[name] = not any(_is_zero(field) for field in fields)
    rest = weights.get("*", False)
    return frozenset(name for name in OURS if weights.get(name, rest))


def _is_zero(field: str) -> bool:
    name, _, value = field.partition("=")
    return name == "q" and value.strip("0.") == ""
