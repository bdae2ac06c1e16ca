"""What a worker process does with a stranger's file: one job at a time, within limits that the system enforces.

Nothing here runs in the server, except that it names these functions. Limits that a system does not have are
left out.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from app.freed_memory import return_freed_memory
from app.messages import Refusal
from app.untrusted.confinement import confine

Result = TypeVar("Result")

FILES = 200  # after which a worker is replaced
GROWTH = 64 * 2**20  # bytes that a worker may keep beyond its first file, before it is replaced
_FOREVER = 3600  # seconds; the server ends this worker sooner


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What one job may take: bytes of memory beyond what the worker holds, and seconds of CPU time."""

    nbytes: int
    seconds: float


@dataclass(frozen=True, kw_only=True)
class Answer(Generic[Result]):
    """The result of a job, or its error; the CPU seconds it took; and whether its worker should be replaced."""

    result: Result | None
    error: Exception | None
    seconds: float
    spent: bool


class _Worker:
    """The state of this process: prepared at its first job, and counting its files."""

    prepared = False
    files = 0
    first_bytes = 0

    @property
    def is_spent(self) -> bool:
        return self.files >= FILES or _data_bytes() > self.first_bytes + GROWTH


_this = _Worker()


def run(job: Callable[[], Result], allowance: Allowance) -> Answer[Result]:
    """Run a job within its allowance. Beyond its CPU time the system ends this process."""
    _prepare()
    began = time.process_time()
    result, error = None, None
    _limit(allowance)
    try:
        result = job()
    # Whatever goes wrong is the answer: the server decides what becomes of it.
    except Exception as raised:  # noqa: BLE001
        error = raised
        if not isinstance(raised, Refusal):
            error.add_note(traceback.format_exc())
    finally:
        _lift_limits()
    _this.files += 1
    return_freed_memory()
    _this.first_bytes = _this.first_bytes or _data_bytes()
    return Answer(
        result=result, error=error, seconds=time.process_time() - began, spent=_this.is_spent
    )


def warm_up(imports: Callable[[], None]) -> None:
    """Prepare this process ahead of its first file."""
    _prepare()
    imports()


def wait_if_spent() -> None:
    """Wait for the end if this worker should be replaced; otherwise return at once."""
    if _this.is_spent:
        time.sleep(_FOREVER)


def _prepare() -> None:
    if _this.prepared:
        return
    _this.prepared = True
    sys.dont_write_bytecode = True
    confine()


def _limit(allowance: Allowance) -> None:
    if sys.platform == "win32":
        return
    # The timer counts CPU time, of all threads, in finer steps than RLIMIT_CPU; its signal ends the process.
    signal.setitimer(signal.ITIMER_PROF, allowance.seconds)
    if sys.platform == "linux":
        import resource

        # RLIMIT_DATA counts what can be written to, RLIMIT_AS also the addresses that threads only set aside.
        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (_data_bytes() + allowance.nbytes, hard))


def _lift_limits() -> None:
    if sys.platform == "win32":
        return
    signal.setitimer(signal.ITIMER_PROF, 0)
    if sys.platform == "linux":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def _data_bytes() -> int:
    """Return the bytes of memory that this process can write to, as RLIMIT_DATA counts them."""
    if sys.platform != "linux":
        return 0
    pages = Path("/proc/self/statm").read_text().split()[5]
    return int(pages) * os.sysconf("SC_PAGE_SIZE")
