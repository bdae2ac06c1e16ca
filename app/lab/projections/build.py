"""What strongly excites a map, in its picture or in each sample, and what is sent back down from there."""

from dataclasses import replace
from functools import partial

from app.drawing.sheets import SheetLayout
from app.engine.arrays import Float
from app.engine.explain import projection
from app.engine.spec.stack import StackSpec
from app.lab import stopping
from app.lab.compute.layer_cache import Traces
from app.lab.compute.passes import NOTHING, Passes, check_map
from app.lab.compute.prices import Asked
from app.lab.keep.byte_cache import ByteCache, belongs_to, uses_weights
from app.lab.keep.samples import Samples
from app.lab.pieces.tiles import sheet_view
from app.lab.pieces.views import Matrix, RectangleView
from app.lab.projections.pictures import (
    Double,
    Found,
    boxes,
    found_at,
    largest,
    layout_of,
    legend,
    sheet_png,
)
from app.lab.projections.views import ProjectionsView, ProjectionView
from app.lab.state import cost
from app.lab.state.state import State
from app.messages import Message

KEPT_BYTES = 16 * 2**20
ENTRY = 4096  # bytes that an entry takes, at most, without its arrays
NUMBERS_SIDE = 32  # pixels a side of the largest boxes that are answered as numbers too


class Projections:
    """The strongest activations of maps, in a byte-bounded cache. Safe to share between threads."""

    def __init__(self, passes: Passes, samples: Samples, *, threads: int) -> None:
        self._passes = passes
        self._samples = samples
        self._threads = threads
        self._kept: ByteCache[tuple[Found, ...]] = ByteCache(KEPT_BYTES, size_of=_nbytes)

    def forget(self, image_id: str) -> None:
        """Drop everything that was computed from a picture."""
        self._kept.drop(belongs_to(image_id))

    def forget_weights(self, key: str) -> None:
        """Drop everything computed with imported weights, given the hash at the end of their id."""
        self._kept.drop(uses_weights(key))

    def view(
        self, state: State, layer: int, channel: int, *, samples: bool = False
    ) -> ProjectionsView:
        """Describe the strongest places of one map in its picture, or the strongest of each sample.

        Raises:
            NoSuchMap: the stack has no such layer or map.
            SpecError: a pass, or the passes of all samples together, cost too much.
        """
        found = self._found(state, layer, channel, samples=samples)
        layout, below = layout_of(found), state.stack.layers[:layer]
        limits = [largest(one.deconvnet for one in found)]
        limits += [largest(one.gradient for one in found)]
        legends = [legend(limit) if found else None for limit in limits]
        names = self._passes.banks.bank(state.stack, layer).names
        return ProjectionsView(
            layer=layer,
            channel=channel,
            filters=below[-1].filters,
            name=names[channel] if names else None,
            activation=below[-1].activation,
            size=state.stack.size,
            channels=state.stack.channels,
            samples=samples,
            looked_at=len(self._shipped()) if samples else 1,
            most=len(self._shipped()) if samples else projection.COUNT,
            rectified=any(one.activation != "linear" for one in below),
            pooled=layer == 2 and below[0].pool != "none",
            sheet=sheet_view(layout),
            deconvnet_legend=legends[0],
            gradient_legend=legends[1],
            places=tuple(
                _place_view(state.stack, layer, one, (index, layout), self._title(one))
                for index, one in enumerate(found)
            ),
        )

    def png(self, state: State, layer: int, channel: int, *, samples: bool = False) -> bytes:
        """Draw the patches, their projections and their gradients: three rows of one picture."""
        return sheet_png(self._found(state, layer, channel, samples=samples))

    def _title(self, found: Found) -> Message | str | None:
        held = found.image_id in self._samples
        return self._samples.view(found.image_id).title if held else None

    @property
    def shipped(self) -> int:
        """Return how many samples are looked at."""
        return len(self._shipped())

    def _shipped(self) -> list[str]:
        return [one.id for one in self._samples.views if not self._samples.may_change(one.id)]

    def _found(self, state: State, layer: int, channel: int, *, samples: bool) -> tuple[Found, ...]:
        check_map(state, layer, channel)
        self._passes.check(state)
        spec = state.stack if layer == 2 else cost.with_minimal_layer2(state.stack)
        muted = state.muted if layer == 2 else NOTHING
        image_id = "" if samples else state.image_id
        key = (image_id, state.fit, spec, muted, layer, channel)
        search = self._in_samples if samples else self._in_picture
        return self._kept.get(key, partial(search, state, layer, channel))

    def _in_picture(self, state: State, layer: int, channel: int) -> tuple[Found, ...]:
        trace = self._passes.layer_run(state, layer).trace()
        image = self._passes.ready(state).prepared.image
        every = projection.project(trace, layer, channel)
        return tuple(found_at(state.image_id, one, image) for one in every)

    def _in_samples(self, state: State, layer: int, channel: int) -> tuple[Found, ...]:
        shipped = self._shipped()
        self._passes.price(
            Asked(view="projections", state=state, layer=layer, samples=len(shipped))
        )
        # A separate cache: in the shared one, these passes would evict what other people look at.
        traces = Traces(0, self._passes.banks, threads=self._threads)
        best: list[Found] = []
        for image_id in shipped:
            stopping.check()
            its = replace(state, image_id=image_id)
            trace = self._passes.alone(its, layer, traces).trace()
            image = self._passes.ready(its).prepared.image
            strongest = projection.project(trace, layer, channel, count=1)
            best += [found_at(image_id, one, image) for one in strongest]
        return tuple(sorted(best, key=lambda one: -one.value))  # stable: of equals, the first found


def _nbytes(found: tuple[Found, ...]) -> int:
    return sum(one.nbytes for one in found) + ENTRY


def _handed_on(stack: StackSpec, layer: int, one: Found) -> tuple[int, int] | None:
    """Return the pixel of the layer's output that covers this pixel of its map."""
    spec, (_, height, width) = stack.layers[layer - 1], stack.output_shape(layer)
    side = 1 if spec.pool == "none" else spec.pool_size
    row, col = one.row // side, one.col // side
    return (row, col) if row < height and col < width else None


def _place_view(
    stack: StackSpec,
    layer: int,
    one: Found,
    at: tuple[int, SheetLayout],
    title: Message | str | None,
) -> ProjectionView:
    box, few = one.box, max(one.box.height, one.box.width) <= NUMBERS_SIDE
    patch, deconvnet, gradient = boxes(*at, one)
    return ProjectionView(
        image_id=one.image_id,
        title=title,
        row=one.row,
        col=one.col,
        pixel=_handed_on(stack, layer, one),
        value=one.value,
        box=RectangleView(top=box.top, left=box.left, height=box.height, width=box.width),
        patch_box=patch,
        deconvnet_box=deconvnet,
        gradient_box=gradient,
        patch=_matrices(one.pixels) if few else (),
        deconvnet=_matrices(one.deconvnet) if few else (),
        gradient=_matrices(one.gradient) if few else (),
    )


def _matrices(values: Float | Double) -> tuple[Matrix, ...]:
    return tuple(tuple(map(tuple, one)) for one in values.tolist())
