"""Makes a folder of files for a course: `make snapshots LIST=addresses.txt`."""

import argparse
import json
import os
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from tools.serving import running_server
from tools.snapshots.addresses import BadLine, Entry, read_list, server_of
from tools.snapshots.index import Listed, index_page, listed

SAVED = re.compile(r'filename="([^"]+)"')
USUAL = "127.0.0.1:8000"  # where `make run` serves; the server of this command ends with it
HEADERS = {"Accept": "application/json", "Host": USUAL}  # so that a refusal is data too


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
    files = [one for one in written if one]
    (asked.out / "index.html").write_text(index_page(files), "utf-8")
    print(f"{asked.out / 'index.html'}  lists {len(files)} of {len(entries)}")
    if not public:
        print(
            f"The files name http://{USUAL}, where `make run` serves on this computer alone; "
            "URL=https://convfold.example.org names your server."
        )
    return 0 if len(files) == len(entries) else 1


def _write(entry: Entry, server: str, asked: argparse.Namespace) -> Listed | None:
    """Write one file; return it as it is listed, or None where the server refuses it, with the reason printed."""
    try:
        with urlopen(Request(f"{server}{entry.file}", headers=HEADERS)) as answer:
            data: bytes = answer.read()
            saved = SAVED.search(answer.headers.get("Content-Disposition", ""))
    except HTTPError as error:
        print(f"{asked.list}: line {entry.line}: {entry.text}: {_reason(error)}", file=sys.stderr)
        return None
    assert saved is not None
    name = _name_of(saved[1], entry)
    (asked.out / name).write_bytes(data)
    print(f"{asked.out / name}  {len(data):,} bytes")
    return listed(name, data)


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
