"""The limits on the cost of a pass, and the setting to lower when it costs more."""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, replace

from app.engine.errors import EngineError, SpecError
from app.engine.spec import geometry
from app.engine.spec.stack import SIZES, LayerSpec, StackSpec

MIB = 2**20


@dataclass(frozen=True, kw_only=True)
class CostLimits:
    """Limits for one pass: multiply-adds of both layers, and bytes of all maps that are kept."""

    multiply_adds: int = 8_000_000_000
    nbytes: int = 256 * MIB


def multiply_adds(stack: StackSpec) -> int:
    """Return the multiply-adds of one pass through both layers."""
    return sum(stack.multiply_adds(number).value for number in (1, 2))


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
        cost = f"{spent:,} multiply-adds, over the limit of {limits.multiply_adds:,}"
        raise _too_costly(
            stack, cost, lambda smaller: multiply_adds(smaller) <= limits.multiply_adds
        )
    if (taken := kept_bytes(stack)) > limits.nbytes:
        cost = f"{-(-taken // MIB):,} MiB of maps, over the limit of {limits.nbytes // MIB:,} MiB"
        raise _too_costly(stack, cost, lambda smaller: kept_bytes(smaller) <= limits.nbytes)


def _too_costly(stack: StackSpec, cost: str, is_cheap: Callable[[StackSpec], bool]) -> SpecError:
    size = _largest_size(stack, is_cheap)
    first, second = (layer.filters for layer in stack.layers)
    advice = f"a size of up to {size}, " if size else ""
    return SpecError(
        "size",
        f"of {stack.size} with filters1 of {first} and filters2 of {second} makes a pass of {cost}; "
        f"{advice}fewer filters1 or filters2, smaller kernels or a larger stride would work.",
    )


def _largest_size(stack: StackSpec, is_cheap: Callable[[StackSpec], bool]) -> int | None:
    sizes = range(SIZES[0], stack.size)
    largest = bisect_left(sizes, 1, key=lambda size: int(_too_much(stack, size, is_cheap))) - 1
    return sizes[largest] if largest >= 0 and _fits(stack, sizes[largest]) else None


def _too_much(stack: StackSpec, size: int, is_cheap: Callable[[StackSpec], bool]) -> bool:
    return _fits(stack, size) and not is_cheap(replace(stack, size=size))


def _fits(stack: StackSpec, size: int) -> bool:
    try:
        replace(stack, size=size)
    except EngineError:
        return False
    return True
