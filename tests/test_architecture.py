"""ARCHITECTURE.md names only paths that exist, and all packages of the application."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
PATHS = sorted(set(re.findall(r"`((?:app|templates|static|tests|tools)(?:/[\w./-]+)?)`", TEXT)))
ROOMS = sorted(
    path.parent.relative_to(ROOT).as_posix()
    for depth in ("app/*/__init__.py", "app/*/*/__init__.py")
    for path in ROOT.glob(depth)
)


def test_the_document_names_many_files():
    assert len(PATHS) > 20


@pytest.mark.parametrize("path", PATHS)
def test_every_path_in_the_document_exists(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize("room", ROOMS)
def test_the_drawing_names_every_package(room):
    picture = TEXT.split("```")[1]

    assert re.search(rf"\b{room.rpartition('/')[2]}\b", picture), f"{room} is not in the picture"
