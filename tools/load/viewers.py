"""Cameras under load: each sends a frame when the answer to its last one is there."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from tools.load.reader import Reader

TYPE = {"Content-Type": "image/jpeg", "Accept": "application/json"}


@dataclass
class Viewer(Reader):
    """One live page, with the seconds that each of its frames took."""

    frames: list[float] = field(default_factory=list)
    began: float = 0.0
    ended: float = 0.0

    async def show(self, frames: Sequence[bytes]) -> None:
        """Send frame after frame until cancelled."""
        self.began = time.perf_counter()
        async with self._client() as client:
            try:
                while True:
                    start = time.perf_counter()
                    frame = frames[len(self.frames) % len(frames)]
                    await self._ask(client, "POST", "/live", 200, content=frame, headers=TYPE)
                    self.frames.append(time.perf_counter() - start)
            finally:
                self.ended = time.perf_counter()


def described(viewers: Sequence[Viewer]) -> str:
    """Tell how many frames each of the viewers saw."""
    rates = sorted(len(one.frames) / (one.ended - one.began) for one in viewers)
    waits = [seconds for one in viewers for seconds in one.frames]
    return (
        f"Live: {sum(rates):.1f} frames/s in all, {rates[0]:.2f} to {rates[-1]:.2f} a camera, "
        f"median {median(waits):.1f} s, {sum(one.refusals for one in viewers)} refusals"
    )
