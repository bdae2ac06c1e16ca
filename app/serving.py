"""The server as a process: it stops by finishing what it accepted, for as long as the operator grants."""

import asyncio
import signal
import sys
import time
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.web.gate.request_limits import HEAD_BYTES
from app.web.gate.shutdown import Lifecycle

POLL_SECONDS = 0.05  # seconds between two looks at what is left to finish
CLOSE_SECONDS = 1  # second of the grace for what is still being sent when no more is accepted


def serve(app: FastAPI, *, host: str, port: int, grace_seconds: int) -> None:
    """Serve until the process is told to stop; then exit with 0 if it was by SIGTERM."""
    config = configuration(app, host=host, port=port, grace_seconds=grace_seconds)
    # uvicorn raises the signal again when it is done: that is the end that was asked for.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(config, app.state.lifecycle).run()


def configuration(app: FastAPI, *, host: str, port: int, grace_seconds: int) -> uvicorn.Config:
    """Return how uvicorn serves `app`."""
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # The parser that bounds a head; the other one, httptools, holds any head however long.
        http="h11",
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_graceful_shutdown=grace_seconds,
    )


class Server(uvicorn.Server):
    """Listens on while what was accepted is finished, so that /readyz and those who come are answered."""

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle) -> None:
        super().__init__(config)
        self._lifecycle = lifecycle

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop."""
        self._lifecycle.phase = "stopping"
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: object = None) -> None:
        """Finish what was accepted, then close."""
        deadline = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) - CLOSE_SECONDS
        while self._lifecycle.in_progress and time.monotonic() < deadline and not self.force_exit:
            await asyncio.sleep(POLL_SECONDS)
        self.config.timeout_graceful_shutdown = CLOSE_SECONDS
        await super().shutdown()
