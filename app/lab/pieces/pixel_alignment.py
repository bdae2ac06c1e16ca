"""How the pixels of the image and of each layer's maps align."""

from app.engine.spec.geometry import AxisReceptiveField, extend_receptive_field, extend_through_pool
from app.engine.spec.stack import StackSpec
from app.lab.pieces.views import PlaneView
from app.lab.state.state import LAYERS, Show

Axes = tuple[AxisReceptiveField, AxisReceptiveField]  # along the rows and along the columns


def planes(spec: StackSpec, show: Show) -> tuple[PlaneView, PlaneView, PlaneView]:
    """Describe the pixel grids of the image and of the maps of both layers, as they are shown."""
    image = _plane((AxisReceptiveField(), AxisReceptiveField()), spec.input_shape(1)[1:])
    first, second = (
        output_plane(spec, number) if show == "activation" else map_plane(spec, number)
        for number in LAYERS
    )
    return image, first, second


def map_plane(spec: StackSpec, number: int) -> PlaneView:
    """Describe the pixel grid of a layer's maps before any pool."""
    return _plane(_maps(spec, number), spec.map_shape(number)[1:])


def output_plane(spec: StackSpec, number: int) -> PlaneView:
    """Describe the pixel grid of a layer's maps after its pool."""
    return _plane(_outputs(spec, number), spec.output_shape(number)[1:])


def pixels_over_maps(spec: StackSpec, number: int) -> PlaneView:
    """Describe the grid of pixels after a layer's pool, laid over a picture of its maps before the pool.

    The number of pixels along a side is fractional where the last rows or columns fill no whole pool window.
    """
    height, width = spec.map_shape(number)[1:]
    size = _pool_size(spec, number)
    return _plane(_outputs(spec, number), (height / size, width / size))


def pixels_along(spec: StackSpec, number: int, show: Show) -> tuple[float, float]:
    """Return the number of output pixels of a layer along the sides of its maps, as they are shown."""
    if show == "activation":
        return spec.output_shape(number)[1:]
    height, width = spec.map_shape(number)[1:]
    size = _pool_size(spec, number)
    return height / size, width / size


def _pool_size(spec: StackSpec, number: int) -> int:
    layer = spec.layers[number - 1]
    return 1 if layer.pool == "none" else layer.pool_size


def _outputs(spec: StackSpec, number: int) -> Axes:
    if number == 0:
        return AxisReceptiveField(), AxisReceptiveField()
    size = _pool_size(spec, number)
    rows, columns = (extend_through_pool(field, size) for field in _maps(spec, number))
    return rows, columns


def _maps(spec: StackSpec, number: int) -> Axes:
    layer, (_, height, width) = spec.layers[number - 1], spec.input_shape(number)
    rows, columns = (
        extend_receptive_field(
            field,
            kernel=kernel,
            stride=layer.stride,
            dilation=layer.dilation,
            padding_before=before,
        )
        for field, kernel, (before, _) in zip(
            _outputs(spec, number - 1),
            layer.kernel,
            layer.padding_hw(height, width),
            strict=True,
        )
    )
    return rows, columns


def _plane(axes: Axes, size: tuple[float, float]) -> PlaneView:
    rows, columns = axes
    return PlaneView(
        height=size[0],
        width=size[1],
        step=(rows.step, columns.step),
        first=(_centre(rows), _centre(columns)),
    )


def _centre(field: AxisReceptiveField) -> float:
    return field.start + (field.size - 1) / 2
