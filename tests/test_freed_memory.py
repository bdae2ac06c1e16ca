"""The C library keeps less of what is freed."""

import os
import subprocess
import sys
from textwrap import dedent

import pytest

from app.freed_memory import SETTINGS

ARENAS = """
    import ctypes, sys, threading
    from app.freed_memory import keep_less_freed_memory

    if sys.argv[1] == "set":
        keep_less_freed_memory()
    library = ctypes.CDLL(None)
    library.malloc.restype, library.fopen.restype = ctypes.c_void_p, ctypes.c_void_p
    barrier = threading.Barrier(6)

    def allocate():
        barrier.wait()
        library.malloc(ctypes.c_size_t(1000))
        barrier.wait()

    threads = [threading.Thread(target=allocate) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    file = ctypes.c_void_p(library.fopen(b"/dev/stdout", b"w"))
    library.malloc_info(0, file)
    library.fclose(file)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the settings are those of glibc")
def test_six_threads_share_two_arenas():
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS}

    def arenas(how: str) -> int:
        command = [sys.executable, "-c", dedent(ARENAS), how]
        done = subprocess.run(command, capture_output=True, check=True, env=environment)
        return done.stdout.count(b"<heap nr=")

    assert arenas("not set") > 2
    assert arenas("set") == 2


def test_what_the_environment_sets_stays():
    program = "import os, app.freed_memory as m; m.keep_less_freed_memory(); print(os.environ['MALLOC_ARENA_MAX'])"
    environment = {**os.environ, "MALLOC_ARENA_MAX": "5"}

    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        check=True,
        env=environment,
        text=True,
    )

    assert done.stdout.strip() == "5"
