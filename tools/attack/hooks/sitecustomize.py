"""Makes the picture decoder fail in worker processes: Python imports this module when it starts and finds it.

Only a picture with one of the words of `MISHAPS` behind `SIGN` near its start is touched, and only outside of the
process that serves. So nothing of this is in the product.
"""

import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any

SIGN = b"decoder must "
HEAD_BYTES = 4096
STEP_BYTES = 2**24


def crash() -> None:
    """End as a faulty decoder does."""
    os.kill(os.getpid(), signal.SIGSEGV)


def hang() -> None:
    """Wait for ever without using the processor."""
    while True:
        time.sleep(60)


def spin() -> None:
    """Compute for ever."""
    while True:
        pass


def swell() -> None:
    """Take memory until there is none."""
    held = []
    while True:
        held.append(b"x" * STEP_BYTES)


def leave() -> None:
    """End as if everything was in order."""
    os._exit(0)


MISHAPS: dict[bytes, Callable[[], None]] = {
    one.__name__.encode(): one for one in (crash, hang, spin, swell, leave)
}


def happen(head: bytes) -> None:
    """Do what the first bytes of a picture ask for."""
    _, found, word = head.partition(SIGN)
    if found:
        MISHAPS[word[:5].rstrip(b".")]()


def install() -> None:
    """Let every picture that Pillow opens be looked at first, by whatever plugin."""
    from PIL import ImageFile

    really_start = ImageFile.ImageFile.__init__

    def start(self: ImageFile.ImageFile, fp: Any, filename: Any = None) -> None:
        head = fp.read(HEAD_BYTES)
        fp.seek(0)
        happen(head)
        really_start(self, fp, filename)

    ImageFile.ImageFile.__init__ = start  # type: ignore[method-assign]


def serves() -> bool:
    """Tell whether this process is the server, not one of its workers."""
    return sys.orig_argv[1:3] == ["-m", "app"]


if __name__ == "sitecustomize" and not serves():  # not where a tool imports it for its words
    install()
