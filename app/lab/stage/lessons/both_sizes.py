"""The picture at two sizes, and the numbers of the net at both. They follow from the geometry and need no pass."""

from collections.abc import Callable

from app.engine.spec import geometry
from app.engine.spec.geometry import Count
from app.engine.spec.stack import SIZES, StackSpec
from app.lab.compute.passes import Passes
from app.lab.stage.lessons.lesson import Scene
from app.lab.stage.lessons.views import CountedView, CountRowView, CountsView, SizesOfPictureView
from app.lab.state.state import LAYERS, State, changed


def two_sizes(state: State) -> tuple[int, int]:
    """Return the side of the reader's picture and twice that; of a picture too large for it, half and whole."""
    side = min(state.stack.size, SIZES[-1] // 2)
    return side, 2 * side


def sizes_view(passes: Passes, state: State, scene: Scene) -> SizesOfPictureView:
    """Describe the picture at both sizes."""
    passes.ready(state)  # or UnknownImage
    return SizesOfPictureView(sizes=two_sizes(state))


def counts_view(passes: Passes, state: State, scene: Scene) -> CountsView:
    """Describe what the net has and costs at both sizes of the picture."""
    passes.ready(state)  # or UnknownImage
    return counts_at(state)


def counts_at(state: State) -> CountsView:
    """Return what the net has and costs at both sizes of the picture."""
    sizes = two_sizes(state)
    small, large = (changed(state, "size", size).stack for size in sizes)
    return CountsView(
        sizes=sizes,
        rows=tuple(_row(kind, of_both(small), of_both(large)) for kind, of_both in COUNTED.items()),
    )


def _row(kind: str, small: CountedView, large: CountedView) -> CountRowView:
    times = large.total / small.total if small.total else 1.0
    return CountRowView(kind=kind, at=(small, large), times=times)


def _both(count: Callable[[StackSpec, int], Count]) -> Callable[[StackSpec], CountedView]:
    def of_both(stack: StackSpec) -> CountedView:
        counts = [count(stack, number) for number in LAYERS]
        return CountedView(
            formulas=tuple(one.formula for one in counts), total=sum(one.value for one in counts)
        )

    return of_both


def _biases(stack: StackSpec, number: int) -> Count:
    layer = stack.layers[number - 1]
    return geometry.biases(layer.filters, bias=layer.bias)


def _memory(stack: StackSpec, number: int) -> Count:
    return geometry.memory(stack.layers[number - 1].filters, stack.output_shape(number)[1:])


COUNTED: dict[str, Callable[[StackSpec], CountedView]] = {
    "weights": _both(StackSpec.weights),
    "biases": _both(_biases),
    "multiply_adds": _both(StackSpec.multiply_adds),
    "memory": _both(_memory),
}
