"""Reads the lists with weights in which clients say what they accept (RFC 9110, section 12.4.2)."""

import re

from starlette.datastructures import Headers
from starlette.types import Scope

LONGEST = 1000  # characters; browsers send fewer than 100
ITEM = re.compile(
    r"\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)


def header_list(scope: Scope, name: str) -> str:
    """Return a header that is a list; a client may send it in several lines."""
    return ",".join(Headers(scope=scope).getlist(name))


def read_weights(header: str) -> list[tuple[str, float]]:
    """Return what is listed, in small letters, each with its weight; what cannot be read is left out."""
    if len(header) > LONGEST:
        return []
    found = (ITEM.fullmatch(part) for part in header.split(","))
    return [(one[1].lower(), float(one[2] or 1)) for one in found if one]
