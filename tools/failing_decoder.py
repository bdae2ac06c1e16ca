"""A server whose decoder fails as a file tells it to: `python -m tools.failing_decoder --port 8000`.

A picture that is followed by one of the `FAILURES`, as text, makes the decoder crash, hang, swell or exit. The
product has no such switch: this server is given another decoder, and only here.
"""

import ctypes
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import app.__main__
from app.lab.keep import decoding
from app.untrusted.pictures.decode import Picture
from app.untrusted.pictures.decode import decode as real_decode


def _spin() -> None:
    while True:
        pow(3, 10_000)


FAILURES: dict[str, Callable[[], object]] = {
    "crash": partial(ctypes.string_at, 0),
    "abort": os.abort,
    "exit": partial(os._exit, 0),
    "spin": _spin,
    "hang": partial(time.sleep, 600),
    "swell": partial(bytearray, 2**34),
}


def decode(data: bytes, **options: Any) -> Picture:
    """Decode a file, unless its end names a failure."""
    for name, fail in FAILURES.items():
        if data.endswith(name.encode()):
            fail()
    return real_decode(data, **options)


def main() -> int:
    """Run the server."""
    from tools import failing_decoder  # by this name, workers find it

    vars(decoding)["decode"] = failing_decoder.decode
    return app.__main__.main()


if __name__ == "__main__":
    sys.exit(main())
