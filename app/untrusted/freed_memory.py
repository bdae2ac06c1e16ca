"""Gives memory back to the system, which the C library would keep: hundreds of MiB after large files."""

import ctypes
import sys


def return_freed_memory() -> None:
    """Make the C library return freed memory. Only glibc has this function; elsewhere this does nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
