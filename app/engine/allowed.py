"""Refusals of a value that is none of those allowed, and how these are listed."""

from collections.abc import Iterable

from app.engine.errors import SpecError


def check_range(name: str, given: object, allowed: range, *, also: str = "") -> None:
    """Refuse anything but a whole number of a range.

    Raises:
        SpecError: with the range.
    """
    if type(given) is not int or given not in allowed:
        raise SpecError(name, f"is {given}; {also}{allowed[0]} to {allowed[-1]} would work.")


def check_choice(name: str, given: object, allowed: tuple[str, ...]) -> None:
    """Refuse anything but one of some words.

    Raises:
        SpecError: with the words.
    """
    if given not in allowed:
        raise SpecError(name, f"is {given}; {listed(allowed)} would work.")


def listed(values: Iterable[object]) -> str:
    """Write values as a list in a sentence."""
    words = [str(value) for value in values]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
