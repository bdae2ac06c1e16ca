"""Files that are complete or absent, in a folder that is the server's own."""

import contextlib
import fcntl
import os
from pathlib import Path
from tempfile import NamedTemporaryFile

BLOCK = 4096  # bytes that even the smallest file is counted with
PART = ".part"


def make_private(folder: Path) -> None:
    """Make `folder`, readable by the server's user only, and see that it can be written.

    Raises:
        OSError: it cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(PermissionError):  # a mounted volume may belong to someone else
        folder.chmod(0o700)
    with NamedTemporaryFile(dir=folder, suffix=PART):
        pass


def write(path: Path, data: bytes | memoryview) -> None:
    """Write a temporary file next to `path` and move it there.

    Raises:
        OSError: it cannot be written; what was at `path` is still there, and nothing else.
    """
    with NamedTemporaryFile(dir=path.parent, suffix=PART, delete=False) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)  # says to `drop_if_left_over` that its writer lives
            file.write(data)
            file.flush()
            os.replace(file.name, path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise


def drop_if_left_over(path: Path) -> None:
    """Delete a file that `write` began, if the process that wrote it is gone."""
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as file:
        # The system takes the lock away however the process ends.
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        path.unlink()


def bytes_of(path: Path) -> int:
    """Return what a file takes on the disk, in whole blocks; 0 where there is none."""
    try:
        return max(1, -(-path.stat().st_size // BLOCK)) * BLOCK
    except FileNotFoundError:
        return 0
