"""The image store: decoded, reduced pixels in a folder, for a stated time and within a stated size."""

import contextlib
import hashlib
import json
import os
import re
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ID = re.compile(r"[0-9a-f]{32}")
SUFFIX = ".npz"
DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, EOFError)  # what reading half a file raises


@dataclass(frozen=True)
class StoredImage:
    """A decoded picture: `pixels` uint8 (H, W, 3); `height`, `width` of the original; what was done to it."""

    pixels: NDArray[np.uint8]
    height: int
    width: int
    notes: tuple[str, ...]


def content_id(data: bytes) -> str:
    """Return the id of an upload: a hash of its bytes, so that the same file has the same address."""
    return hashlib.sha256(data).hexdigest()[:32]


class ImageStore:
    """Pictures by id, one file each. A file is complete or absent; the oldest go first."""

    def __init__(self, folder: Path, *, seconds: float, nbytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._folder = folder
        self._seconds = seconds
        self._nbytes = nbytes

    def put(self, image_id: str, image: StoredImage) -> None:
        """Keep `image`, then drop what is too old or too much."""
        facts = json.dumps(
            {"height": image.height, "width": image.width, "notes": image.notes}
        ).encode()
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as file:
            try:
                np.savez(file, pixels=image.pixels, facts=np.frombuffer(facts, np.uint8))
                file.close()
                os.replace(file.name, self._path(image_id))
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
        self.sweep()

    def has(self, image_id: str) -> bool:
        """Tell whether a picture is kept."""
        return bool(ID.fullmatch(image_id)) and self._age(self._path(image_id)) <= self._seconds

    def get(self, image_id: str) -> StoredImage | None:
        """Return a kept picture, or None."""
        if not self.has(image_id):
            return None
        try:
            with (
                self._path(image_id).open("rb") as file,
                np.load(file, allow_pickle=False) as stored,
            ):
                facts = json.loads(stored["facts"].tobytes())
                return StoredImage(
                    pixels=stored["pixels"],
                    height=facts["height"],
                    width=facts["width"],
                    notes=tuple(facts["notes"]),
                )
        except FileNotFoundError:
            return None
        except DAMAGED:
            self._path(image_id).unlink(missing_ok=True)
            return None

    def sweep(self) -> None:
        """Delete what is older than its time, and the oldest beyond the size; the newest stays in any case."""
        kept = 0
        for path, size in self._newest_first():
            too_much = kept and kept + size > self._nbytes
            if too_much or self._age(path) > self._seconds:
                path.unlink(missing_ok=True)
            else:
                kept += size

    def _path(self, image_id: str) -> Path:
        return self._folder / f"{image_id}{SUFFIX}"

    def _age(self, path: Path) -> float:
        try:
            return time.time() - path.stat().st_mtime
        except FileNotFoundError:
            return float("inf")

    def _newest_first(self) -> Iterator[tuple[Path, int]]:
        found = []
        for path in self._folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                facts = path.stat()
                found.append((facts.st_mtime, facts.st_size, path))
        for _, size, path in sorted(found, reverse=True, key=lambda entry: entry[0]):
            yield path, size
