"""What stands below the stage, as a field of the address: one thing at a time, or nothing."""

from collections.abc import Mapping

from app.engine.errors import SpecError
from app.messages import listed, sentence
from app.shown_text import shown_text

FIELD = "below"
THINGS = ("numbers", "costs")


def below(query: Mapping[str, str]) -> str:
    """Read what is to stand below the stage; empty for nothing.

    Raises:
        SpecError: there is no such thing.
    """
    given = query.get(FIELD, "").strip()
    if given and given not in THINGS:
        raise SpecError(
            FIELD,
            sentence(
                "{field} is {given}; {things} would work.",
                given=shown_text(given, most=40),
                things=listed(THINGS),
            ),
        )
    return given


def with_below(address: str, name: str) -> str:
    """Return the address of a view with this below its stage."""
    if not name:
        return address
    return f"{address}{'&' if '?' in address else '?'}{FIELD}={name}"
