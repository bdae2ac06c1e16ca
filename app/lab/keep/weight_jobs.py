"""Has weight files read in the worker processes, one at a time, from a temporary file."""

import logging
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile, gettempdir
from typing import BinaryIO, TypeVar

from app.engine.spec.stack import FILTERS, KERNELS
from app.lab.keep.decode_budget import MegapixelBudget
from app.messages import Refusal, sentence
from app.settings import Settings
from app.untrusted.pictures.limits import WEIGHT_BYTES
from app.untrusted.pool import JobFailed, JobTimedOut, Workers
from app.untrusted.weights.errors import BrokenWeights
from app.untrusted.weights.jobs import describe, take
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.layers.contents import Contents
from app.untrusted.weights.layers.extract import Extracted
from app.untrusted.weights.limits import Limits
from app.untrusted.worker import Allowance

Result = TypeVar("Result")

LIMITS = Limits(filters=FILTERS, kernels=KERNELS)
# Measured: 62 MiB of weights of each format fit.
ALLOWANCE = Allowance(nbytes=256 * 2**20, seconds=2.0)
# Bytes of the budget of decoding; what it may take beyond is in no picture's way.
RESERVED = 128 * 2**20
_PREFIX = "convfold-weights-"
LEFT_SECONDS = 3600  # after which no reader has a file open
log = logging.getLogger(__name__)


def limits_of(settings: Settings) -> Limits:
    """Return the limits with the formats that the operator accepts."""
    return replace(LIMITS, formats=tuple(settings.weight_formats.replace(",", " ").split()))


def _remove_what_a_crash_left() -> None:
    for left in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # it is another user's, or just went away
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()


class WeightJobs:
    """Reads weight files within limits. Safe to share between threads."""

    def __init__(self, workers: Workers, budget: MegapixelBudget, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._workers = workers
        self._budget = budget
        self._reading = threading.Lock()  # one file at a time limits the memory of imports
        _remove_what_a_crash_left()

    def describe(self, file: BinaryIO) -> Contents:
        """Return what a file holds.

        Raises:
            WeightsError: the message says what would work.
        """
        return self._run(file, lambda path: partial(describe, path, self.limits))

    def take(self, file: BinaryIO, choice: Choice) -> Extracted:
        """Return two layers of a file with their values.

        Raises:
            WeightsError: the message says what would work.
        """
        return self._run(file, lambda path: partial(take, path, choice, self.limits))

    def _run(self, file: BinaryIO, job_on: Callable[[Path], Callable[[], Result]]) -> Result:
        # A path is handed over, because 60 MiB through a pipe take a second and a copy on either side.
        with (
            self._reading,
            NamedTemporaryFile(prefix=_PREFIX) as copy,
            self._budget.reserve(RESERVED // WEIGHT_BYTES),
        ):
            file.seek(0)
            shutil.copyfileobj(file, copy)
            copy.flush()
            try:
                answer = self._workers.run(job_on(Path(copy.name)), ALLOWANCE)
            except JobTimedOut as error:
                raise BrokenWeights(
                    sentence(
                        "The weight file was not read in time; trying again, or a file of the two layers alone, "
                        "would work."
                    )
                ) from error
            except JobFailed as error:
                raise BrokenWeights(
                    sentence(
                        "The reader stopped at this file: it takes more than {seconds:g} s of computing, or makes "
                        "the reader fail; the same weights saved again would work.",
                        seconds=ALLOWANCE.seconds,
                    )
                ) from error
        if isinstance(answer.error, MemoryError):
            raise BrokenWeights(
                sentence(
                    "Reading the file takes more memory than weight files of its size do; a file of the two "
                    "layers alone would work."
                )
            ) from answer.error
        if isinstance(answer.error, Refusal):
            raise answer.error
        if answer.error is not None:
            # Files contradict themselves in more ways than a reader can foresee.
            log.warning("a weight file could not be followed", exc_info=answer.error)
            raise BrokenWeights(
                sentence(
                    "The file says things that do not go together ({kind}); a file of the two layers alone would "
                    "work.",
                    kind=type(answer.error).__name__,
                )
            ) from answer.error
        assert answer.result is not None
        return answer.result
