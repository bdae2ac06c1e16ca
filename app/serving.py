"""Runs the server process. On shutdown it finishes accepted requests within the grace period."""

import asyncio
import time
from types import FrameType

import uvicorn
from fastapi import FastAPI

from app.web.gate.connections import BoundedHeads, ForwardedClient
from app.web.gate.request_limits import HEAD_BYTES
from app.web.gate.shutdown import Lifecycle

POLL_SECONDS = 0.05  # between two checks for unfinished requests
CLOSE_SECONDS = 1  # the last part of the grace period, for answers that are still being sent


def serve(app: FastAPI, *, host: str, port: int, grace_seconds: int) -> None:
    """Serve until the process receives a signal to stop, which uvicorn raises again at the end."""
    app.state.lab.workers.start()  # before there are sockets, and before the first upload
    config = configuration(app, host=host, port=port, grace_seconds=grace_seconds)
    Server(config, app.state.lifecycle).run()


def configuration(app: FastAPI, *, host: str, port: int, grace_seconds: int) -> uvicorn.Config:
    """Return the uvicorn configuration for `app`."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        # h11 limits the length of a head; httptools, the alternative, does not.
        http=BoundedHeads,
        h11_max_incomplete_event_size=HEAD_BYTES,
        timeout_graceful_shutdown=grace_seconds,
        proxy_headers=False,  # ForwardedClient reads them
    )
    config.app = ForwardedClient(app, config.forwarded_allow_ips)
    return config


class Server(uvicorn.Server):
    """Keeps listening while it finishes accepted requests, so that /readyz and new requests get an answer."""

    def __init__(self, config: uvicorn.Config, lifecycle: Lifecycle) -> None:
        super().__init__(config)
        self._lifecycle = lifecycle

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Start the shutdown."""
        self._lifecycle.phase = "stopping"
        super().handle_exit(sig, frame)

    async def shutdown(self, sockets: object = None) -> None:
        """Finish accepted requests, then close."""
        deadline = time.monotonic() + (self.config.timeout_graceful_shutdown or 0) - CLOSE_SECONDS
        while self._lifecycle.in_progress and time.monotonic() < deadline and not self.force_exit:
            await asyncio.sleep(POLL_SECONDS)
        self.config.timeout_graceful_shutdown = CLOSE_SECONDS
        await super().shutdown()
