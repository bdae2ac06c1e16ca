"""Runs jobs on strangers' files in worker processes. The loss of a worker fails only its own job.

The processes are those of anyio's `to_process`: fresh interpreters, started by exec, without sockets or files of
the server, and spoken to by pipes. They belong to an event loop, which has a thread here.
"""

import threading
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import ExitStack, suppress
from typing import Any, TypeVar

from anyio import BrokenWorkerProcess, CapacityLimiter, fail_after, move_on_after, to_process
from anyio.from_thread import BlockingPortal, start_blocking_portal

from app.untrusted import worker
from app.untrusted.worker import Allowance, Answer

Result = TypeVar("Result")

MOST_WORKERS = 4  # each takes about 20 MiB when it does nothing
_PATIENCE = 6  # times the CPU time that a job may take, by the clock: others use the cores as well
_START_SECONDS = 3.0  # in addition, for a worker that has to start
_RETIRE_SECONDS = 0.1  # a worker that goes on with its work answers much sooner
_POLL_SECONDS = 0.25


class JobFailed(Exception):
    """The worker crashed, or the system ended it because the job took too much CPU time."""


class JobTimedOut(JobFailed):
    """The job took too long by the clock, which may also be because the machine is busy."""


class JobAbandoned(Exception):
    """Nobody waits for the result any more. Its worker was ended."""


class Workers:
    """At most `count` worker processes, kept from job to job. Safe to share between threads.

    `imports` is run once in each worker ahead of its first job. Workers start with `start` or the first job.
    """

    def __init__(self, count: int, *, imports: Callable[[], None]) -> None:
        self._count = min(count, MOST_WORKERS)
        self._imports = imports
        self._places = CapacityLimiter(self._count)
        self._held = ExitStack()
        self._started: BlockingPortal | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Start all workers, and wait until they are ready."""
        portal = self._portal()
        for started in [portal.start_task_soon(self._warm_up) for _ in range(self._count)]:
            started.result()

    def run(
        self,
        job: Callable[[], Result],
        allowance: Allowance,
        *,
        is_abandoned: Callable[[], bool] | None = None,
    ) -> Answer[Result]:
        """Run a job, which can be pickled, in a worker. `is_abandoned` is asked now and then.

        Raises:
            JobFailed, JobTimedOut: the job cost its worker; there is another for the next.
            JobAbandoned: `is_abandoned` said so.
        """
        portal = self._portal()
        running = portal.start_task_soon(self._run, job, allowance)
        while is_abandoned is not None and not wait((running,), _POLL_SECONDS).done:
            if is_abandoned():
                running.cancel()
                raise JobAbandoned
        try:
            answer: Answer[Result] = running.result()
        except JobFailed:
            portal.start_task_soon(self._warm_up)
            raise
        if answer.spent:
            portal.start_task_soon(self._replace)
        return answer

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._started = None
            self._held.close()

    def _portal(self) -> BlockingPortal:
        with self._lock:
            if self._started is None:
                self._started = self._held.enter_context(start_blocking_portal(name="workers"))
            return self._started

    async def _run(self, job: Callable[[], Any], allowance: Allowance) -> Answer[Any]:
        async with self._places:
            try:
                with fail_after(_START_SECONDS + _PATIENCE * allowance.seconds):
                    return await _in_worker(worker.run, job, allowance)
            except TimeoutError as error:
                raise JobTimedOut from error
            except BrokenWorkerProcess as error:
                raise JobFailed from error

    async def _warm_up(self) -> None:
        async with self._places:
            await _in_worker(worker.warm_up, self._imports)

    async def _replace(self) -> None:
        """End a worker that should be replaced. It is asked to wait, so that no job is lost with it."""
        async with self._places:
            with move_on_after(_RETIRE_SECONDS), suppress(BrokenWorkerProcess):
                await _in_worker(worker.wait_if_spent)
        await self._warm_up()


async def _in_worker(function: Callable[..., Result], *args: object) -> Result:
    # The places are counted by the caller, whose time limit begins when it has one.
    return await to_process.run_sync(function, *args, cancellable=True, limiter=CapacityLimiter(1))
