"""Takes from a worker process what it does not need. What a system cannot take is left to it."""

import ctypes
import os
import signal
import struct
import sys

_OPEN_FILES = 32
_NICE = 5  # so that a page gets about three times the time of a file, where both want the same core
_NO_NEW_PRIVILEGES, _DIE_WITH_PARENT = 38, 1  # prctl(2)
# Landlock (landlock(7)): the numbers of its calls, which are the same on every machine, and what it can deny.
_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
_EXECUTE, _WRITE, _REFER, _TRUNCATE = 1 << 0, 1 << 1, 1 << 13, 1 << 14
_REMOVE_AND_MAKE = sum(1 << bit for bit in range(4, 13))
_BIND_AND_CONNECT = 3
_ABSTRACT_SOCKETS_AND_SIGNALS = 3


def confine() -> None:
    """Give up writing files and more, for good. On Linux, the process also ends with its parent."""
    for asked_to_stop in (
        signal.SIGINT,
        signal.SIGTERM,
    ):  # the server finishes, and then ends its workers
        signal.signal(asked_to_stop, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # decoders written in C complain there
    if sys.platform != "win32":
        import resource

        os.nice(_NICE)
        for which, most in (
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NOFILE, _OPEN_FILES),
        ):
            resource.setrlimit(which, (most, most))
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        libc.prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
        _deny(libc)


def _deny(libc: ctypes.CDLL) -> None:
    """Deny changes of files, programs, TCP and signals to others, as far as this kernel knows them.

    It also denies the memory of processes that are not so confined, such as the server.
    """
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return
    files = _EXECUTE | _WRITE | _REMOVE_AND_MAKE
    files |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    denied = struct.pack("=Q", files)
    if version >= 4:
        denied += struct.pack("=Q", _BIND_AND_CONNECT)
    if version >= 6:
        denied += struct.pack("=Q", _ABSTRACT_SOCKETS_AND_SIGNALS)
    ruleset = libc.syscall(_CREATE_RULESET, denied, ctypes.c_size_t(len(denied)), 0)
    if ruleset >= 0:
        libc.syscall(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
