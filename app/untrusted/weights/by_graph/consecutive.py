"""What is directly behind what: the longest runs of a graph in which each value is read once, by the next."""

from collections.abc import Sequence

from app.untrusted.weights.by_graph.graph import makers, uses
from app.untrusted.weights.description import Chain, Operation


def chains(operations: Sequence[Operation]) -> tuple[Chain, ...]:
    """Return the operations in chains; each is in one. A branch, or a sum of several values, ends a chain."""
    made, used = makers(operations), uses(operations)
    found: list[list[Operation]] = []
    at: dict[int, int] = {}  # place of an operation: number of its chain, if it is the last of that
    for place, each in enumerate(operations):
        read = [name for name in each.reads if name in made]
        before = made[read[0]] if len(read) == 1 == len(each.reads) else None
        if before is not None and before in at and used[read[0]] == 1:
            number = at.pop(before)
            found[number].append(each)
        else:
            number = len(found)
            found.append([each])
        at[place] = number
    return tuple(tuple(chain) for chain in found)
