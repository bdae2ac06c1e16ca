"""Both stores for the same tests: how each is opened, and how what it keeps is made older or damaged."""

import os
from pathlib import Path
from typing import Protocol

import numpy as np
from valkey import Valkey

from app.lab.keep.stores.base import Kind, content_id
from app.lab.keep.stores.disk import DiskStore
from app.lab.keep.stores.remote import RemoteStore, prefix_of
from app.lab.keep.stores.stored_pictures import PICTURES, ImageStore, StoredImage
from app.messages import note

HOUR = 3600
FILE = content_id(b"file")


def picture(seed: int = 0, side: int = 100) -> StoredImage:
    """Return a picture of noise."""
    pixels = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    return StoredImage(pixels=pixels, height=200, width=300, notes=(note("cropped", side=200),))


class Place(Protocol):
    """Where pictures are kept."""

    def open(self, *, seconds: float = HOUR) -> ImageStore: ...

    def age(self, image_id: str, seconds: float) -> None: ...

    def damage(self, image_id: str, kept: int) -> None: ...

    def everything(self) -> list[bytes]: ...


class OnDisk:
    """A folder."""

    def __init__(self, folder: Path, of: Kind = PICTURES) -> None:
        self.folder = folder
        self.of = of

    def open(self, *, seconds: float = HOUR) -> ImageStore:
        return DiskStore(self.folder, of=self.of, seconds=seconds, nbytes=10**6)

    def age(self, image_id: str, seconds: float) -> None:
        picture, holders = (self.folder / f"{image_id}{end}" for end in (".npz", ".holders"))
        os.utime(picture, (picture.stat().st_mtime - seconds,) * 2)
        lines = [line.split() for line in holders.read_text().splitlines()]
        holders.write_text("".join(f"{name} {float(at) - seconds:.3f}\n" for name, at in lines))

    def damage(self, image_id: str, kept: int) -> None:
        picture = self.folder / f"{image_id}.npz"
        picture.write_bytes(picture.read_bytes()[:kept])

    def everything(self) -> list[bytes]:
        return [path.read_bytes() for path in self.folder.iterdir()]


class InServer:
    """A database of a server."""

    def __init__(self, url: str, of: Kind = PICTURES) -> None:
        self.url = url
        self.of = of
        self.client = Valkey.from_url(url)

    def open(self, *, seconds: float = HOUR) -> ImageStore:
        return RemoteStore(self.url, of=self.of, seconds=seconds)

    def age(self, image_id: str, seconds: float) -> None:
        key, milliseconds = prefix_of(self.of) + image_id, int(seconds * 1000)
        for field in self.client.hkeys(key):
            if field != b"picture":
                self.client.hincrby(key, field, -milliseconds)
        self.client.pexpire(key, self.client.pttl(key) - milliseconds)

    def damage(self, image_id: str, kept: int) -> None:
        key = prefix_of(self.of) + image_id
        self.client.hset(key, "picture", self.client.hget(key, "picture")[:kept])

    def everything(self) -> list[bytes]:
        keys = self.client.keys()
        return [part for key in keys for pair in self.client.hgetall(key).items() for part in pair]
