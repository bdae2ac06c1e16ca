"""The limits on the cost of a pass, and the setting to lower when it costs more."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from app.engine.errors import SpecError
from app.engine.spec import geometry
from app.engine.spec.stack import SIZES, LayerSpec, StackSpec
from app.lab.state.layer_costs import LayerCosts, costs_of, numbers_of
from app.messages import Message, sentence

MIB = 2**20

TOO_MANY = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} makes a pass of {spent:,} "
    "multiply-adds, over the limit of {most:,}; fewer filters1 or filters2, smaller kernels or a larger "
    "stride would work."
)
TOO_MANY_BELOW_A_SIZE = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} makes a pass of {spent:,} "
    "multiply-adds, over the limit of {most:,}; a size of up to {smaller}, fewer filters1 or filters2, "
    "smaller kernels or a larger stride would work."
)
TOO_LARGE = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} makes a pass of {mib:,} MiB of maps, "
    "over the limit of {most:,} MiB; fewer filters1 or filters2, smaller kernels or a larger stride would "
    "work."
)
TOO_LARGE_BELOW_A_SIZE = sentence(
    "{field} of {size} with filters1 of {first} and filters2 of {second} makes a pass of {mib:,} MiB of maps, "
    "over the limit of {most:,} MiB; a size of up to {smaller}, fewer filters1 or filters2, smaller kernels "
    "or a larger stride would work."
)


@dataclass(frozen=True, kw_only=True)
class CostLimits:
    """Limits for one pass: multiply-adds of both layers, and bytes of all maps that are kept."""

    multiply_adds: int = 8_000_000_000
    nbytes: int = 256 * MIB


@lru_cache(maxsize=64)  # each step of an answer checks the cost of its pass
def multiply_adds(stack: StackSpec) -> int:
    """Return the multiply-adds of one pass through both layers."""
    return sum(stack.multiply_adds(number).value for number in (1, 2))


@lru_cache(maxsize=64)
def kept_bytes(stack: StackSpec) -> int:
    """Return the memory of the maps that a trace keeps, in bytes."""
    return sum(
        geometry.memory(shape[0], shape[1:]).value
        for number in (1, 2)
        for shape in stack.kept_shapes(number)
    )


def with_minimal_layer2(stack: StackSpec) -> StackSpec:
    """Return a stack with the same layer 1 and a layer 2 that costs next to nothing."""
    least = LayerSpec(filters=1, kernel=(1, 1), weights="random")
    return replace(stack, layers=(stack.layers[0], least))


def check(stack: StackSpec, limits: CostLimits) -> None:
    """Refuse a stack whose pass costs more than `limits`.

    Raises:
        SpecError: names `size`; the message says what would work.
    """
    if (spent := multiply_adds(stack)) > limits.multiply_adds:
        size = _largest_size(stack, lambda one: one.multiply_adds, limits.multiply_adds)
        message = TOO_MANY_BELOW_A_SIZE.having(smaller=size) if size else TOO_MANY
        raise _too_costly(stack, message.having(spent=spent, most=limits.multiply_adds))
    if (taken := kept_bytes(stack)) > limits.nbytes:
        size = _largest_size(stack, lambda one: one.nbytes, limits.nbytes)
        message = TOO_LARGE_BELOW_A_SIZE.having(smaller=size) if size else TOO_LARGE
        raise _too_costly(stack, message.having(mib=-(-taken // MIB), most=limits.nbytes // MIB))


def _too_costly(stack: StackSpec, message: Message) -> SpecError:
    first, second = (layer.filters for layer in stack.layers)
    return SpecError("size", message.having(size=stack.size, first=first, second=second))


def _largest_size(stack: StackSpec, cost: Callable[[LayerCosts], int], most: int) -> int | None:
    """Return the largest smaller size that works and costs at most that; None if there is none."""
    layers = [numbers_of(layer) for layer in stack.layers]

    def costs(size: int) -> int | None:
        found = costs_of(size, stack.channels, layers)
        return None if found is None else sum(map(cost, found))

    # Small sizes may not fit, larger ones cost too much.
    sizes = range(SIZES[0], stack.size)
    largest = bisect_left(sizes, 1, key=lambda size: int((costs(size) or 0) > most)) - 1
    return sizes[largest] if largest >= 0 and costs(sizes[largest]) is not None else None
