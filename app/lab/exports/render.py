"""Renders the templates of exported code: Python files in which Jinja's tags are comments that begin with `#%`.

What is filled in stands in {{ }}, a set of a set to Python. So a template can be parsed and linted as it is.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.engine.compute.activations import LEAKY_SLOPE
from app.lab.exports.code_context import CodeContext, CodeLayer

TEMPLATES = Path(__file__).parents[3] / "templates/exports/code"
VARIABLES = ("padded", "below_N", "between_N")  # of the code: in {{ }} they stand for themselves
LEFT_OUT = re.compile(r"(?:, )+(?=, |[)\]])")  # the commas round arguments that are not written


@cache
def make_environment() -> Environment:
    """Return the templates of code, one set for the process.

    Jinja's own line statements would swallow the blank lines behind them, so a tag begins with `#%` and ends
    with its line; a comment of the template begins with `#:`.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        block_start_string="#%",
        block_end_string="\n",
        comment_start_string="#:",
        comment_end_string="\n",
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Python, not HTML; `stack_words.plain` makes a title harmless
    )
    environment.filters |= {
        "of_layer": of_layer,
        "cell_for_each_function": cell_for_each_function,
    }
    environment.globals |= {name: name for name in VARIABLES}
    environment.globals |= {"arguments": arguments, "other_than": other_than, "quoted": json.dumps}
    environment.globals["leaky_slope"] = f"{LEAKY_SLOPE:g}"
    return environment


def compile_all() -> None:
    """Compile every template now, so that no request waits for it."""
    environment = make_environment()
    for name in environment.list_templates():
        environment.get_template(name)


def render(template: str, code: CodeContext) -> str:
    """Return the code that a template makes."""
    return make_environment().get_template(template).render(code=code)


def of_layer(text: str, layer: CodeLayer, first: str) -> str:
    """Put the names of a layer in place, and the commas right.

    `_N` becomes its number, and `below_N` the name of what it reads: `first` for layer 1.
    """
    below = first if layer.number == 1 else f"output{layer.number - 1}"
    return LEFT_OUT.sub("", text.replace("below_N", below).replace("_N", str(layer.number)))


def cell_for_each_function(text: str) -> str:
    """Begin a cell of the notebook before every function but the first."""
    return text.replace("\n\n\ndef ", "\n\n# %%\ndef ")


def arguments(*given: object, **named: object) -> str:
    """Write the arguments of a call; those that are None are left out."""
    said = {name: value for name, value in named.items() if value is not None}
    return ", ".join(
        [*map(_literal, given), *(f"{name}={_literal(value)}" for name, value in said.items())]
    )


def other_than(usual: object, value: Any) -> Any:
    """Return the value of a setting, or None where it is the usual one, which need not be said."""
    return None if value == usual else value


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else str(value)
