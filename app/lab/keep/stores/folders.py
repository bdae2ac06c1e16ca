"""Files that are either complete or absent, in a folder private to the server."""

import contextlib
import fcntl
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

BLOCK = 4096  # bytes that even the smallest file counts as
PART = ".part"


def make_private(folder: Path) -> None:
    """Create `folder`, readable only by the server's user, and check that it can be written.

    Raises:
        OSError: it cannot be created or written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(PermissionError):  # a mounted volume may belong to someone else
        folder.chmod(0o700)
    with NamedTemporaryFile(dir=folder, suffix=PART):
        pass


def write(path: Path, data: bytes | memoryview) -> None:
    """Write a temporary file next to `path` and move it there.

    Raises:
        OSError: it cannot be written; a file that was at `path` before is unchanged, and nothing else is left.
    """
    with NamedTemporaryFile(dir=path.parent, suffix=PART, delete=False) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # tells `drop_if_left_over` that the writer is alive
            file.write(data)
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def drop_if_left_over(path: Path) -> None:
    """Delete a file that `write` started, if the process that wrote it is gone."""
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        # The system releases the lock however the process ends.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def bytes_of(path: Path) -> int:
    """Return the disk space of a file, in bytes of whole blocks; 0 if it does not exist."""
    try:
        return max(1, -(-path.stat().st_size // BLOCK)) * BLOCK
    except FileNotFoundError:
        return 0
