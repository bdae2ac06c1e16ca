"""A stack as a Jupyter notebook: rebuilt from scratch on the same picture, cell by cell, and checked."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.engine.arrays import Float
from app.engine.compute.trace import Trace
from app.lab.exports.notebook_context import notebook_context
from app.lab.exports.render import render
from app.lab.pieces.stack_facts import Source

TEMPLATE = "stack_notebook.py.jinja"
# The marker of a cell in a Python file that editors use.
CELL = re.compile(r"^# %%(.*)\n", re.MULTILINE)
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
Cell = dict[str, Any]


def notebook(trace: Trace, muted: Iterable[int], picture: Float, source: Source) -> bytes:
    """Return the notebook, in nbformat 4.5.

    Shapes:
        picture  (C, H, W)  in [0, 1]
    """
    text = render(TEMPLATE, notebook_context(trace, muted, picture, source))
    numbered = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells(text))]
    return json.dumps(
        {"cells": numbered, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5},
        ensure_ascii=False,
        indent=1,
    ).encode()


def cells(text: str) -> Iterator[Cell]:
    """Yield the cells of a Python file in the percent format: text, code, and collapsed code."""
    _, *parts = CELL.split(text)
    for kind, lines in zip(parts[::2], parts[1::2], strict=True):
        if kind == " [markdown]":
            yield _text(lines.strip("\n"))
        else:
            yield _code(lines.strip("\n"), hidden=kind == " hidden")


def _text(comment: str) -> Cell:
    source = "\n".join(line.removeprefix("#").removeprefix(" ") for line in comment.split("\n"))
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str, *, hidden: bool) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"jupyter": {"source_hidden": True}} if hidden else {},
        "outputs": [],
        "source": source,
    }
