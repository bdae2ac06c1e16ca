"""Rules for style sheets: our own rules in `biome.jsonc`, and those that Biome cannot check."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STATIC = ROOT / "static"
BIOME = ROOT / "node_modules/.bin/biome"
PHYSICAL = (
    "margin-left",
    "padding-top",
    "border-right",
    "border-bottom-color",
    "width",
    "max-height",
    "left",
)
LOGICAL = ("margin-inline-start", "border-block-start-color", "inline-size", "inset", "line-height")


@pytest.fixture
def refused(tmp_path):
    """Return a function that tells whether Biome refuses a style sheet."""
    if not BIOME.exists():
        pytest.skip("Biome is not installed; make biome installs it")
    for file in ("biome.jsonc", "biome-logical.grit"):
        shutil.copy(ROOT / file, tmp_path)
    sheet = tmp_path / "static/css/sheet.css"
    sheet.parent.mkdir(parents=True)
    path = f"{os.environ['PATH']}{os.pathsep}{Path(sys.executable).parent}"  # for Node.js

    def refused(css: str) -> bool:
        sheet.write_text(css)
        done = subprocess.run(
            [BIOME, "lint"], cwd=tmp_path, env=os.environ | {"PATH": path}, capture_output=True
        )
        assert b"Checked" in done.stdout + done.stderr
        return bool(done.returncode)

    return refused


def test_physical_properties_are_refused_and_logical_ones_are_not(refused):
    assert [name for name in PHYSICAL if not refused(f".a {{ {name}: inherit; }}")] == []
    assert not refused(".a { " + "".join(f"{name}: inherit; " for name in LOGICAL) + "}")


def test_every_custom_property_that_is_used_is_set_somewhere():
    sheets = "".join(path.read_text() for path in STATIC.rglob("*.css"))
    scripts = "".join(path.read_text() for path in STATIC.rglob("*.js"))
    used = set(re.findall(r"var\((--[\w-]+)", sheets))
    by_script = set(re.findall(r'setProperty\("(--[\w-]+)"', scripts))

    assert used
    assert used <= set(re.findall(r"(--[\w-]+):", sheets)) | by_script


def test_every_token_is_used():
    tokens = next(STATIC.rglob("tokens.css")).read_text()
    sheets = "".join(path.read_text() for path in STATIC.rglob("*.css"))

    unused = [name for name in re.findall(r"(--[\w-]+):", tokens) if f"var({name})" not in sheets]
    assert unused == []


def blocks_of(css: str) -> set[str]:
    """Return the classes that a style sheet gives rules to alone, such as `legend` in `.legend, .bar > i {`."""
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    alone = (
        re.fullmatch(r"\s*\.([a-z][a-z-]*)\s*", one)
        for selectors in re.findall(r"([^{}]+)\{", bare)
        for one in selectors.split(",")
    )
    return {found[1] for found in alone if found and "--" not in found[1]}


def test_blocks_are_the_classes_with_rules_of_their_own():
    css = "/* .old { } */ .a, .b-c { x: 0 }\n@media (min-width: 1rem) { .d { x: 0 } .e i, .f__g, .h--i { x: 0 } }"

    assert blocks_of(css) == {"a", "b-c", "d"}


def test_two_components_never_share_the_name_of_a_block():
    components = sorted((STATIC / "css/components").glob("*.css"))
    adapting = ("compact", "contrast")  # they adapt others, and name them
    owners: dict[str, list[str]] = {}
    for sheet in components:
        if not sheet.name.startswith(adapting):
            for block in blocks_of(sheet.read_text()):
                owners.setdefault(block, []).append(sheet.name)

    assert len(owners) > 50
    assert {block: sheets for block, sheets in owners.items() if len(sheets) > 1} == {}
