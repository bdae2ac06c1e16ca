"""Renders the templates of exported code: Python files in which Jinja's tags are comments that begin with `#%`.

Values are filled in at {{ }}, which Python reads as a set within a set. So a template can be parsed and linted
as it is.
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
# Variables of the exported code; {{ padded }} becomes `padded`.
VARIABLES = ("padded", "below_N", "between_N")
LEFT_OUT = re.compile(r"(?:, )+(?=, |[)\]])")  # the commas around omitted arguments


@cache
def make_environment() -> Environment:
    """Return the environment of the code templates, one for the process.

    Jinja's own line statements would swallow the blank lines after them. So a tag starts with `#%` and ends with
    its line, and a template comment starts with `#:`.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        auto_reload=False,
        undefined=StrictUndefined,
        block_start_string="#%",
        block_end_string="\n",
        comment_start_string="#:",
        comment_end_string="\n",
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # Python, not HTML; `stack_words.plain` makes titles safe
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
    """Compile every template ahead, so that no request has to wait for it."""
    environment = make_environment()
    for name in environment.list_templates():
        environment.get_template(name)


def render(template: str, code: CodeContext) -> str:
    """Render a template to code."""
    return make_environment().get_template(template).render(code=code)


def of_layer(text: str, layer: CodeLayer, first: str) -> str:
    """Fill in the names of a layer, and remove commas that are left over.

    `_N` becomes the number of the layer, and `below_N` the name of its input, which is `first` for layer 1.
    """
    below = first if layer.number == 1 else f"output{layer.number - 1}"
    return LEFT_OUT.sub("", text.replace("below_N", below).replace("_N", str(layer.number)))


def cell_for_each_function(text: str) -> str:
    """Start a new notebook cell before every function except the first."""
    return text.replace("\n\n\ndef ", "\n\n# %%\ndef ")


def arguments(*given: object, **named: object) -> str:
    """Write the arguments of a call; None is omitted."""
    keywords = {name: value for name, value in named.items() if value is not None}
    return ", ".join(
        [*map(_literal, given), *(f"{name}={_literal(value)}" for name, value in keywords.items())]
    )


def other_than(usual: object, value: Any) -> Any:
    """Return the value of a setting, or None if it is the default and can be omitted."""
    return None if value == usual else value


def _literal(value: object) -> str:
    return json.dumps(value) if isinstance(value, str) else str(value)
