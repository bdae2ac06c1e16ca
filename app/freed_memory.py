"""Gives memory back to the system, which the C library would keep: hundreds of MiB after large files and views.

Only glibc has these functions; with another library nothing here has an effect.
"""

import ctypes
import os
import sys

# Variables that glibc reads when a process starts, and the numbers of the same settings in mallopt(3).
SETTINGS = {
    "MALLOC_ARENA_MAX": (-8, 2),
    "MALLOC_TRIM_THRESHOLD_": (-1, 16 * 2**20),
    "MALLOC_MMAP_THRESHOLD_": (-3, 4 * 2**20),
}


def keep_less_freed_memory() -> None:
    """Let this process and the workers that it starts keep less; what the environment sets stays.

    It works for what is allocated afterwards, so call it before there are threads.
    """
    set_now = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    for name, (number, value) in SETTINGS.items():
        if name not in os.environ and set_now is not None:
            set_now(number, value)
            os.environ[name] = str(value)


def return_freed_memory() -> None:
    """Make the C library return what is free now."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
