"""The throughput of replicas, measured with wrk."""

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.scale.programs import LOAD, find

SECONDS = 6
CONNECTIONS = 16
TURNS = """
local addresses = {%s}
local turn = 0
request = function()
  turn = turn + 1
  return wrk.format("GET", (addresses[turn %% #addresses + 1]:gsub("TURN", turn)))
end
"""


@dataclass(frozen=True)
class Throughput:
    """Answers per second, the number of failures, and the CPU time of the replicas for each answer, in ms."""

    a_second: float
    bad: int
    core_ms: float


def measure(
    address: str, paths: Sequence[str], folder: Path, replicas: Sequence[int]
) -> Throughput:
    """Request `paths` in turn; TURN in a path is replaced by a number that is different each time.

    `replicas` are the process ids of the replicas.
    """
    before = sum(map(core_seconds, replicas))
    told = _asked_by_wrk(address, paths, folder)
    spent = sum(map(core_seconds, replicas)) - before
    errors = re.search(
        r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", told
    )
    statuses = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    count, rate = (
        re.search(r"(\d+) requests in", told),
        re.search(r"Requests/sec:\s+([\d.]+)", told),
    )
    assert count, told
    assert rate, told
    bad = sum(map(int, errors.groups())) if errors else 0
    return Throughput(
        a_second=float(rate[1]),
        bad=bad + (int(statuses[1]) if statuses else 0),
        core_ms=1000 * spent / max(int(count[1]), 1),
    )


def core_seconds(process: int) -> float:
    """Return the CPU time of a process since it started, in seconds."""
    # Fields 14 and 15 of proc(5), counted after the name, which may contain anything.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _asked_by_wrk(address: str, paths: Sequence[str], folder: Path) -> str:
    script = folder / "turns.lua"
    script.write_text(TURNS % ", ".join(f'"{path}"' for path in paths))
    program = find(LOAD)
    many = ["-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "--timeout", "30s", "-s", str(script)]
    done = subprocess.run(
        [program.path, *many, address],
        env=program.environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS + 60,
    )
    return done.stdout
