"""A stack as a Jupyter notebook: built from nothing on this very picture, cell by cell, and checked."""

import base64
import io
import json
import textwrap
from collections.abc import Iterable
from typing import Any

import numpy as np

from app.engine.arrays import Float
from app.engine.compute.trace import LayerTrace, Trace
from app.engine.spec.normalisation import IMAGENET_DEVIATIONS, IMAGENET_MEANS
from app.engine.spec.stack import StackSpec
from app.lab.exports import cells, numpy_code, numpy_functions, pieces
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Source, arrays_of, layers_of
from app.lab.state.state import LAYERS

LINE = 120  # characters of the data in a line: editors are slow with longer ones
SHOWN = 8  # values of each layer that are stated
Cell = dict[str, Any]


def notebook(trace: Trace, muted: Iterable[int], picture: Float, source: Source) -> bytes:
    """Return the notebook, of nbformat 4.5.

    Shapes:
        picture  (C, H, W)  in [0, 1]
    """
    stack = trace.spec
    first, second = layers_of(stack)
    made = [
        _text(cells.title(stack, source)),
        _code(cells.SET_UP),
        _code(_data(trace, picture), hidden=True),
        _code([*_normalise(stack, picture.shape[0]), *cells.PICTURE]),
        _text(cells.CONVOLUTION),
        *(_code(text) for text in numpy_functions.functions(stack)),
        _code(cells.LOOPS),
        _code(cells.tools(pieces.tolerance(layer.bank for layer in trace.layers))),
    ]
    for layer, recorded in zip((first, second), trace.layers, strict=True):
        made += [_text(cells.layer_text(layer))]
        muting = numpy_code.muting(muted) if layer is second else []
        made += [_code([*muting, *numpy_code.layer_lines(stack, layer.number)])]
        made += [_code(cells.by_loops(layer)), _code(_shown(layer.number, recorded))]
        made += [_code(cells.maps_shown(layer))]
    made += [_text(cells.fold_text(second)), *map(_code, cells.fold(second)), _text(cells.END)]
    numbered = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(made)]
    return json.dumps(
        {"cells": numbered, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5},
        ensure_ascii=False,
        indent=1,
    ).encode()


METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _text(text: str) -> Cell:
    return {"cell_type": "markdown", "metadata": {}, "source": text.strip("\n")}


def _code(source: str | Iterable[str], *, hidden: bool = False) -> Cell:
    text = source if isinstance(source, str) else "\n".join(source)
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"jupyter": {"source_hidden": True}} if hidden else {},
        "outputs": [],
        "source": text.strip("\n"),
    }


def _data(trace: Trace, picture: Float) -> list[str]:
    """Return the cell that holds picture and weights, so that the notebook needs no server."""
    levels = np.rint(picture * 255).astype(np.uint8)
    exact = np.array_equal(levels / np.float32(255), picture)  # not with the bars of fit=pad
    arrays: dict[str, Any] = {"picture": levels if exact else picture}
    for number, recorded in zip(LAYERS, trace.layers, strict=True):
        arrays |= dict(arrays_of(number, recorded.bank))
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    lines = textwrap.wrap(base64.b64encode(file.getvalue()).decode(), LINE)
    unpacked = 'page["picture"] / np.float32(255)' if exact else 'page["picture"]'
    return [
        "# The picture and the weights, packed: an .npz file as text.",
        'DATA = """',
        *lines,
        '"""',
        "page = np.load(io.BytesIO(base64.b64decode(DATA)))",
        f"picture = {unpacked}  # (C, H, W), 0 to 1",
    ]


def _normalise(stack: StackSpec, channels: int) -> list[str]:
    """Return the lines that make what layer 1 reads of the picture."""
    how = stack.normalise
    lines = [f"# Layer 1 reads {stack_words.normalised(how)}."]
    if how == "none":
        return [*lines, "image = picture"]
    if how == "centre":
        return [*lines, "image = picture - np.float32(0.5)"]
    if isinstance(how, str):
        means, deviations = IMAGENET_MEANS, IMAGENET_DEVIATIONS
        if channels == 1:
            means, deviations = ((float(np.mean(one)),) for one in (means, deviations))  # type: ignore[assignment]
    else:
        means, deviations = how[:channels], how[channels:]  # type: ignore[assignment]
    return [
        *lines,
        f"means = np.array({list(means)}, np.float32)[:, None, None]",
        f"deviations = np.array({list(deviations)}, np.float32)[:, None, None]",
        "image = (picture - means) / deviations",
    ]


def _shown(number: int, recorded: LayerTrace) -> list[str]:
    """Return the cell that compares with the numbers of the page, which it states."""
    maps = recorded.output
    places = zip(
        *(np.linspace(0, size - 1, SHOWN).round().astype(int).tolist() for size in maps.shape),
        strict=True,
    )
    values = [(*place, float(maps[place])) for place in places]
    return [
        f"# What the page shows of layer {number}: map, row, column, value.",
        f"SHOWN_{number} = [",
        *(f"    ({f}, {row}, {col}, {_number(value)})," for f, row, col, value in values),
        "]",
        f"for channel, row, col, value in SHOWN_{number}:",
        f'    compare(f"map {{channel}}, row {{row}}, column {{col}}", output{number}[channel, row, col], value)',
        f'compare("the least value of all maps", output{number}.min(), {_number(float(maps.min()))})',
        f'compare("the greatest value of all maps", output{number}.max(), {_number(float(maps.max()))})',
        f'compare("the mean of all maps", output{number}.mean(dtype=float), {maps.mean(dtype=float):.7g})',
    ]


def _number(value: float) -> str:
    return f"{value:.9g}"  # enough to tell any two float32 values apart
