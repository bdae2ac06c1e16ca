"""Accept-Language: which of the offered languages a browser likes best (RFC 9110, section 12.5.4).

Starlette does not read the header, and Babel, which does, brings 30 MB of data that nothing else here needs.
"""

import re
from collections.abc import Mapping

from app.languages import Language

LONGEST = 1000  # characters; browsers send fewer than 100
RANGE = re.compile(
    r"\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*|\*)\s*(?:;\s*[qQ]\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.ASCII,
)
TRADITIONAL = (
    "hant",
    "tw",
    "hk",
    "mo",
)  # scripts and places of Chinese in which it is not simplified


def best_of(header: str, offered: Mapping[str, Language]) -> Language | None:
    """Return the offered language that the header prefers, the first of equals; None if it names none of them."""
    if len(header) > LONGEST:
        return None
    wanted = [_read(part) for part in header.split(",")]
    for tag, quality in sorted(filter(None, wanted), key=lambda one: -one[1]):
        found = _language(tag, offered)
        if quality and found:
            return found
    return None


def _read(part: str) -> tuple[str, float] | None:
    match = RANGE.fullmatch(part)
    return (match[1].lower(), float(match[2] or 1)) if match else None


def _language(tag: str, offered: Mapping[str, Language]) -> Language | None:
    first, *rest = tag.split("-")
    if first == "zh" and not set(TRADITIONAL).isdisjoint(rest) and "hans" not in rest:
        return None
    return next((one for code, one in offered.items() if code.split("-")[0] == first), None)
