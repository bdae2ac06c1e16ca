"""A job in a worker process: its limits hold, and what becomes of it is nobody else's matter."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from app.messages import sentence
from app.untrusted import worker
from app.untrusted.pictures.errors import PictureTooLarge
from app.untrusted.pool import JobAbandoned, JobFailed, JobTimedOut, Workers
from app.untrusted.worker import Allowance

MIB = 2**20
ROOT = Path(__file__).parents[2]
PATIENCE = 30
ALLOWED = Allowance(nbytes=64 * MIB, seconds=1)
BRIEFLY = Allowance(nbytes=64 * MIB, seconds=0.1)
# Asks the kernel for its version of Landlock (landlock(7)).
HAS_LANDLOCK = sys.platform == "linux" and ctypes.CDLL(None).syscall(444, None, 0, 1) >= 1
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="the limit is one of Linux")


def nothing() -> None:
    """Nothing has to be imported ahead."""


def refuse() -> None:
    raise PictureTooLarge(sentence("{given} is too much; 2 would work.", given=3))


def multiply_for_ever() -> None:
    while True:
        pow(3, 10_000)


def write_a_file(path: Path) -> None:
    path.write_bytes(b"x")


def open_files() -> list[str]:
    return [os.readlink(f"/proc/self/fd/{name}") for name in os.listdir("/proc/self/fd")[:-1]]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with closing(Workers(2, imports=nothing)) as pool:
        yield pool


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.02)


def is_running(process: int | None) -> bool:
    status = Path(f"/proc/{process}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_a_job_is_done_in_another_process(workers):
    answer = workers.run(os.getpid, ALLOWED)

    assert answer.result != os.getpid()
    assert answer.error is None


def test_workers_that_were_started_are_kept(workers):
    workers.start()

    assert len({workers.run(os.getpid, ALLOWED).result for _ in range(20)}) <= 2


def test_a_refusal_comes_back_as_it_was_raised(workers):
    error = workers.run(refuse, ALLOWED).error

    assert type(error) is PictureTooLarge
    assert str(error) == "3 is too much; 2 would work."


def test_another_error_comes_back_with_its_traceback(workers):
    error = workers.run(partial(int, "seven"), ALLOWED).error

    assert type(error) is ValueError
    assert "in run" in error.__notes__[0]


@pytest.mark.parametrize(
    "job",
    [
        partial(ctypes.string_at, 0),
        os.abort,
        partial(os._exit, 0),
        pytest.param(multiply_for_ever, id="more than its CPU time"),
    ],
)
def test_a_job_that_ends_its_worker_costs_nobody_else_anything(workers, job):
    with ThreadPoolExecutor(1) as other:
        slow = other.submit(workers.run, partial(time.sleep, 0.5), ALLOWED)
        with pytest.raises(JobFailed):
            workers.run(job, BRIEFLY)

        assert slow.result().error is None
    assert workers.run(os.getpid, ALLOWED).result


def test_a_job_that_waits_for_ever_is_ended(workers):
    with pytest.raises(JobTimedOut):
        workers.run(partial(time.sleep, 600), BRIEFLY)

    assert workers.run(os.getpid, ALLOWED).result


@on_linux
def test_a_job_gets_no_more_memory_than_it_is_allowed(workers):
    enough = workers.run(partial(len, bytes(40 * MIB)), Allowance(nbytes=MIB, seconds=1))
    too_much = workers.run(partial(bytes, 80 * MIB), ALLOWED)

    assert enough.result == 40 * MIB  # what the job is given is not counted
    assert isinstance(too_much.error, MemoryError)
    assert workers.run(partial(bytearray, 40 * MIB), ALLOWED).error is None


def test_a_job_that_nobody_waits_for_ends_with_its_worker(workers, tmp_path):
    before = workers.run(os.getpid, ALLOWED).result
    ends = time.monotonic() + PATIENCE

    with pytest.raises(JobAbandoned):
        workers.run(
            partial(time.sleep, 600), Allowance(nbytes=MIB, seconds=600), is_abandoned=lambda: True
        )

    assert workers.run(os.getpid, ALLOWED).result != before
    assert time.monotonic() < ends


def test_workers_are_replaced_after_many_files_and_no_job_is_lost_with_them(workers):
    count = 2 * worker.FILES + 50
    with ThreadPoolExecutor(2) as senders:
        answers = list(senders.map(lambda _: workers.run(os.getpid, ALLOWED), range(count)))

    by = [answer.result for answer in answers]
    assert all(answer.error is None for answer in answers)
    assert len(set(by)) > 2
    assert max(map(by.count, by)) < worker.FILES + 50


@on_linux
def test_a_worker_fills_no_file(workers, tmp_path):
    error = workers.run(partial(write_a_file, tmp_path / "file"), ALLOWED).error

    assert isinstance(error, OSError)
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) == 0


@on_linux
def test_a_worker_has_none_of_the_files_of_the_server(tmp_path):
    with (tmp_path / "secret").open("w") as ours, socket.socket() as listening:
        for one in (ours, listening):
            os.set_inheritable(one.fileno(), True)
        with closing(Workers(1, imports=nothing)) as others:
            found = others.run(open_files, ALLOWED).result

    assert found
    assert {one.partition(":")[0] for one in found} <= {"pipe", os.devnull}


@pytest.mark.skipif(not HAS_LANDLOCK, reason="this kernel has no Landlock")
def test_a_worker_changes_no_file_starts_nothing_and_keeps_off_the_server(workers, tmp_path):
    kept = tmp_path / "kept"
    kept.write_text("kept")
    jobs: list[Callable[[], object]] = [
        partial(os.unlink, kept),
        partial(os.truncate, kept, 0),
        partial(os.rename, kept, tmp_path / "other"),
        partial(os.mkdir, tmp_path / "folder"),
        partial(write_a_file, tmp_path / "file"),
        partial(subprocess.check_call, [sys.executable, "--version"]),
        partial(os.open, f"/proc/{os.getpid()}/mem", os.O_RDONLY),
        partial(os.kill, os.getpid(), 0),
    ]

    errors = [workers.run(job, ALLOWED).error for job in jobs]

    assert [type(error) for error in errors] == [PermissionError] * len(jobs)
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    assert kept.read_text() == "kept"


@on_linux
def test_ctrl_c_leaves_the_workers_to_the_server(workers):
    process = workers.run(os.getpid, ALLOWED).result
    os.kill(process, signal.SIGINT)

    assert all(workers.run(os.getpid, ALLOWED).error is None for _ in range(4))
    assert is_running(process)


@on_linux
def test_a_worker_ends_with_its_server_even_in_the_middle_of_a_job():
    script = (
        "import os, threading, time\n"
        "from functools import partial\n"
        "from app.untrusted.pool import Workers\n"
        "from app.untrusted.worker import Allowance\n"
        "if __name__ == '__main__':\n"
        "    workers, allowed = Workers(1, imports=int), Allowance(nbytes=2**26, seconds=600)\n"
        "    print(workers.run(os.getpid, allowed).result, flush=True)\n"
        "    workers.run(partial(time.sleep, 600), allowed)\n"
    )
    server = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE)
    with server:
        assert server.stdout
        process = int(server.stdout.readline())
        assert is_running(process)
        server.kill()

    until(lambda: not is_running(process))


def test_closed_workers_are_gone():
    pool = Workers(1, imports=nothing)
    process = pool.run(os.getpid, ALLOWED).result

    pool.close()

    if sys.platform == "linux":
        until(lambda: not is_running(process))
