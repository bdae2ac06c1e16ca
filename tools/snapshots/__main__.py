"""Makes a folder of files for a course: `make snapshots LIST=addresses.txt`."""

import argparse
import json
import os
import re
import sys
from html import escape, unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tools.serving import running_server
from tools.snapshots.addresses import BadLine, Entry, read_list, server_of

SAVED = re.compile(r'filename="([^"]+)"')
AS_DATA = {"Accept": "application/json"}  # so that a refusal is data too
TITLE = re.compile(r"<title>([^<]*)</title>")
INDEX = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Snapshots</title>
<h1>Snapshots</h1>
<ul>
{lines}
</ul>
</html>
"""


def main() -> int:
    """Serve this checkout, write a file for each address, and a page that lists them; 1 where an address fails."""
    asked = _arguments()
    try:
        entries = read_list(asked.list)
    except (BadLine, OSError, UnicodeDecodeError) as error:
        print(f"{asked.list}: {error}", file=sys.stderr)
        return 1
    if not entries:
        print(f"{asked.list} has no address.", file=sys.stderr)
        return 1
    public = (asked.url or server_of(entries) or os.environ.get("PUBLIC_URL", "")).rstrip("/")
    asked.out.mkdir(parents=True, exist_ok=True)
    with (
        TemporaryDirectory() as folder,
        running_server(Path(folder), _environment(public)) as address,
    ):
        written = [_write(entry, f"{address}{_below(public)}", asked) for entry in entries]
    titles = [one for one in written if one]
    lines = "\n".join(
        f'<li><a href="{escape(name)}">{escape(title)}</a></li>' for name, title in titles
    )
    (asked.out / "index.html").write_text(INDEX.format(lines=lines), "utf-8")
    print(f"{asked.out / 'index.html'}  lists {len(titles)} of {len(entries)}")
    if not public:
        print(
            "The files name the server of this command; URL=https://convfold.example.org names yours."
        )
    return 0 if len(titles) == len(entries) else 1


def _write(entry: Entry, server: str, asked: argparse.Namespace) -> tuple[str, str] | None:
    """Write one file; return its name and title, or None where the server refuses it, with the reason printed."""
    try:
        with urlopen(Request(f"{server}{entry.file}", headers=AS_DATA)) as answer:
            data: bytes = answer.read()
            saved = SAVED.search(answer.headers.get("Content-Disposition", ""))
    except HTTPError as error:
        print(f"{asked.list}: line {entry.line}: {entry.text}: {_reason(error)}", file=sys.stderr)
        return None
    assert saved is not None
    name = _name_of(saved[1], entry)
    (asked.out / name).write_bytes(data)
    print(f"{asked.out / name}  {len(data):,} bytes")
    title = TITLE.search(data[:20_000].decode(errors="replace"))
    return name, unescape(title[1]) if title else name


def _name_of(name: str, entry: Entry) -> str:
    """Return the name; with settings, which the name does not say, also the number of the line."""
    return f"{name.removesuffix('.html')}-line-{entry.line}.html" if entry.query else name


def _reason(error: HTTPError) -> str:
    try:
        message: str = json.load(error)["message"]
    except (ValueError, KeyError):
        message = str(error.reason)
    return f"{error.code}, {message}"


def _below(public: str) -> str:
    return urlsplit(public).path.rstrip("/")


def _environment(public: str) -> dict[str, str]:
    parts = urlsplit(public)
    if not parts.scheme:
        return {}
    return {"PUBLIC_URL": f"{parts.scheme}://{parts.netloc}", "ROOT_PATH": _below(public)}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make snapshots", description=__doc__)
    parser.add_argument("list", type=Path, help="a file with one address a line")
    parser.add_argument(
        "--out", type=Path, default=Path("build/snapshots"), help="the folder to write"
    )
    parser.add_argument(
        "--url", default="", help="the address of your server, which the files name"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
