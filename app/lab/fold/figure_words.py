"""The words of the figure of a fold: its headline, and the caption that states settings and scales."""

from app.drawing import scale
from app.lab.compute.folds import Fold
from app.lab.fold.pictures import contribution_limits, sum_limit
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Layer, Source, layers_of
from app.lab.state.labels import WORDS, label_of
from app.lab.state.state import State
from app.messages import Message, chained, counted, paragraph, sentence

WITH_A_BIAS = counted(
    "One contribution and one bias: {bias:.4g}",
    "{count} contributions, each with a kernel of its own, and one bias: {bias:.4g}",
    1,
)
WITHOUT_BIAS = counted(
    "One contribution and no bias",
    "{count} contributions, each with a kernel of its own, and no bias",
    1,
)
COLOURS = sentence("Blue is negative, red positive; kernels: teal negative, brown positive.")
OWN_SCALES = sentence(
    "Each contribution has a scale of its own, {contrast}; that of the sum ends at {limit:.3g} ({whole:.2g} % "
    "beyond)."
)
ONE_SCALE = sentence(
    "One scale to {limit:.3g}, {contrast}: contributions {each:.2g} % beyond, sum {whole:.2g} % beyond."
)
TWO_SCALES = sentence(
    "Contributions: colours to {parts:.3g}, {contrast} ({each:.2g} % beyond); sum: to {limit:.3g} ({whole:.2g} % "
    "beyond), colours x {times:.3g}."
)


def title(one: Fold, count: int) -> Message:
    """Return the headline; `count` contributions are added up."""
    return sentence(
        "Map {map} of layer {layer} is one sum of {count}.",
        map=one.channel,
        layer=one.layer,
        count=count,
    )


def lede(one: Fold, count: int, layer: Layer) -> Message:
    """Return the line below the headline."""
    words = WITH_A_BIAS if layer.spec.bias else WITHOUT_BIAS
    return words.having(count=count, bias=one.bias)


def muted(channel: int) -> Message:
    """Return the label of a contribution that is muted."""
    return sentence("{channel} muted", channel=channel)


def caption(one: Fold, state: State, source: Source) -> list[Message | str]:
    """Return the paragraphs of the caption."""
    return [
        chained(". ", (source.title, stack_words.shape_line(one.run.spec))),
        *(_layer_line(layer, state) for layer in layers_of(one.run.spec)),
        paragraph(_scales(one, state), COLOURS),
        source.page,
    ]


def _layer_line(layer: Layer, state: State) -> Message:
    return sentence(
        "Layer {layer}: {settings}; weights: {weights}",
        layer=layer.number,
        settings=stack_words.layer_words(layer),
        weights=label_of(f"weights{layer.number}", layer.spec.weights, state),
    )


def _scales(one: Fold, state: State) -> Message:
    """Say where the colours end, what lies beyond, and how those of the sum compare with the contributions'."""
    display = state.display
    limit, parts = float(sum_limit(one, display)), float(contribution_limits(one, display)[0])
    whole = 100 * scale.share_beyond(one.preactivation, limit)
    contrast = WORDS[display.contrast]
    if display.scale == "map":
        return OWN_SCALES.having(contrast=contrast, limit=limit, whole=whole)
    each = 100 * scale.share_beyond(one.parts.drawn[list(one.read())], parts)
    if display.scale == "stack" or not parts:
        return ONE_SCALE.having(contrast=contrast, limit=limit, each=each, whole=whole)
    return TWO_SCALES.having(
        contrast=contrast, parts=parts, limit=limit, each=each, whole=whole, times=limit / parts
    )
