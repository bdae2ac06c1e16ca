"""Exported code runs as it stands, in a process of its own, and finds the page's numbers.

PyTorch and Keras are not installed for the tests: INTEROP_PYTHON names a Python that has them.
"""

import ast
import importlib.util
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.lab.exports.stacks import SETTINGS, stack_of, trace_file

MAPS = [f"layer{n}/{name}" for n in (1, 2) for name in ("preactivation", "activation", "output")]
SEVERAL = """
import os, runpy, sys
for folder in sys.argv[2:]:
    os.chdir(folder)
    runpy.run_path(sys.argv[1])
"""


def write(lab, query, framework, folder: Path) -> Path:
    one = stack_of(query)
    folder.mkdir(exist_ok=True)
    (folder / "trace.npz").write_bytes(trace_file(lab, one.state))
    script = folder / f"stack_{framework}.py"
    script.write_text(lab.exports.code(one.state, framework, one.source))
    return script


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"KERAS_BACKEND": "jax", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def python_with(package: str) -> str:
    if importlib.util.find_spec(package):
        return sys.executable
    other = os.environ.get("INTEROP_PYTHON")
    if not other:
        pytest.skip(f"{package} is not installed, and INTEROP_PYTHON names no Python that has it")
    return other


@pytest.mark.parametrize("name", SETTINGS)
def test_numpy_code_finds_every_map_of_the_page(lab, tmp_path, name):
    script = write(lab, SETTINGS[name], "numpy", tmp_path)
    done = run(tmp_path, sys.executable, "-W", "error", script.name)

    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(layer\S+)", done.stdout, re.M) == MAPS
    differences = [float(text) for text in re.findall(r"difference (\S+)", done.stdout)]
    assert len(differences) == len(MAPS)
    assert max(differences) < 1e-4


@pytest.mark.parametrize("array", ["layer2/output", "layer1/preactivation", "image"])
def test_code_stops_where_the_page_has_other_numbers(lab, tmp_path, array):
    script = write(lab, SETTINGS["default"], "numpy", tmp_path)
    arrays = dict(np.load(tmp_path / "trace.npz"))
    arrays[array] = arrays[array] + np.float32(0.1)
    np.savez(tmp_path / "trace.npz", **arrays)
    done = run(tmp_path, sys.executable, script.name)

    assert done.returncode == 1
    assert "AssertionError: layer" in done.stderr


@pytest.mark.parametrize(("framework", "package"), [("pytorch", "torch"), ("keras", "keras")])
def test_code_for_other_frameworks_finds_every_map_of_the_page(lab, tmp_path, framework, package):
    python = python_with(package)
    scripts = [
        write(lab, query, framework, tmp_path / str(index))
        for index, query in enumerate(SETTINGS.values())
    ]
    folders = [str(script.parent) for script in scripts]
    done = run(tmp_path, python, "-c", SEVERAL, scripts[0].name, *folders)

    assert done.returncode == 0, done.stderr
    assert re.findall(r"^(layer\S+)", done.stdout, re.M) == MAPS * len(SETTINGS)


@pytest.mark.parametrize("framework", ["keras", "pytorch", "numpy"])
@pytest.mark.parametrize("name", SETTINGS)
def test_code_is_as_a_reader_would_like_it(lab, framework, name):
    one = stack_of(SETTINGS[name])
    code = lab.exports.code(one.state, framework, one.source)
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--isolated", "--ignore", "E501", "--select", "E,F,W,I", "-"],
        input=code, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.returncode == 0, done.stdout
    assert f'TRACE = "{one.source.trace}"' in code
    for number, layer in enumerate(one.state.stack.layers, 1):
        assert f"# Layer {number}: " in code
        if layer.kind == "standard" and layer.groups == 1 and one.state.stack.channels == 3:
            read = one.state.stack.input_shape(number)[0]
            comments = re.sub(r"\n *# ", " ", code)  # a sentence may take two lines
            assert f"{layer.filters} maps come out, not {read} x {layer.filters} = " in comments


@pytest.mark.parametrize("framework", ["keras", "pytorch", "numpy"])
def test_no_title_of_a_picture_becomes_code(lab, framework):
    title = 'Cat"""\nimport this\n"""\\'
    one = stack_of("size=32", title=title)
    tree = ast.parse(lab.exports.code(one.state, framework, one.source))

    assert "this" not in {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    assert "Cat''' import this '''/" in (ast.get_docstring(tree) or "")


@pytest.mark.parametrize("name", ["separable, pointwise first, muted", "grey, own figures, solo"])
def test_the_trace_holds_both_factors_of_a_layer_as_they_are(lab, name):
    one = stack_of(SETTINGS[name])
    arrays = np.load(io.BytesIO(trace_file(lab, one.state)))
    for number, layer in enumerate(one.state.stack.layers, 1):
        kernels, pointwise = (arrays[f"layer{number}/{part}"] for part in ("kernels", "pointwise"))
        full = np.zeros_like(arrays[f"layer{number}/weight"], np.float64)
        for f, c in np.ndindex(full.shape[:2]):
            for m in range(layer.multiplier):
                if layer.kind == "separable":
                    between = c * layer.multiplier + m
                    full[f, c] += pointwise[f, between] * kernels[between, 0]
                else:
                    full[f, c] += pointwise[f * layer.multiplier + m, c] * kernels[f, m]
        np.testing.assert_allclose(arrays[f"layer{number}/weight"], full, rtol=0, atol=1e-6)
