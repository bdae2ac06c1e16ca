"""Statistics of every map of a pass, as comma-separated values at full precision."""

import csv
import io

from app.engine.compute.trace import LayerTrace, Trace
from app.engine.explain.statistics import statistics
from app.lab.state.state import LAYERS

HEADINGS = (
    "layer",
    "map",
    "name",
    "bias",
    *(
        f"{what} {part}"
        for what in ("pre-activation", "activation", "output")
        for part in ("minimum", "maximum", "mean", "share of zeros")
    ),
)


def maps_csv(trace: Trace) -> str:
    """Write a line for each map, with the statistics of its pre-activation, activation and output."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # RFC 4180
    writer.writerow(HEADINGS)
    for number, layer in zip(LAYERS, trace.layers, strict=True):
        names = layer.bank.names or ("",) * len(layer.preactivation)
        for channel, name in enumerate(names):
            bias = float(layer.bank.bias[channel])
            writer.writerow([number, channel, name, bias, *_figures(layer, channel)])
    return text.getvalue()


def _figures(layer: LayerTrace, channel: int) -> list[float]:
    figures: list[float] = []
    for maps in (layer.preactivation, layer.activation, layer.output):
        one = statistics(maps[channel])
        figures += [one.minimum, one.maximum, one.mean, one.zeros]
    return figures
