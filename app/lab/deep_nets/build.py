"""Deep nets layer by layer: sizes, counts and receptive fields, and their drawing. Nothing is convolved."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.engine.deep_nets.ladder import Rung, ladder
from app.engine.deep_nets.nets import VGG16, Convolution, Layer, Pooling, parse, written
from app.engine.errors import SpecError
from app.engine.spec.stack import StackSpec
from app.lab.deep_nets.views import (
    BarView,
    DrawingView,
    LadderTotalView,
    LadderView,
    RungFormulasView,
    RungView,
)
from app.messages import enumerated, sentence
from app.shown_text import shown_text

NETS = {"vgg16": VGG16}
DEFAULT_NET = "vgg16"
SIZE, CHANNELS = 224, 3  # the input of VGG

WIDTH, EDGE, TOP = 1120.0, 4.0, 26.0  # of the drawing, in drawing units
PICTURE = 210.0  # side of the image, and of maps as large as the image
TILES = 86.0  # from the base of the bars down to the small pictures
PART = 0.84  # greatest part of its column that a bar or a small picture takes
LEAST = 1.5  # smallest side of anything drawn, so that it can be seen
ROOMY = 42.0  # width of a column with room for words and numbers


def named(net: str) -> tuple[Layer, ...]:
    """Return the layers of a net.

    Raises:
        SpecError: no net has this name.
    """
    if net not in NETS:
        raise SpecError(
            "net",
            sentence(
                "{field} is {net}; {known}, or a list in layers, would work.",
                net=shown_text(net, most=40),
                known=enumerated(NETS),
            ),
        )
    return NETS[net]


def ladder_view(
    layers: Sequence[Layer], *, size: int = SIZE, channels: int = CHANNELS
) -> LadderView:
    """Describe the output, cost and receptive field of each layer for an image.

    Raises:
        SpecError: see `app.engine.deep_nets.ladder.ladder`.
    """
    rungs = ladder(layers, size=size, channels=channels)
    views = tuple(map(_rung_view, rungs))
    return LadderView(
        net=next((name for name, known in NETS.items() if known == tuple(layers)), None),
        written=written(layers),
        size=size,
        channels=channels,
        input_shape=(channels, size, size),
        layers=views,
        total=_total_view(views),
        drawing=_drawing_view(views, size),
    )


def without_pools(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """Return the convolutions without the pools."""
    return tuple(layer for layer in layers if isinstance(layer, Convolution))


def of_stack(stack: StackSpec) -> tuple[Layer, ...] | None:
    """Return the layers of a stack, pools included; None if the list format cannot express them."""
    layers: list[Layer] = []
    for one in stack.layers:
        height, width = one.kernel
        if height != width or one.kind != "standard" or one.groups != 1 or not one.bias:
            return None
        padding = 0 if one.padding == "valid" else one.padding
        layers.append(
            Convolution(
                kernel=height,
                filters=one.filters,
                stride=one.stride,
                padding=padding,
                dilation=one.dilation,
            )
        )
        if one.pool != "none":
            layers.append(Pooling(kernel=one.pool_size, stride=one.pool_size))
    return tuple(layers)


def read(text: str) -> tuple[Layer, ...]:
    """Parse a list of layers; spaces and newlines separate entries like commas.

    Raises:
        SpecError: see `app.engine.deep_nets.nets.parse`.
    """
    return parse(",".join(text.replace(",", " ").lower().split()))


def _rung_view(rung: Rung) -> RungView:
    return RungView(
        name=rung.name,
        kind=rung.kind,
        entry=rung.entry,
        shape=rung.shape,
        values=rung.values.value,
        parameters=rung.parameters.value,
        weights=rung.weights.value,
        multiply_adds=rung.multiply_adds.value,
        receptive_field=rung.receptive_field.value,
        step=rung.step,
        unread=rung.unread,
        formulas=RungFormulasView(
            values=rung.values.formula,
            parameters=rung.parameters.formula,
            multiply_adds=rung.multiply_adds.formula,
            receptive_field=rung.receptive_field.formula,
        ),
    )


def _total_view(rungs: Sequence[RungView]) -> LadderTotalView:
    return LadderTotalView(
        convolutions=sum(rung.kind == "convolution" for rung in rungs),
        pools=sum(rung.kind == "pooling" for rung in rungs),
        parameters=sum(rung.parameters for rung in rungs),
        weights=sum(rung.weights for rung in rungs),
        multiply_adds=sum(rung.multiply_adds for rung in rungs),
    )


def _drawing_view(rungs: Sequence[RungView], size: int) -> DrawingView:
    start = EDGE + PICTURE + 30
    column = min((WIDTH - start) / len(rungs), 96.0)
    tile = PART * column
    largest = max(size, *(rung.shape[1] for rung in rungs))
    deepest = max(rung.shape[0] for rung in rungs)
    base = TOP + PICTURE
    bars = tuple(
        _bar_view(
            rung,
            before,
            middle=start + column * (place + 0.5),
            scale=(PART * column / deepest, PICTURE / largest),
            base=base,
            tile=tile,
            size=size,
            roomy=column >= ROOMY,
        )
        for place, (before, rung) in enumerate(_with_before(rungs))
    )
    return DrawingView(
        width=WIDTH,
        height=base + TILES + tile + 34,
        base=base,
        picture=PICTURE * size / largest,
        tile=tile,
        tiles_top=base + TILES,
        bars=bars,
    )


def _with_before(rungs: Sequence[RungView]) -> Iterator[tuple[RungView | None, RungView]]:
    yield from pairwise((None, *rungs))


def _bar_view(
    rung: RungView,
    before: RungView | None,
    *,
    middle: float,
    scale: tuple[float, float],
    base: float,
    tile: float,
    size: int,
    roomy: bool,
) -> BarView:
    depth, side, _ = rung.shape
    width, height = max(depth * scale[0], LEAST), max(side * scale[1], LEAST)
    sees = max(tile * min(rung.receptive_field / size, 1), LEAST)
    new_side = before is None or before.shape[1] != side
    new_depth = before is None or before.shape[0] != depth
    return BarView(
        middle=_near(middle),
        left=_near(middle - width / 2),
        top=_near(base - height),
        width=_near(width),
        height=_near(height),
        pools=rung.kind == "pooling",
        label=rung.name if roomy else None,
        side=side if roomy and new_side else None,
        depth=depth if roomy and new_depth else None,
        sees=rung.receptive_field if roomy else None,
        sees_left=_near(middle - sees / 2),
        sees_top=_near(base + TILES + (tile - sees) / 2),
        sees_side=_near(sees),
    )


def _near(length: float) -> float:
    """Round a length to the precision that a drawing needs."""
    return round(length, 2)
