"""Public functions that take or return arrays say which shapes these have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# Traces and banks state the shapes of their arrays themselves.
ARRAYS = re.compile(r"\b(Float|NDArray|Indices|Double|Array)\b")
TERM = r"[A-Za-z0-9'’*/+-]{1,9}(?: // [A-Za-z]{1,6})?"
SHAPE = re.compile(rf"Shapes:|\({TERM},( {TERM},?)*\)|\bshape\b")  # (C, H, W), (F,), or in words


def array_functions() -> Iterator[tuple[str, str]]:
    """Yield the place and the docstring of each public function of the engine with arrays in its signature."""
    for path in sorted((ROOT / "app/engine").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            arguments = [*node.args.args, *node.args.kwonlyargs]
            annotations = [one.annotation for one in arguments] + [node.returns]
            if ARRAYS.search(" ".join(ast.unparse(one) for one in annotations if one)):
                place = f"{path.relative_to(ROOT)}:{node.name}"
                yield place, ast.get_docstring(node) or ""


FUNCTIONS = dict(array_functions())


def test_the_engine_has_many_functions_of_arrays():
    assert len(FUNCTIONS) > 60


@pytest.mark.parametrize("place", FUNCTIONS)
def test_a_function_of_arrays_states_shapes(place):
    assert SHAPE.search(FUNCTIONS[place])
