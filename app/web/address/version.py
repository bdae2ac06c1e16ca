"""The version that addresses carry: the release and a hash of the files that answers are made from."""

import hashlib
from pathlib import Path

from app import __version__

ROOT = Path(__file__).parents[3]
VERSION = "v"  # the field of an address that holds it
FOLDERS = ("app", "templates", "static")


def build_of(root: Path) -> str:
    """Return the release with a short hash of every file below `root` that an answer may depend on."""
    found = hashlib.sha256()
    for path in sorted(path for name in FOLDERS for path in (root / name).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return f"{__version__}-{found.hexdigest()[:10]}"


BUILD = build_of(ROOT)
