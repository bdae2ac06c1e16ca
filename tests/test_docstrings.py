"""Docstrings of the engine and of the drawing state the shapes of their arrays."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

APP = Path(__file__).parents[1] / "app"
MODULES = {
    path.relative_to(APP).as_posix(): ast.parse(path.read_text())
    for room in ("engine", "drawing")
    for path in sorted((APP / room).rglob("*.py"))
}
MADE_OF_ARRAYS = {
    *(
        "NDArray",
        "BankWeights",
        "FilterBank",
        "LayerTrace",
        "Trace",
        "LayerGradients",
        "Gradients",
        "WeightedSum",
    ),
}
AXIS = r"[\w.']+(?: ?(?://|[/*+]) ?[\w.']+)*"  # such as C, H', 256 or C // groups
SHAPE = re.compile(rf"^Shapes\b|\({AXIS},(?: {AXIS},?)*\)", re.MULTILINE)  # a section, or (C, H, W)


def names_in(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


def array_types() -> set[str]:
    """Return NDArray, the types made of arrays, and every name that a module gives to a type of array."""
    return MADE_OF_ARRAYS | {
        name
        for module in MODULES.values()
        for line in module.body
        if isinstance(line, ast.Assign | ast.AnnAssign) and line.value
        if isinstance(line.value, ast.Subscript) and "NDArray" in names_in(line.value.value)
        for target in (line.targets if isinstance(line, ast.Assign) else [line.target])
        for name in names_in(target)
    }


def public(
    body: list[ast.stmt], prefix: str
) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield f"{prefix}{node.name}", node
            if isinstance(node, ast.ClassDef):
                yield from public(node.body, f"{prefix}{node.name}.")


def annotations(node: ast.FunctionDef | ast.ClassDef) -> Iterator[ast.expr]:
    if isinstance(node, ast.ClassDef):
        yield from (field.annotation for field in node.body if isinstance(field, ast.AnnAssign))
        return
    arguments = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    yield from (one.annotation for one in arguments if one.annotation)
    yield from [node.returns] if node.returns else []


def with_arrays() -> dict[str, ast.FunctionDef | ast.ClassDef]:
    types = array_types()
    return {
        name: node
        for path, module in MODULES.items()
        for name, node in public(module.body, f"{path} ")
        if any(types & names_in(annotation) for annotation in annotations(node))
    }


WITH_ARRAYS = with_arrays()


def test_functions_and_classes_with_arrays_are_found_by_their_annotations():
    assert {"engine/compute/conv.py conv2d", "engine/compute/trace.py Trace"} <= set(WITH_ARRAYS)
    assert {"drawing/png.py encode_png", "drawing/sheets.py sheet"} <= set(WITH_ARRAYS)


@pytest.mark.parametrize("name", WITH_ARRAYS)
def test_functions_and_classes_with_arrays_state_their_shapes(name):
    assert SHAPE.search(ast.get_docstring(WITH_ARRAYS[name]) or "")


@pytest.mark.parametrize(
    ("docstring", "stated"),
    [
        ("Return the weights, (F, C, kh, kw), as float32.", True),
        ("Return the shares, (C,).", True),
        ("Measure one map.\n\nShapes:\n    map2d  (H, W)", True),
        ("Return the mean (of all values, muted ones too).", False),
        ("Return the weights of layer `number` (1 or 2).", False),
        ("Return the weights.", False),
    ],
)
def test_a_shape_is_recognised(docstring, stated):
    assert bool(SHAPE.search(docstring)) == stated
