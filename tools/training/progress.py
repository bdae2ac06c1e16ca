"""A progress line on the terminal, with the time that is left."""

import sys
import time
from typing import TextIO

WIDTH = 28
SURE = 8  # steps before the first estimate, since the first steps take longer
EVERY = 0.5  # seconds between lines on a terminal; 20 times as long elsewhere


class Progress:
    """Reports the progress of a run of `steps`. A resumed run starts at step `first`."""

    def __init__(self, steps: int, *, first: int = 0, to: TextIO | None = None) -> None:
        self._steps, self._first, self._to = steps, first, to or sys.stderr
        self._began, self._said = time.monotonic(), float("-inf")

    def say(self, done: int, words: str) -> None:
        """Write the line if it is due, and at the end."""
        now, terminal = time.monotonic(), self._to.isatty()
        if done < self._steps and now - self._said < EVERY * (1 if terminal else 20):
            return
        self._said = now
        ends = "\n" if done >= self._steps or not terminal else ""
        self._to.write(("\r" if terminal else "") + self._line(done, now, words) + ends)
        self._to.flush()

    def _line(self, done: int, now: float, words: str) -> str:
        passed = now - self._began
        made = done - self._first
        left = _clock(passed / made * (self._steps - done)) if made >= SURE else "?"
        bar = "#" * (WIDTH * done // self._steps)
        return (
            f"[{bar:<{WIDTH}}] step {done:>{len(str(self._steps))}} of {self._steps}, "
            f"{_clock(passed)} passed, {left} left, {words}"
        )


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
