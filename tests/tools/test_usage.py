"""Memory and CPU time are those of a process and all that descend from it."""

import os
import subprocess
import sys

import pytest

from tools.usage import Times, all_times, busy_s, cpu_s, family, memory_mib, read_times

HOLDING = "import sys; held = b'x' * (64 * 2**20); print('ready', flush=True); sys.stdin.read()"
PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDING!r}])"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux counts them")


def test_a_stat_file_is_read_whatever_the_program_is_called():
    ticks = os.sysconf("SC_CLK_TCK")

    found = read_times("42 (a (b) c) S 7 0 0 0 0 0 0 0 0 0 100 20 3 4 20 0 1")

    assert found.parent == 7
    assert found.cpu_s == pytest.approx(127 / ticks)


def test_the_machine_works_when_it_is_not_idle_and_does_not_wait():
    ticks = os.sysconf("SC_CLK_TCK")

    found = busy_s("cpu  100 2 30 999 888 4 5 6 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n")

    assert found == pytest.approx(147 / ticks)


def test_the_family_of_a_process_holds_all_generations_and_nobody_else():
    times = {1: Times(0, 0), 5: Times(1, 0), 6: Times(5, 0), 7: Times(6, 0), 8: Times(1, 0)}

    assert family(5, times) == [5, 6, 7]


def test_the_memory_of_a_grandchild_counts():
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        child.stdout.readline()
        members = family(child.pid, all_times())
        found = memory_mib(child.pid)
        child.stdin.close()

    assert len(members) == 2
    assert found > 64


def test_the_cpu_time_of_a_child_that_ended_counts():
    before = cpu_s(os.getpid())
    work = "import time\nwhile time.process_time() < 0.5: pass"

    subprocess.run([sys.executable, "-c", work], check=True)

    assert cpu_s(os.getpid()) - before >= 0.45


def test_a_process_that_is_gone_takes_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        child.wait()

    assert memory_mib(child.pid) == 0
    assert cpu_s(child.pid) == 0
