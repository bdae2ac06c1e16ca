"""Summary of a layer from its geometry: shapes, parameters, multiply-adds, memory, receptive field."""

from app.engine.spec import windows
from app.engine.spec.stack import StackSpec
from app.lab.pieces.views import StepView, UnreadView
from app.lab.state.state import Show


def steps(stack: StackSpec, number: int) -> tuple[StepView, ...]:
    """Describe the convolutions that layer `number` consists of, in order."""
    layer, channels = stack.layers[number - 1], stack.input_shape(number)[0]
    views = []
    for step in layer.steps(channels):
        each = channels // step.groups
        views.append(
            StepView(
                filters=step.filters,
                filter_shape=(*step.kernel, each),
                groups=step.groups,
                depthwise=each == 1 and (step.groups > 1 or layer.kind != "standard"),
            )
        )
        channels = step.filters
    return tuple(views)


def unread(stack: StackSpec, number: int) -> UnreadView | None:
    """Describe the rows and columns of its input that no window of layer `number` reads."""
    layer, input_hw = stack.layers[number - 1], stack.input_shape(number)[1:]
    return _unread(number, windows.unread_by_kernel(layer, input_hw), input_hw)


def unread_by_pool(stack: StackSpec, number: int) -> UnreadView | None:
    """Describe the rows and columns of its maps that the pool of layer `number` does not read."""
    layer, input_hw = stack.layers[number - 1], stack.input_shape(number)[1:]
    places = windows.unread_by_pool(layer, input_hw)
    return _unread(number, places, stack.map_shape(number)[1:], by_pool=True)


def unread_of_maps(stack: StackSpec, number: int, show: Show) -> UnreadView | None:
    """Describe the unread rows and columns of a layer's maps as shown: unread by its pool or by the layer
    above.
    """
    if stack.layers[number - 1].pool != "none" and show != "activation":
        return unread_by_pool(stack, number)
    return unread(stack, 2) if number == 1 else None


def _unread(
    number: int,
    places: tuple[range, range],
    size: tuple[int, int],
    *,
    by_pool: bool = False,
) -> UnreadView | None:
    (height, width), (rows, columns) = size, map(len, places)
    if not rows and not columns:
        return None
    return UnreadView(
        layer=number,
        by_pool=by_pool,
        rows=rows,
        columns=columns,
        height=height,
        width=width,
        values=height * width - (height - rows) * (width - columns),
    )
