"""What the server does by itself: it is warm before the first request, and deletes what has had its time."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

SWEEP_SECONDS = 600


@asynccontextmanager
async def housekeeping(app: FastAPI) -> AsyncIterator[None]:
    """Run for as long as the application does."""
    await asyncio.to_thread(app.state.lab.warm_up)
    sweeping = asyncio.create_task(_sweep(app))
    yield
    sweeping.cancel()
    with suppress(asyncio.CancelledError):
        await sweeping


async def _sweep(app: FastAPI) -> None:
    while True:
        await asyncio.to_thread(app.state.lab.sweep)
        await asyncio.sleep(SWEEP_SECONDS)
