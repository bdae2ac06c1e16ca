"""Decodes uploads in worker processes, as many at the same time as there is memory for."""

from collections.abc import Callable
from functools import partial

from app.freed_memory import return_freed_memory
from app.lab.keep.decode_budget import MegapixelBudget
from app.messages import sentence
from app.settings import Settings
from app.untrusted.pictures.decode import DecodeLimits, Picture, decode
from app.untrusted.pictures.errors import BrokenPicture
from app.untrusted.pictures.formats import recognise
from app.untrusted.pictures.limits import WEIGHT_BYTES, TooHeavy
from app.untrusted.pool import JobFailed, JobTimedOut, Workers
from app.untrusted.worker import Allowance, Answer

# What an ordinary photograph of a phone weighs; what weighs more is asked for again.
FIRST_WEIGHT = 2_000_000
OVERHEAD_BYTES = 80 * 2**20  # on top of the weight; measured: 51 MiB, for a picture of 10,000 x 512
SECONDS = 1.7  # of CPU time for each of the next; with a new worker after it, a file costs 2 s
PIXELS = 25_000_000
LARGE_BYTES = 2**20  # of a file, which is copied on its way to the worker
_LEAST_SECONDS = 0.1

STOPPED = sentence(
    "The decoder stopped at this file: it takes more than {seconds:g} s of computing, or makes "
    "the decoder fail; the same picture saved again as PNG or JPEG would work."
)
STOPPED_AT_A_HEIC = sentence(
    "The decoder stopped at this file: it takes more than {seconds:g} s of computing, or makes "
    "the decoder fail; the same picture saved again as PNG or JPEG would work. On an iPhone, the camera at 12 MP "
    "takes smaller pictures, and Most Compatible in Settings, Camera, Formats saves JPEG."
)


def decode_limits(settings: Settings) -> DecodeLimits:
    """Return the limits that follow from the settings."""
    most = settings.upload_megapixels * 1_000_000
    return DecodeLimits(
        max_pixels=most,
        max_side=settings.upload_side,
        max_jpeg_pixels=max(most, DecodeLimits.max_jpeg_pixels),
        max_heic_pixels=max(most, DecodeLimits.max_heic_pixels),
    )


class Decoder:
    """Decodes within the limits of the settings. Safe to share between threads."""

    def __init__(self, settings: Settings, workers: Workers) -> None:
        self._workers = workers
        self.budget = MegapixelBudget(settings.decode_megapixels * 1_000_000)
        self._limits = decode_limits(settings)
        self._seconds = SECONDS * max(self._limits.max_pixels / PIXELS, 1)

    def decode(
        self,
        data: bytes,
        *,
        is_abandoned: Callable[[], bool] | None = None,
        limits: DecodeLimits | None = None,
        weight: int = FIRST_WEIGHT,
    ) -> Picture:
        """Decode a file in a worker. Its header tells what it weighs, and so how much memory it may take.

        `limits` are those of the settings if none are given; `weight` is what is set aside at first.

        Raises:
            PictureError: the file is not an accepted picture, too large, damaged, or too much for a worker.
            JobAbandoned: `is_abandoned` said so.
        """
        seconds = self._seconds
        while True:
            job = partial(decode, data, limits=limits or self._limits, most_weight=weight)
            answer = self._answer(job, weight, seconds, is_abandoned)
            match answer.error:
                case None:
                    assert answer.result is not None
                    answer.result.pixels.flags.writeable = False  # this is lost on the way
                    return answer.result
                case TooHeavy(weight=weight):
                    seconds = max(seconds - answer.seconds, _LEAST_SECONDS)
                case MemoryError() as error:
                    raise BrokenPicture(
                        sentence(
                            "Decoding the file takes more memory than pictures of its size do; the same "
                            "picture saved again as PNG or JPEG would work."
                        )
                    ) from error
                case error:
                    raise error

    def _answer(
        self,
        job: "partial[Picture]",
        weight: int,
        seconds: float,
        is_abandoned: Callable[[], bool] | None,
    ) -> Answer[Picture]:
        allowance = Allowance(nbytes=OVERHEAD_BYTES + weight * WEIGHT_BYTES, seconds=seconds)
        try:
            with self.budget.reserve(weight):
                return self._workers.run(job, allowance, is_abandoned=is_abandoned)
        except JobTimedOut as error:
            raise BrokenPicture(
                sentence(
                    "The picture was not decoded in time; trying again, or the same picture saved again as PNG "
                    "or JPEG, would work."
                )
            ) from error
        except JobFailed as error:
            words = STOPPED_AT_A_HEIC if recognise(job.args[0]) == "HEIC" else STOPPED
            raise BrokenPicture(words.having(seconds=self._seconds)) from error
        finally:
            if len(job.args[0]) >= LARGE_BYTES:
                return_freed_memory()
