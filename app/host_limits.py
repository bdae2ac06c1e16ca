"""What the host grants this process: cores and memory, as its control group limits them.

`os.process_cpu_count` of Python 3.13 knows the affinity of a process, but not the quota that a container has.
"""

import math
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.messages import Message, sentence

MIB = 2**20
# Measured; docs/self-hosting.md has the figures.
BASE_MIB = 768  # the process, its caches, and pictures that are being decoded
THREAD_MIB = 224  # the most that one thread adds, with the largest pictures and layers
V1_UNLIMITED = (
    2**62
)  # version 1 of control groups writes a number of about 2**63 where nothing is limited


@dataclass(frozen=True, kw_only=True)
class HostLimits:
    """What is granted: the cores, how many of them as a quota, and the memory in bytes. None means no limit."""

    cores: int
    quota: float | None = None
    memory: int | None = None

    @property
    def threads(self) -> int:
        """Return how many computing threads fit: at least one, and never more than the cores."""
        return max(1, min(self._by_cores(), self._by_memory()))

    def reason(self) -> Message:
        """Say why that many threads fit."""
        if self._by_memory() < self._by_cores():
            return sentence(
                "{mib} MiB of memory, with {base} for the server and {each} for each thread",
                mib=(self.memory or 0) // MIB,
                base=BASE_MIB,
                each=THREAD_MIB,
            )
        if self.quota is not None and self.quota < self.cores:
            return sentence(
                "the control group grants {quota} of {cores} cores",
                quota=f"{self.quota:.3g}",
                cores=self.cores,
            )
        return sentence("one for each core")

    def _by_cores(self) -> int:
        return self.cores if self.quota is None else min(self.cores, math.ceil(self.quota))

    def _by_memory(self) -> int:
        return self.cores if self.memory is None else (self.memory // MIB - BASE_MIB) // THREAD_MIB


def host_limits(root: Path = Path("/")) -> HostLimits:
    """Return what this process may use. `root` is the folder that contains `proc` and `sys`."""
    folders = set(_folders(root))
    quotas = [quota for folder in folders for quota in _quotas(folder)]
    memories = [memory for folder in folders for memory in _memories(folder)]
    return HostLimits(
        cores=_cores(),
        quota=min(quotas, default=None),
        memory=min([*memories, *_physical_memory()], default=None),
    )


def _folders(root: Path) -> Iterator[Path]:
    """Yield the folders of the control groups that this process is in, and of all groups around them.

    A container may see its path on the host, but its own files at the top: then those below are missing.
    """
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        for controller in controllers.split(","):  # empty in version 2, which has one tree for all
            top = root / "sys/fs/cgroup" / controller
            parts = [part for part in path.split("/") if part not in ("", "..")]
            for length in range(len(parts) + 1):
                yield top.joinpath(*parts[:length])


def _quotas(folder: Path) -> Iterator[float]:
    with suppress(ValueError, ZeroDivisionError):  # also where the quota is the word max
        quota, period = map(int, _text(folder / "cpu.max").split())
        yield quota / period
    with suppress(ValueError, ZeroDivisionError):
        quota = int(_text(folder / "cpu.cfs_quota_us"))
        if quota > 0:  # -1 means no limit
            yield quota / int(_text(folder / "cpu.cfs_period_us"))


def _memories(folder: Path) -> Iterator[int]:
    for name in ("memory.max", "memory.limit_in_bytes"):
        with suppress(ValueError):
            limit = int(_text(folder / name))
            if limit < V1_UNLIMITED:
                yield limit


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError:
        return ""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def _physical_memory() -> Iterator[int]:
    with suppress(AttributeError, ValueError, OSError):  # Windows and others have no such names
        yield os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
