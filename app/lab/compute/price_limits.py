"""The limits on what one view may cost, and what to change when it costs more."""

from app.engine.errors import SpecError
from app.lab.compute.prices import FLOAT, MIB, OF_A_VALUE, Asked, Price
from app.lab.state import cost
from app.lab.state.cost import CostLimits
from app.messages import sentence

PASSES_A_VIEW = 10  # times the limit of one pass: small products take up to that long

TOO_MUCH = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} makes this view take as long as "
    "{spent:,} multiply-adds, over the limit of {most:,}; a smaller size, fewer filters1 or filters2, smaller "
    "kernels or a larger stride would work."
)
OF_MUTED = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} and muted maps, which need a second "
    "pass, makes this view take as long as {spent:,} multiply-adds, over the limit of {most:,}; no muted map, a "
    "smaller size, fewer filters1 or filters2, smaller kernels or a larger stride would work."
)
OF_SAMPLES = sentence(
    "{field} is 1, which takes {samples} passes and as long as {spent:,} multiply-adds, over the limit of "
    "{most:,} for one view; a smaller size or fewer filters, or 0, would work."
)
TOO_LARGE = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} makes this view need {spent:,} MiB of "
    "memory, over the limit of {most:,} MiB; a smaller size, fewer filters1 or filters2 or a larger stride would "
    "work."
)
LARGE_MUTED = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} and muted maps, which need a second "
    "pass, makes this view need {spent:,} MiB of memory, over the limit of {most:,} MiB; no muted map, a smaller "
    "size, fewer filters1 or filters2 or a larger stride would work."
)


def check(asked: Asked, price: Price, limits: CostLimits, most_bytes: int) -> None:
    """Refuse a view that costs more than one may.

    Raises:
        SpecError: names `size`, or `samples`; the message says what was asked and what would work.
    """
    most = most_work(limits)
    if price.work <= most and price.nbytes <= most_bytes:
        return
    stack = asked.state.stack
    first, second = (layer.filters for layer in stack.layers)
    if asked.samples:
        message = OF_SAMPLES.having(samples=asked.samples, spent=price.work, most=most)
        raise SpecError("samples", message)
    cost.check(stack, limits)  # what no pass may cost has a message of its own
    if price.work > most:
        message, spent = (OF_MUTED if asked.state.muted else TOO_MUCH), price.work
    else:
        message, spent = (LARGE_MUTED if asked.state.muted else TOO_LARGE), -(-price.nbytes // MIB)
        most = most_bytes // MIB
    message = message.having(size=stack.size, first=first, second=second, spent=spent, most=most)
    raise SpecError("size", message)


def most_work(limits: CostLimits) -> int:
    """Return the work that one view may take: a pass at both limits is among it."""
    return PASSES_A_VIEW * limits.multiply_adds + 2 * OF_A_VALUE * limits.nbytes // FLOAT
