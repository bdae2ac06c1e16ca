"""Wires the lab together: the stores, the computations and the features. No logic."""

from contextlib import suppress

from app.engine.errors import SpecError
from app.lab.compute.memory import ComputeMemory
from app.lab.compute.passes import Passes
from app.lab.compute.slots import Slots
from app.lab.exports.build import Exports
from app.lab.keep.rooms.open import open_rooms
from app.lab.keep.samples import Samples
from app.lab.maps.pictures import Sheets
from app.lab.projections.build import Projections
from app.lab.stage.drawn_ahead import DrawnAhead
from app.lab.stage.lab_page import LabPage
from app.lab.stage.lessons.book import LessonBook
from app.lab.stage.lessons.table import LESSONS
from app.lab.stage.live import LiveFrames
from app.lab.state.state import State, build
from app.settings import Settings
from app.untrusted.pool import MOST_WORKERS

DEFAULT_SAMPLE = "cat"


class Lab:
    """Everything behind the product's answers, without HTTP. Safe to share between threads."""

    def __init__(
        self, settings: Settings, samples: Samples, lessons: LessonBook | None = None
    ) -> None:
        self.settings = settings
        self.samples = samples
        self.lessons = lessons or LessonBook(LESSONS)
        memory = ComputeMemory(settings.compute_mib * 2**20)
        self.slots = Slots(settings.threads, memory)
        # Dear computations have slots of their own, so that none takes the last one of what is cheap.
        self.dear_slots = Slots(max(settings.threads - 1, 1), memory, beside=self.slots, dear=True)
        # Workers read the files, so a file that keeps one busy takes no turn of a page.
        self.file_slots = Slots(min(settings.threads, MOST_WORKERS))
        # Frames come without end, so they have turns of their own: many cameras slow one another, not pages.
        self.live_slots = Slots(max(settings.threads // 2, 1), memory, beside=self.slots)
        self.passes = Passes(settings, samples)
        self.workers = self.passes.workers
        self.pictures = self.passes.pictures
        self.imports = self.passes.banks.imports
        self.rooms = open_rooms(settings)
        self.sheets = Sheets(self.passes)
        self.frames = LiveFrames(self.passes)
        self.ahead = DrawnAhead(self.passes, self.sheets, self.slots)
        self.page = LabPage(settings, samples, self.passes, self.ahead)
        self.projections = Projections(self.passes, samples, threads=settings.threads)
        self.exports = Exports(self.passes)
        for forgets in (self.passes, self.sheets, self.projections):
            self.pictures.when_forgotten(forgets.forget)
            self.imports.when_forgotten(forgets.forget_weights)

    def first_state(self) -> State:
        """Return the state that `/` shows: a sample through the default stack."""
        return build(DEFAULT_SAMPLE, {})

    def warm_up(self) -> None:
        """Compute the start page's pass ahead of the first request."""
        self.passes.warm_up()
        with suppress(SpecError):  # the operator's limits may be lower than the default stack
            self.page.view(self.first_state())

    def close(self) -> None:
        """Wait for the computations that run in the background to finish, end the workers and close the rooms."""
        self.ahead.close()
        self.workers.close()
        self.rooms.release()
