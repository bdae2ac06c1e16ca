"""Live frames through real HTTP: one request in flight, as the page sends them, compared with scripts at home."""

import io
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from PIL import Image

from app.engine.arrays import Float
from tools import usage
from tools.bench import memory, notebook, opencv
from tools.bench.client import Client
from tools.bench.report import Line
from tools.bench.upload import PICTURE, checked_layers
from tools.serving import running_server

SIZE, QUALITY = 256, 75  # of a frame, as the page sends it
FRAMES = 40  # in the file, forth and back
STEP = 3  # pixels by which the picture moves from frame to frame
SECONDS = 8.0  # of each measurement
SCRIPT_FRAMES = 3
VIEWS = {"both grids": ("/live", 100), "a fold open": ("/live?open=2.22", 125)}
AIM_MS = 100
CPU_MS = 90  # of the server, for each frame


@dataclass(frozen=True)
class Followed:
    """The time in ms from the first byte of each frame to the last of its answer, and the server's CPU a frame."""

    taken: list[float]
    cpu_ms: float | None
    nbytes: int


def lines() -> list[Line]:
    """Time the server with both grids and with a fold open, and the scripts that a learner would write."""
    frames = moving_frames(PICTURE)
    with TemporaryDirectory() as folder:
        with running_server(Path(folder)) as address:
            library, compute = checked_layers(address, PICTURE.read_bytes(), notebook.layers)
            with_opencv = _opencv(address)
        with running_server(Path(folder)) as address:
            followed = {name: follow(address, view, frames) for name, (view, _) in VIEWS.items()}

    at_home = _timed(compute, notebook.draw, frames)
    rows = [line for name, one in followed.items() for line in _lines(name, one, at_home)]
    rows.append(_part(f"  the script: {library}, matplotlib", at_home))
    if with_opencv:
        rows.append(_part("  another with OpenCV", _timed(with_opencv, opencv.draw, frames)))
    return rows


def moving_frames(picture: Path) -> list[bytes]:
    """Return JPEG files of a square that moves over a photograph."""
    photograph = Image.open(picture).convert("RGB")
    side = SIZE + STEP * FRAMES
    large = photograph.resize((side, side), Image.Resampling.LANCZOS)
    return [
        _jpeg(large.crop((at, at, at + SIZE, at + SIZE))) for at in range(0, STEP * FRAMES, STEP)
    ]


def follow(address: str, view: str, frames: list[bytes], seconds: float = SECONDS) -> Followed:
    """Send frame after frame, each when the answer to the last is there."""
    server, nbytes = memory.newest_child(), 0
    taken: list[float] = []
    with Client(address) as client:
        for frame in frames[:5]:
            _checked(client.frame(view, frame))
        before, ends = _cpu_s(server), time.monotonic() + seconds
        while time.monotonic() < ends:
            start = time.perf_counter()
            nbytes = len(client.frame(view, frames[len(taken) % len(frames)]))
            taken.append(1000 * (time.perf_counter() - start))
        after = _cpu_s(server)
    spent = None if before is None or after is None else 1000 * (after - before) / len(taken)
    return Followed(taken, spent, nbytes)


def _checked(answer: bytes) -> None:
    end = 4 + int.from_bytes(answer[:4], "big")
    pictures = json.loads(answer[4:end])["pictures"]
    if len(pictures) < 2 or end + sum(one["length"] for one in pictures) != len(answer):
        raise RuntimeError(f"A frame was answered with {len(pictures)} pictures, or cut off")


def _opencv(address: str) -> Callable[[Float], notebook.Maps] | None:
    """Return both layers in OpenCV, where it is installed."""
    try:
        return checked_layers(
            address, PICTURE.read_bytes(), lambda banks: ("OpenCV", opencv.layers(banks))
        )[1]
    except ImportError:
        return None


def _lines(name: str, one: Followed, at_home: list[float]) -> list[Line]:
    rate = 1000 * len(one.taken) / sum(one.taken)
    return [
        Line(
            what=f"A live frame, {name}: {rate:.1f} frames/s, {one.nbytes / 1024:.0f} KiB",
            median_ms=median(one.taken),
            best_ms=min(one.taken),
            ratio=median(one.taken) / median(at_home),
            peer="the script",
            most_ms=VIEWS[name][1],
        ),
        Line(what="  CPU of the server", median_ms=one.cpu_ms, most_ms=CPU_MS),
    ]


def _timed(
    compute: Callable[[Float], notebook.Maps], draw: Callable[[Float], bytes], frames: list[bytes]
) -> list[float]:
    taken: list[float] = []
    for frame in frames[: 1 + SCRIPT_FRAMES]:
        start = time.perf_counter()
        for maps in compute(notebook.read_picture(frame)):
            draw(maps)
        taken.append(1000 * (time.perf_counter() - start))
    return taken[1:]  # the first one warms up


def _cpu_s(server: int | None) -> float | None:
    return None if server is None else usage.cpu_s(server)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _part(what: str, taken: list[float]) -> Line:
    return Line(what=what, median_ms=median(taken), best_ms=min(taken))
