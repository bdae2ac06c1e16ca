"""The templates of exported code are Python themselves, know every setting, and ask only for what there is."""

import ast
import json
import re
import subprocess
import sys
from itertools import chain

import pytest
import safetensors.numpy
from jinja2 import nodes

from app.engine.spec.layer import WORDS
from app.lab.exports import render
from app.lab.exports.code_context import CodeLayer
from app.lab.exports.notebook_context import NotebookContext, ShownValues
from tests.lab.exports.stacks import SETTINGS, stack_of

FILES = sorted(render.make_environment().list_templates())
SCRIPTS = [file for file in FILES if not file.startswith("parts/")]
FRAMEWORKS = ["keras", "pytorch", "numpy"]
CONTEXTS = {"code": NotebookContext, "layer": CodeLayer, "shown": ShownValues}
INCLUDE = re.compile(r'^ *#% include "(.*)"\n', re.MULTILINE)
SET = re.compile(r"^ *#% (?:set|for) (.*?) (?:=|in) ", re.MULTILINE)


def text_of(file: str) -> str:
    return (render.TEMPLATES / file).read_text()


def whole(file: str) -> str:
    """Return a template with its parts in their places."""
    return INCLUDE.sub(lambda found: whole(found[1]), text_of(file))


def ruff(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "ruff", "check", *options, "-"],
        input=text, capture_output=True, text=True, check=False,
    )  # fmt: skip


def names_of_jinja(text: str) -> set[str]:
    """Return the names that Jinja knows in a template: of its own, set in it, and numbered by `of_layer`."""
    set_here = {name.strip() for names in SET.findall(text) for name in names.split(",")}
    numbered = {
        name.replace("_N", n) for name in re.findall(r"\b\w+_N\b", text) for n in ("1", "2")
    }
    return {"code", *render.make_environment().globals, *set_here, *numbered}


@pytest.mark.parametrize("file", FILES)
def test_every_template_is_python(file):
    ast.parse(text_of(file))


@pytest.mark.parametrize("file", FILES)
def test_every_template_keeps_the_rules_of_the_project(file):
    done = ruff(text_of(file), "--stdin-filename", str(render.TEMPLATES / file))

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("file", SCRIPTS)
def test_every_name_in_a_template_is_made_before_it_is_read(file):
    text = whole(file)
    known = f"builtins = {json.dumps(sorted(names_of_jinja(text)))}"
    # Not to Python: both branches of an `#% if` are there (F601), and `below_N` is the layer's before (F823).
    done = ruff(text, "--isolated", "--select=F", "--ignore=F601,F823", "--config", known)

    assert done.returncode == 0, done.stdout


def test_a_name_that_no_line_makes_is_found():
    text = whole("stack_numpy.py.jinja").replace("def gelu(x)", "def gelo(x)")
    known = f"builtins = {json.dumps(sorted(names_of_jinja(text)))}"
    done = ruff(text, "--isolated", "--select=F", "--config", known)

    assert "Undefined name `gelu`" in done.stdout


@pytest.mark.parametrize("file", FILES)
def test_a_template_asks_its_context_for_nothing_else_than_it_has(file):
    tree = render.make_environment().parse(text_of(file))
    asked = [
        (node.node.name, node.attr)
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name in CONTEXTS
    ]
    unknown = [
        f"{name}.{attribute}"
        for name, attribute in asked
        if attribute not in fields_and_properties(CONTEXTS[name])
    ]

    assert unknown == []


def fields_and_properties(kind: type) -> set[str]:
    return {*dir(kind), *chain(*(vars(one).get("__annotations__", {}) for one in kind.mro()))}


@pytest.mark.parametrize("framework", FRAMEWORKS)
@pytest.mark.parametrize("setting", ["activation", "pool", "kind", "padding_mode"])
def test_every_setting_has_its_lines_in_every_framework(lab, framework, setting):
    for word in WORDS[setting]:
        one = stack_of(f"size=32&filters1=3&filters2=3&{setting}1={word}&{setting}2={word}")
        code = lab.exports.code(one.state, framework, one.source)
        made = re.findall(r"^ *(before1|after1|output1|before2|after2|output2) = ", code, re.M)

        assert made == ["before1", "after1", "output1", "before2", "after2", "output2"], word
        assert not re.search(r"_N\b|, [,)\]]|\{\{|#%", code)


@pytest.mark.parametrize("kind", WORDS["kind"])
@pytest.mark.parametrize("bias", ["on", "off"])
def test_the_module_in_pytorch_names_its_weights_as_the_file_of_weights_does(lab, kind, bias):
    one = stack_of(f"size=32&filters1=6&kind1={kind}&filters2=3&kind2={kind}&bias2={bias}")
    tree = ast.parse(lab.exports.code(one.state, "pytorch", one.source))
    (weights,) = (node for node in tree.body if getattr(node, "name", "") == "weights")
    (made,) = (node for node in ast.walk(weights) if isinstance(node, ast.Dict))

    file = safetensors.numpy.load(lab.exports.weights(one.state, "safetensors"))

    assert {key.value for key in made.keys} == set(file)


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_a_title_is_no_template(lab, framework):
    one = stack_of("size=32", title="{{ 7 * 7 }} #% if x, ) below_N")

    assert f"\nPicture: {one.source.title}. The page: " in lab.exports.code(
        one.state, framework, one.source
    )


@pytest.mark.parametrize("name", SETTINGS)
def test_the_cells_of_a_notebook_are_one_program_as_a_reader_would_like_it(lab, name):
    one = stack_of(SETTINGS[name])
    cells = json.loads(lab.exports.notebook(one.state, one.source))["cells"]
    code = "\n\n".join(cell["source"] for cell in cells if cell["cell_type"] == "code") + "\n"
    # The set-up cell is the same for every stack, so it may import more than one stack needs.
    done = ruff(code, "--isolated", "--select=E,F,W,I", "--ignore=E501,F401")

    assert done.returncode == 0, done.stdout
