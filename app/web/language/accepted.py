"""Accept-Language: which of the offered languages a browser likes best (RFC 9110, section 12.5.4).

Starlette does not read the header, and Babel, which does, brings 30 MB of data that nothing else here needs.
"""

import re
from collections.abc import Mapping

from app.languages import Language
from app.web.weighted_list import read_weights

TAG = re.compile(r"[a-z]{1,8}(?:-[a-z0-9]{1,8})*")
# Scripts and places of Chinese in which it is not simplified.
TRADITIONAL = ("hant", "tw", "hk", "mo")


def best_of(header: str, offered: Mapping[str, Language]) -> Language | None:
    """Return the offered language that the header prefers, the first of equals; None if it names none of them."""
    for tag, weight in sorted(read_weights(header), key=lambda one: -one[1]):
        found = _language(tag, offered)
        if weight and found:
            return found
    return None


def _language(tag: str, offered: Mapping[str, Language]) -> Language | None:
    if not TAG.fullmatch(tag):
        return None
    first, *rest = tag.split("-")
    if first == "zh" and not set(TRADITIONAL).isdisjoint(rest) and "hans" not in rest:
        return None
    return next((one for code, one in offered.items() if code.split("-")[0] == first), None)
