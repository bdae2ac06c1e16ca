"""A list of addresses becomes a folder of files, and a line that cannot work is named."""

import subprocess
import sys
from pathlib import Path

import pytest

from tools.serving import ROOT
from tools.snapshots.addresses import BadLine, read_list, server_of

LIST = """# week 3
/images/cat/layers/2/wall?size=48&filters1=4&weights1=random

https://course.example.org/convfold/embed/ladder  # the deep net
/images/cat/layers/2/maps/99/contributions
"""


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "addresses.txt"
    path.write_text(LIST, "utf-8")
    return path


def test_a_list_has_paths_whole_addresses_and_comments(listed):
    first, second, third = read_list(listed)

    assert (
        first.file == "/images/cat/layers/2/wall/snapshot.html?size=48&filters1=4&weights1=random"
    )
    assert (second.line, second.file) == (4, "/ladder/snapshot.html")
    assert third.line == 5
    assert server_of((first, second, third)) == "https://course.example.org/convfold"


@pytest.mark.parametrize(
    "text", ["images/cat", "ftp://example.org/images/cat", "/about", "/images/cat x", "layers"]
)
def test_what_is_no_address_of_a_view_is_refused_with_its_line(tmp_path, text):
    path = tmp_path / "addresses.txt"
    path.write_text(f"# nothing\n{text}\n", "utf-8")

    with pytest.raises(BadLine, match=r"line 2: .* would work"):
        read_list(path)


def test_the_command_writes_the_files_and_names_the_line_that_cannot_work(listed, tmp_path):
    out = tmp_path / "files"
    done = subprocess.run(
        [sys.executable, "-m", "tools.snapshots", str(listed), "--out", str(out)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 1
    assert "line 5: /images/cat/layers/2/maps/99/contributions: 404, " in done.stderr
    names = {path.name for path in out.iterdir()}
    assert names == {"convfold-ladder.html", "convfold-wall-layer-2-cat-line-2.html", "index.html"}
    index = (out / "index.html").read_text("utf-8")
    assert all(f'href="{name}"' in index for name in names - {"index.html"})
    page = (out / "convfold-ladder.html").read_text("utf-8")
    assert 'href="https://course.example.org/convfold/ladder"' in page
