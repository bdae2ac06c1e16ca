"""Static files: those that a page links, made from the modules and style sheets, and sent compressed."""

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import STATIC
from app.web.address.version import BUILD
from app.web.statics import BUILT, NEEDED, NotBuilt, VersionedStatics, check_built

CSS, JS = STATIC / "css", STATIC / "js"
ALONE = ("print.css", "screen.css", "snapshot.css")
SCRIPT = "/static/built/main.js"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
PLAIN = {"Accept-Encoding": "identity"}


def links(text: str) -> list[str]:
    return re.findall(
        r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"', text, re.MULTILINE
    )


def test_every_style_sheet_is_imported_or_stands_alone():
    named = re.findall(r'^@import "(.+)";$', (CSS / "screen.css").read_text(), re.MULTILINE)

    found = {str(path.relative_to(CSS)) for path in CSS.rglob("*.css")}
    assert sorted([*named, *ALONE]) == sorted(found)


def test_a_page_links_two_style_sheets_and_two_scripts(client):
    named = ["".join(one) for one in links(client.get("/about").text)]

    assert [Path(one).name for one in named] == [
        "screen.css",
        "print.css",
        "htmx.min.js",
        "main.js",
    ]
    for one in named:
        answer = client.get(one)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-type"] == (
            "text/css; charset=utf-8" if one.endswith("css") else "text/javascript; charset=utf-8"
        )


def test_the_sheet_of_the_screen_contains_every_other_without_its_comments(client):
    text = client.get("/static/built/screen.css").text

    assert "@import" not in text
    for path in CSS.rglob("*.css"):
        held = COMMENT.sub("", path.read_text()) in text
        assert held is (path.name not in ALONE)
    assert text.index("@layer tokens, reset") < text.index("@layer components")


def test_every_module_is_in_one_of_the_scripts_and_its_source_can_be_read(client):
    maps = [json.loads(path.read_text()) for path in (STATIC / BUILT).glob("*.js.map")]
    joined = [source for one in maps for source in one["sources"]]

    modules = {f"../js/{path.relative_to(JS).as_posix()}" for path in JS.rglob("*.js")}
    alone = {"../js/embed.js", *(one for one in modules if one.startswith("../js/snapshot/"))}
    assert sorted(joined) == sorted(modules - alone)
    for source in joined:
        assert client.get(f"/static/built/{source}").status_code == 200


@pytest.mark.parametrize(
    ("accepts", "coding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("*", "br"),
        ("gzip;q=0", None),
        ("*;q=0.0", None),
        ("identity", None),
        ("br;q=abc, gzip", "gzip"),
        ("gzip;q=2", None),
        ("gzip;q", None),
        ("BR ; Q=1.000", "br"),
        ("br," + " " * 1000, None),
    ],
)
def test_a_script_is_sent_in_the_smallest_coding_that_is_accepted(client, accepts, coding):
    with client.stream("GET", SCRIPT, headers={"Accept-Encoding": accepts}) as answer:
        body = b"".join(answer.iter_raw())

    whole = (STATIC / BUILT / "main.js").read_bytes()
    assert answer.headers.get("content-encoding") == coding
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(body)
    assert len(body) < len(whole) / 3 if coding else body == whole
    if coding == "gzip":
        assert gzip.decompress(body) == whole


def test_what_is_accepted_may_be_said_in_several_lines(client):
    lines = [("Accept-Encoding", "gzip"), ("Accept-Encoding", "br")]

    assert client.head(SCRIPT, headers=lines).headers["content-encoding"] == "br"


def test_each_coding_has_its_own_etag_and_is_revalidated_by_it(client):
    tags = set()
    for accepts in ("br", "gzip", "identity"):
        headers = {"Accept-Encoding": accepts}
        first = client.head(SCRIPT, headers=headers)
        assert first.headers["cache-control"] == "no-cache"
        tags.add(first.headers["etag"])
        again = client.get(SCRIPT, headers={**headers, "If-None-Match": first.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["vary"] == "Accept-Encoding"
        other = client.get(SCRIPT, headers={**headers, "If-None-Match": '"x"'})
        assert other.status_code == 200

    assert len(tags) == 3


@pytest.mark.parametrize("accepts", ["identity", "br"])
@pytest.mark.parametrize("change", ["content", "time", "new"])
def test_a_file_that_changes_under_a_running_server_is_not_kept_by_browsers(
    tmp_path, accepts, change
):
    sheet, copy = tmp_path / "a.css", tmp_path / "a.css.br"
    new = tmp_path / "new.css"
    sheet.write_bytes(b"before")
    copy.write_bytes(b"packed")
    client = TestClient(VersionedStatics(directory=tmp_path), headers={"Accept-Encoding": accepts})
    before = client.head(f"/{BUILD}/a.css")
    for path in (sheet, copy):
        if change == "content":
            path.write_bytes(b"after it")
        elif change == "time":
            os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    new.write_bytes(b"new")
    after = client.head(f"/{BUILD}/{'new' if change == 'new' else 'a'}.css")
    known = {"If-None-Match": after.headers["ETag"]}
    unchanged = client.head(f"/{BUILD}/{'new' if change == 'new' else 'a'}.css", headers=known)

    assert "immutable" in before.headers["Cache-Control"]
    assert (after.status_code, unchanged.status_code) == (200, 304)
    assert after.headers["Cache-Control"] == unchanged.headers["Cache-Control"] == "no-cache"


def test_a_picture_is_not_compressed_again(client):
    answer = client.get("/static/samples/cat.jpg")

    assert answer.headers.get("content-encoding") is None
    assert "vary" not in answer.headers


def test_a_script_is_served_like_other_files(client):
    head = client.head(SCRIPT, headers=PLAIN)
    assert head.status_code == 200
    assert int(head.headers["content-length"]) == len(client.get(SCRIPT).content)
    assert client.post(SCRIPT).status_code == 405


@pytest.mark.parametrize("missing", NEEDED)
def test_a_missing_script_or_sheet_is_named_with_the_command_that_builds_it(tmp_path, missing):
    (tmp_path / BUILT).mkdir()
    for name in set(NEEDED) - {missing}:
        (tmp_path / BUILT / name).touch()

    with pytest.raises(NotBuilt, match=rf"{missing} is missing: `make run` builds it"):
        check_built(tmp_path)
    (tmp_path / BUILT / missing).touch()
    check_built(tmp_path)


def test_the_server_does_not_start_without_its_scripts(tmp_path):
    code = (
        "import pathlib, sys, app.main;"
        f"app.main.STATIC = pathlib.Path({str(tmp_path)!r});"
        "sys.argv = ['app', '--port', '0'];"
        "import app.__main__; sys.exit(app.__main__.main())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)

    assert done.returncode == 2
    assert done.stderr.startswith("Convfold cannot start. ")
    assert "make run" in done.stderr
