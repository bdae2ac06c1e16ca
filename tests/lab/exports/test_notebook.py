"""The notebook is one, and its cells run in order without a server."""

import json
import os
import subprocess
import sys

import nbformat
import pytest

from tests.lab.exports.stacks import SETTINGS, stack_of

# Runs the cells of notebooks as Jupyter does, with no way to a server.
RUNNER = """
import json, socket, sys
def refuse(*_, **__):
    raise OSError("a notebook asked a server")
socket.socket.connect = refuse
if sys.argv[1] == "without":
    sys.modules["matplotlib"] = None
for name in sys.argv[2:]:
    names = {}
    for cell in json.load(open(name))["cells"]:
        if cell["cell_type"] == "code":
            exec(compile(cell["source"], name, "exec"), names)
    print("end of", name)
    if sys.argv[1] == "with":
        print(len(names["plt"].get_fignums()), "figures")
"""


def run(folder, matplotlib, *names):
    environment = os.environ | {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [sys.executable, "-c", RUNNER, matplotlib, *names],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def notebook(lab, name):
    one = stack_of(SETTINGS[name])
    return lab.exports.notebook(one.state, one.source)


@pytest.mark.parametrize("name", SETTINGS)
def test_it_is_a_notebook_of_the_present_format(lab, name):
    book = nbformat.reads(notebook(lab, name).decode(), as_version=nbformat.NO_CONVERT)

    nbformat.validate(book)
    assert (book.nbformat, book.nbformat_minor) == (4, 5)
    assert stack_of(SETTINGS[name]).source.page in book.cells[0].source
    assert all(len(line) <= 140 for cell in book.cells[1:] for line in cell.source.splitlines())


def test_every_check_passes_for_every_setting_without_matplotlib_and_without_a_server(
    lab, tmp_path
):
    names = [f"{index}.ipynb" for index in range(len(SETTINGS))]
    for file, name in zip(names, SETTINGS, strict=True):
        (tmp_path / file).write_bytes(notebook(lab, name))
    done = run(tmp_path, "without", *names)

    assert done.returncode == 0, done.stderr
    assert [line for line in done.stdout.splitlines() if line.startswith("end of")] == [
        f"end of {name}" for name in names
    ]
    assert done.stdout.count("loops against NumPy: ") == 2 * len(names)
    assert done.stdout.count("the sum of the contributions against the map: ") == len(names)


def test_it_draws_where_matplotlib_is_installed(lab, tmp_path):
    (tmp_path / "a.ipynb").write_bytes(notebook(lab, "groups, strides, pools, no bias"))
    done = run(tmp_path, "with", "a.ipynb")

    assert done.returncode == 0, done.stderr
    assert "5 figures" in done.stdout  # picture, both layers, contributions, the map


@pytest.mark.parametrize("number", [1, 2])
def test_it_stops_where_a_stated_number_is_another(lab, tmp_path, number):
    book = json.loads(notebook(lab, "default"))
    (cell,) = [cell for cell in book["cells"] if f"SHOWN_{number} = [" in cell["source"]]
    cell["source"] = cell["source"].replace(
        f"output{number}.max(), ", f"output{number}.max(), 0.1 + "
    )
    (tmp_path / "a.ipynb").write_text(json.dumps(book))
    done = run(tmp_path, "without", "a.ipynb")

    assert done.returncode == 1
    assert "AssertionError: the greatest value of all maps" in done.stderr
