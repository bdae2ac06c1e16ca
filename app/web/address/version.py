"""The build in addresses: the release and a hash of all files that affect answers."""

import hashlib
from pathlib import Path

from app import __version__

ROOT = Path(__file__).parents[3]
VERSION = "v"  # the query field for the build
FOLDERS = ("app", "templates", "static")


def build_of(root: Path) -> str:
    """Return the release and a short hash of all files below `root` that may affect an answer."""
    found = hashlib.sha256()
    for path in sorted(path for name in FOLDERS for path in (root / name).rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            found.update(f"{path.relative_to(root).as_posix()} {content}\n".encode())
    return f"{__version__}-{found.hexdigest()[:10]}"


BUILD = build_of(ROOT)
