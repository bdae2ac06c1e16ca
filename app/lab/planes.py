"""Where the pixels of the image and of each layer's maps lie over one another."""

from app.engine.geometry import Sight, see_through
from app.engine.spec import StackSpec
from app.lab.pixel_views import PlaneView
from app.lab.state import LAYERS


def planes(spec: StackSpec) -> tuple[PlaneView, PlaneView, PlaneView]:
    """Describe the image, the maps of layer 1 and those of layer 2."""
    axes = (Sight(), Sight())
    views = [_plane(axes, spec.input_shape(1))]
    for number in LAYERS:
        axes = _above(axes, spec, number)
        views.append(_plane(axes, spec.output_shape(number)))
    return views[0], views[1], views[2]


def _above(axes: tuple[Sight, Sight], spec: StackSpec, number: int) -> tuple[Sight, Sight]:
    layer, (_, height, width) = spec.layers[number - 1], spec.input_shape(number)
    rows, columns = (
        see_through(
            sight,
            kernel=kernel,
            stride=layer.stride,
            dilation=layer.dilation,
            padding_before=before,
        )
        for sight, kernel, (before, _) in zip(
            axes, layer.kernel, layer.padding_hw(height, width), strict=True
        )
    )
    return rows, columns


def _plane(axes: tuple[Sight, Sight], shape: tuple[int, int, int]) -> PlaneView:
    rows, columns = axes
    return PlaneView(
        height=shape[1],
        width=shape[2],
        step=(rows.step, columns.step),
        first=(_centre(rows), _centre(columns)),
    )


def _centre(sight: Sight) -> float:
    return sight.start + (sight.size - 1) / 2
