"""Background work of the server: it warms up before the first request and deletes expired uploads."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from app.lab.exports import render as exported_code
from app.web.language.catalogs import read_all
from app.web.rendering import compile_all
from app.web.watch.route_names import Routes

log = logging.getLogger(__name__)


@asynccontextmanager
async def housekeeping(app: FastAPI) -> AsyncIterator[None]:
    """Warm up, and sweep uploads until the application stops."""
    await asyncio.to_thread(_warm_up, app)
    _spare_the_collector()
    sweeping = asyncio.create_task(_sweep(app))
    app.state.lifecycle.phase = "serving"
    yield
    app.state.lifecycle.phase = "stopping"
    sweeping.cancel()
    with suppress(asyncio.CancelledError):
        await sweeping
    await asyncio.to_thread(app.state.lab.close)
    gc.unfreeze()  # a process may make another application; the memory of this one is given back


def _warm_up(app: FastAPI) -> None:
    # Otherwise the first request would delay all others: FastAPI builds its routes lazily.
    app.state.lab.warm_up()
    compile_all(app.state.templates)
    read_all()
    exported_code.compile_all()
    Routes(app.routes)


def _spare_the_collector() -> None:
    # Objects that live as long as the process are not scanned again: a scan stopped all threads for 90 ms.
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


async def _sweep(app: FastAPI) -> None:
    lab = app.state.lab
    while True:
        for uploads in (lab.pictures, lab.imports, lab.rooms):
            try:
                await asyncio.to_thread(uploads.sweep)
            except OSError:
                log.exception("Expired uploads could not be deleted")
        await asyncio.sleep(lab.pictures.store.sweep_seconds)
