"""The state of the store after the server was killed during uploads, and with a full disk."""

import io
import os
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from PIL import Image

from app.lab.keep.stores.folders import PART
from tools.bench import memory
from tools.bench.client import Client, with_comment
from tools.chaos.wire import exchange, form, upload_head
from tools.serving import ServerFailed, running_server

KILLS = 4
SIDE = 64  # pixels; small enough that the store never deletes one to make room
SENDERS = 6
SMALL_DISK = "size=3m"


def killed_while_uploading(picture: bytes) -> tuple[str, bool]:
    """Kill the server during uploads, restart it on the same folder, and check every picture."""
    answered: set[str] = set()
    found: list[int] = []
    picture = _small(picture)
    with TemporaryDirectory() as name:
        folder = Path(name)
        for round_ in range(KILLS):
            answered |= _uploads_until_killed(folder, picture, round_)
            found.append(len(list((folder / "uploads").rglob(f"*{PART}"))))
        with running_server(folder) as address:
            good, gone = _served(address, answered)
        left = list((folder / "uploads").rglob(f"*{PART}"))
    words = (
        f"{len(answered)} answered, {good} served whole, {gone} gone, {len(left)} unfinished files"
    )
    return words, good == len(answered) and not left


def full_disk(picture: bytes) -> tuple[str, bool] | None:
    """Upload until a disk of 3 MiB is full; None if this user may not mount one."""
    with TemporaryDirectory() as name, _mounted(Path(name)) as folder:
        if folder is None:
            return None
        with running_server(folder) as address:
            answers = Counter(
                exchange(address, _upload(with_comment(picture, f"full {number}")))
                for number in range(40)
            )
            sample = urlopen(f"{address}/images/cat", timeout=20).status
        left = list((folder / "uploads").rglob(f"*{PART}"))
    served = answers.keys() <= {"303", "507"} and answers["507"] > 0 and sample == 200
    return f"{dict(answers)}, a sample {sample}, {len(left)} unfinished files", served and not left


def _small(picture: bytes) -> bytes:
    file = io.BytesIO()
    Image.open(io.BytesIO(picture)).resize((SIDE, SIDE)).save(file, "JPEG")
    return file.getvalue()


def _uploads_until_killed(folder: Path, picture: bytes, round_: int) -> set[str]:
    answered: set[str] = set()
    try:
        with running_server(folder) as address, ThreadPoolExecutor(SENDERS) as pool:
            server = memory.newest_child()
            assert server
            jobs = [
                pool.submit(_send_many, address, picture, f"{round_}-{sender}", answered)
                for sender in range(SENDERS)
            ]
            time.sleep(1 + round_ / 3)
            os.kill(server, signal.SIGKILL)
            for job in jobs:
                job.result()
    except ServerFailed:
        pass  # the server was killed
    return answered


def _send_many(address: str, picture: bytes, name: str, answered: set[str]) -> None:
    for number in range(1000):
        try:
            with Client(address) as client:
                answered.add(client.upload(with_comment(picture, f"{name}-{number}")))
        except (OSError, RuntimeError, EOFError):
            return  # the server is gone


def _served(address: str, places: set[str]) -> tuple[int, int]:
    good = gone = 0
    for place in places:
        path = place.partition("?")[0]
        try:
            with urlopen(f"{address}{path}/picture.png?size=64", timeout=20) as answer:
                good += Image.open(io.BytesIO(answer.read())).size == (64, 64)
        except (HTTPError, URLError):
            gone += 1
    return good, gone


@contextmanager
def _mounted(folder: Path) -> Iterator[Path | None]:
    command = ["mount", "-t", "tmpfs", "-o", SMALL_DISK, "tmpfs", str(folder)]
    if os.name != "posix" or subprocess.run(command, capture_output=True).returncode:
        yield None
        return
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _upload(file: bytes) -> list[bytes]:
    return [upload_head(len(form(file)), Connection="close") + form(file)]
