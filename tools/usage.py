"""The memory and CPU time of a server and all its processes, as Linux counts them."""

import os
import re
import signal
import time
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from tools.background import measured

PROCESSES = Path("/proc")
PAUSE_S = 0.05
LONGEST_S = 600  # after this the measuring process ends by itself
CEILING_MIB = 4096  # a server that takes more is ended, for the sake of the machine
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PSS = re.compile(r"^Pss:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Times:
    """A process in its `stat` file: its parent, and its CPU seconds with those of the children that ended."""

    parent: int
    cpu_s: float


def memory_watched(server: int) -> AbstractContextManager[list[float]]:
    """Sample the memory of all processes during the context; afterwards the list has the MiB."""
    return measured(_sample, server)


def memory_mib(server: int) -> float:
    """Return the sum of PSS of a server and all its processes, in MiB.

    PSS counts each page once: a page that n processes share counts 1/n in each of them.
    """
    return sum(map(_pss_mib, family(server, all_times())))


def cpu_s(server: int) -> float:
    """Return the CPU seconds of a server and all its processes, including those that ended."""
    times = all_times()
    return sum(times[one].cpu_s for one in family(server, times) if one in times)


def machine_cpu_s() -> float:
    """Return the CPU seconds that the whole machine has worked since its start, in all processes."""
    return busy_s((PROCESSES / "stat").read_text())


def busy_s(stat: str) -> float:
    """Read the working time from the text of /proc/stat (proc_stat(5))."""
    user, nice, system, _, _, irq, softirq, steal = map(int, stat.split()[1:9])
    return TICK_S * (user + nice + system + irq + softirq + steal)


def family(first: int, times: dict[int, Times]) -> list[int]:
    """Return a process and all that descend from it."""
    found = [first]
    for parent in found:  # the list grows during the loop
        found += [one for one, its in times.items() if its.parent == parent]
    return found


def all_times() -> dict[int, Times]:
    """Return the times of every process of the machine, by its id."""
    found = {}
    for folder in PROCESSES.iterdir():
        if folder.name.isdecimal():
            with suppress(OSError):  # it ended in the meantime
                found[int(folder.name)] = read_times((folder / "stat").read_text())
    return found


def read_times(stat: str) -> Times:
    """Read the text of a `stat` file (proc_pid_stat(5))."""
    fields = stat.rpartition(")")[2].split()  # the name of the program may hold spaces and brackets
    parent, ticks = fields[1], fields[11:15]  # of itself and of its ended children, user and system
    return Times(int(parent), TICK_S * sum(map(int, ticks)))


def _sample(orders: Connection, server: int) -> None:
    taken: list[float] = []
    ends = time.monotonic() + LONGEST_S
    orders.send("began")
    while not orders.poll(PAUSE_S) and time.monotonic() < ends:
        taken.append(memory_mib(server))
        if taken[-1] > CEILING_MIB:
            with suppress(ProcessLookupError):
                os.kill(server, signal.SIGKILL)
    orders.send(taken)


def _pss_mib(process: int) -> float:
    try:
        found = PSS.search((PROCESSES / str(process) / "smaps_rollup").read_text())
    except OSError:  # it ended in the meantime
        return 0
    return int(found[1]) / 1024 if found else 0
