"""Who makes and who reads each value of a graph."""

from collections import Counter
from collections.abc import Iterable, Sequence

from app.untrusted.weights.description import Operation


def makers(operations: Sequence[Operation]) -> dict[str, int]:
    """Return the place of the operation that makes each value."""
    return {name: place for place, each in enumerate(operations) for name in each.makes}


def uses(operations: Iterable[Operation], outputs: Iterable[str] = ()) -> Counter[str]:
    """Return how often each value is read."""
    return Counter(name for each in operations for name in each.reads) + Counter(outputs)


def renamed(operation: Operation, names: dict[str, str]) -> tuple[str, ...]:
    """Return what an operation reads, under other names."""
    return tuple(names.get(name, name) for name in operation.reads)
