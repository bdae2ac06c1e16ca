"""A list of addresses becomes a folder of files, and a line that cannot work is named."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.serving import ROOT
from tools.snapshots.addresses import BadLine, read_list, server_of
from tools.snapshots.index import Listed, index_page

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


def run(addresses: Path, out: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    own = {
        name: text for name, text in os.environ.items() if name not in ("PUBLIC_URL", "LANGUAGE")
    }
    return subprocess.run(
        [sys.executable, "-m", "tools.snapshots", str(addresses), "--out", str(out)],
        cwd=ROOT,
        env=own | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_command_writes_the_files_and_names_the_line_that_cannot_work(listed, tmp_path):
    out = tmp_path / "files"
    done = run(listed, out)

    assert done.returncode == 1
    assert "line 5: /images/cat/layers/2/maps/99/contributions: 404, " in done.stderr
    names = {path.name for path in out.iterdir()}
    assert names == {"convfold-ladder.html", "convfold-wall-layer-2-cat-line-2.html", "index.html"}
    index = (out / "index.html").read_text("utf-8")
    assert all(f'href="{name}"' in index for name in names - {"index.html"})
    page = (out / "convfold-ladder.html").read_text("utf-8")
    assert 'href="https://course.example.org/convfold/ladder"' in page


def test_without_a_server_the_files_name_the_one_of_make_run_and_their_path(tmp_path):
    addresses, out = tmp_path / "addresses.txt", tmp_path / "files"
    addresses.write_text("/ladder?size=96\n", "utf-8")
    done = run(addresses, out, LANGUAGE="de")

    assert done.returncode == 0
    assert "The files name http://127.0.0.1:8000, where `make run` serves" in done.stdout
    page = (out / "convfold-ladder-line-1.html").read_text("utf-8")
    assert 'href="http://127.0.0.1:8000/ladder?size=96' in page
    assert "<code>/ladder?size=96" in page
    index = (out / "index.html").read_text("utf-8")
    assert '<html lang="de"' in index
    assert "<h1>Ansichten als Dateien</h1>" in index
    assert " · Convfold</a>" not in index


def test_the_list_is_in_the_language_of_its_files_or_of_the_operator(monkeypatch):
    spanish, french = Listed("a.html", "Mapa 1", "es"), Listed("b.html", "Carte <1>", "fr")

    assert '<html lang="es"' in index_page([spanish, spanish])
    monkeypatch.delenv("LANGUAGE", raising=False)
    both = index_page([spanish, french])
    assert '<html lang="en"' in both
    assert '<a href="b.html" lang="fr" hreflang="fr">Carte &lt;1&gt;</a>' in both
    monkeypatch.setenv("LANGUAGE", "fr")
    assert '<html lang="fr"' in index_page([spanish, french])
