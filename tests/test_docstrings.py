"""The docstrings of the public engine state the shapes of the arrays that pass through it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ENGINE = Path(__file__).parents[1] / "app/engine"
ARRAYS = re.compile(
    r"\b(NDArray|Float|Double|Array|Real|Indices|Places|Pixels|Bytes|Counts|Table"
    r"|FilterBank|Made|LayerTrace|Trace|LayerGradients|Gradients|WeightedSum)\b"
)
SHAPE = re.compile(
    r"\bshapes?\b|\([\w'/*+ -]+,(?: ?[\w'/*+ -]+,)*(?: ?[\w'/*+ -]+)?\)", re.IGNORECASE
)

Definition = ast.FunctionDef | ast.ClassDef


def public(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, Definition]]:
    """Yield the public classes and functions of a module or class, with the methods of the classes."""
    for one in body:
        if isinstance(one, Definition) and not one.name.startswith("_"):
            yield f"{prefix}{one.name}", one
            if isinstance(one, ast.ClassDef):
                yield from public(one.body, f"{prefix}{one.name}.")


def annotations(one: Definition) -> Iterator[ast.expr | None]:
    """Yield the types that a function takes and returns, or those of the fields of a class."""
    if isinstance(one, ast.ClassDef):
        yield from (field.annotation for field in one.body if isinstance(field, ast.AnnAssign))
        return
    taken = one.args
    yield from (each.annotation for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs))
    yield one.returns


def has_arrays(one: Definition) -> bool:
    return any(ARRAYS.search(ast.unparse(each)) for each in annotations(one) if each)


FOUND = {
    name: ast.get_docstring(one) or ""
    for path in sorted(ENGINE.rglob("*.py"))
    for name, one in public(
        ast.parse(path.read_text(encoding="utf-8")).body,
        f"{path.relative_to(ENGINE).with_suffix('').as_posix()}:",
    )
    if has_arrays(one)
}


def test_functions_classes_and_methods_with_arrays_are_found():
    assert {
        "compute/conv:conv2d",
        "compute/trace:FilterBank",
        "compute/trace:Trace.input_of",
    } <= set(FOUND)


@pytest.mark.parametrize("docstring", ["Return both.", "Add `x` (see conv2d).", "A map (or two)."])
def test_prose_alone_states_no_shape(docstring):
    assert not SHAPE.search(docstring)


@pytest.mark.parametrize(
    "docstring", ["Shapes: any.", "Return the bias, (F,).", "x (F, C // groups, kh, kw)", "(H'W',)"]
)
def test_a_shape_is_recognised_in_a_section_or_in_a_sentence(docstring):
    assert SHAPE.search(docstring)


@pytest.mark.parametrize("name", FOUND)
def test_what_takes_or_returns_arrays_states_their_shapes(name):
    assert SHAPE.search(FOUND[name])
