"""The sheets that a page is about to ask for, drawn while the page is made."""

import logging
from concurrent.futures import ThreadPoolExecutor

from app.engine.errors import EngineError
from app.lab.compute.passes import Passes
from app.lab.compute.prices import Asked, price_of
from app.lab.compute.slots import Slots
from app.lab.compute.weight_banks import imported_names
from app.lab.errors import LabError
from app.lab.maps.pictures import Sheets
from app.lab.state.state import LAYERS, State

log = logging.getLogger(__name__)


class DrawnAhead:
    """Threads of their own that draw the sheets of a state."""

    def __init__(self, passes: Passes, sheets: Sheets, slots: Slots) -> None:
        self._passes = passes
        self._sheets = sheets
        self._slots = slots
        self._threads = ThreadPoolExecutor(slots.count, thread_name_prefix="ahead")
        self._closed = False

    def draw(self, state: State) -> None:
        """Draw both sheets of a state, only where it is cheap and a slot is free that nobody waits for."""
        price = price_of(Asked(view="lab", state=state))
        if not self._closed and not price.is_dear and self._slots.take_if_free(price.nbytes):
            self._threads.submit(self._draw, state, price.nbytes)

    def close(self) -> None:
        """Draw nothing ahead any more, and wait until what is being drawn is done."""
        self._closed = True
        self._threads.shutdown()

    def _draw(self, state: State, nbytes: int) -> None:
        try:
            for number in LAYERS:
                self._sheets.asked_first(state, number)
        except (LabError, EngineError) as error:
            log.info("Sheets were not drawn ahead: %s", type(error).__name__)  # the page says why
        except Exception:  # nobody waits for this thread, so it has to tell by itself
            log.exception("Sheets could not be drawn ahead")
        finally:
            self._slots.give_back(nbytes)
        self._forget_if_gone(state)

    def _forget_if_gone(self, state: State) -> None:
        pictures, imports = self._passes.pictures, self._passes.banks.imports
        if not pictures.has(state.image_id):  # deleted meanwhile
            pictures.forget(state.image_id)
        for name in imported_names(state.stack):
            if imports.seconds_left(name) < 0:
                imports.forget(name)
