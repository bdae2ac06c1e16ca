"""How much memory a process that was started here has held at most, where the system says so (Linux)."""

import os
import re
import threading
from pathlib import Path


def newest_child() -> int | None:
    """Return the id of the process that this thread started last and that still runs."""
    children = Path(f"/proc/{os.getpid()}/task/{threading.get_native_id()}/children")
    running = children.read_text().split() if children.exists() else []
    return int(running[-1]) if running else None


def peak_mib(process: int | None) -> float | None:
    """Return the most physical memory that a running process has held since it began."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return None
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status.read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else None
