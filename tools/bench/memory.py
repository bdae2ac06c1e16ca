"""The peak memory of a process started here, where the system reports it (Linux)."""

import os
import re
import threading
from pathlib import Path


def newest_child() -> int | None:
    """Return the id of the process that this thread started most recently and that still runs."""
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children")
    running = children.read_text().split() if children.exists() else []
    return int(running[-1]) if running else None


def peak_mib(process: int | None) -> float | None:
    """Return the peak resident memory of a running process, in MiB."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else None
