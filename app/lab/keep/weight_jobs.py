"""Has weight files read in the worker processes, one at a time, from a temporary file."""

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, TypeVar

from app.engine.spec.stack import FILTERS, KERNELS
from app.lab.keep.decode_budget import MegapixelBudget
from app.messages import sentence
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
ALLOWANCE = Allowance(
    nbytes=256 * 2**20, seconds=2.0
)  # measured: 62 MiB of weights of each format fit
_PREFIX = "convfold-weights-"


def limits_of(settings: Settings) -> Limits:
    """Return the limits with the formats that the operator accepts."""
    return replace(LIMITS, formats=tuple(settings.weight_formats.replace(",", " ").split()))


class WeightJobs:
    """Reads weight files within limits. Safe to share between threads."""

    def __init__(self, workers: Workers, budget: MegapixelBudget, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._workers = workers
        self._budget = budget
        self._reading = threading.Lock()  # one file at a time limits the memory of imports

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
            self._budget.reserve(ALLOWANCE.nbytes // WEIGHT_BYTES),
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
        if answer.error is not None:
            raise answer.error
        assert answer.result is not None
        return answer.result
