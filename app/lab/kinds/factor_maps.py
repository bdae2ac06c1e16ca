"""The intermediate maps between the two factors of a layer, as a view and as a picture."""

from app.drawing import colormaps, render, scale
from app.drawing.png import encode_png
from app.drawing.sheets import SheetLayout, sheet
from app.engine.arrays import Float
from app.engine.compute.forward import intermediate_maps
from app.engine.explain.statistics import ranges
from app.lab.compute.layer_cache import Pass
from app.lab.compute.passes import Passes, check_layer
from app.lab.compute_timing import timed
from app.lab.errors import NoSuchMap
from app.lab.kinds.views import BetweenView, IntermediateView
from app.lab.pieces import scales
from app.lab.pieces.kernels import input_names
from app.lab.pieces.tiles import TILE, box_view, layout_of, sheet_view
from app.lab.pieces.views import RangeView
from app.lab.state.state import State
from app.messages import sentence


def intermediate_view(passes: Passes, state: State, number: int) -> IntermediateView:
    """Describe the intermediate maps between the factors of layer `number`.

    Raises:
        NoSuchMap: the layer has no factors; the message says which kinds have.
    """
    check_layer(number)
    run, display = passes.run(state), state.display
    maps, layer = _maps(run, number), run.spec.layers[number - 1]
    layout, drawn = _layout(maps), render.block_means(maps, TILE)
    limit = scale.end_of(drawn)
    names = input_names(run.spec, number, run.bank(1))
    own = run.layer(number).trace.bank.names or (None,) * layer.filters
    first = layer.kind == "separable"
    return IntermediateView(
        layer=number,
        kind=layer.kind,
        multiplier=layer.multiplier,
        shape=(maps.shape[0], maps.shape[1], maps.shape[2]),
        inputs=len(names),
        filters=layer.filters,
        legend=scales.signed_legend(limit, display, beyond=scale.share_beyond(drawn, limit)),
        sheet=sheet_view(layout),
        maps=tuple(
            BetweenView(
                index=index,
                channel=(channel := index // layer.multiplier),
                name=(names if first else own)[channel],
                range=RangeView(minimum=one.minimum, maximum=one.maximum, silent=one.silent),
                box=box_view(layout, index),
            )
            for index, one in enumerate(ranges(maps))
        ),
    )


@timed("draw")
def intermediate_png(passes: Passes, state: State, number: int) -> bytes:
    """Draw the intermediate maps between the factors of layer `number` into one picture.

    Raises:
        NoSuchMap: see `intermediate_view`.
    """
    check_layer(number)
    maps, display = _maps(passes.layer_run(state, number), number), state.display
    drawn = render.block_means(maps, TILE)
    indices = render.signed_indices(drawn, scale.end_of(drawn), contrast=display.contrast)
    return encode_png(sheet(indices, _layout(maps)), colormaps.SIGNED)


def _maps(run: Pass, number: int) -> Float:
    one, x = run.layer(number), run.image if number == 1 else run.layer2_input()
    between = intermediate_maps(x, one.trace.bank, one.trace.spec, threads=one.threads)
    if between is None:
        raise NoSuchMap(
            sentence(
                "Layer {number} is one step, with nothing between; kind{number}=separable or "
                "kind{number}=pointwise_first would work.",
                number=number,
            )
        )
    return between


def _layout(maps: Float) -> SheetLayout:
    count, height, width = maps.shape
    return layout_of(count, height, width, TILE)
