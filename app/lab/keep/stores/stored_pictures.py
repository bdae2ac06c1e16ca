"""A decoded picture as it is kept: its pixels and what is said about it, as one file."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.lab.keep.stores.base import Kind, Store

DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, EOFError)  # what reading half a file raises


@dataclass(frozen=True)
class StoredImage:
    """A decoded picture: `pixels` uint8 (H, W, 3); `height`, `width` of the original; what was done to it."""

    pixels: NDArray[np.uint8]
    height: int
    width: int
    notes: tuple[str, ...]


def packed(image: StoredImage) -> memoryview:
    """Return the file of a picture."""
    facts = {"height": image.height, "width": image.width, "notes": image.notes}
    file = io.BytesIO()
    np.savez(file, pixels=image.pixels, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8))
    return file.getbuffer()


def unpacked(file: BinaryIO) -> StoredImage:
    """Read the file of a picture.

    Raises:
        One of DAMAGED: it is not whole.
    """
    with np.load(file, allow_pickle=False) as stored:
        facts = json.loads(stored["facts"].tobytes())
        return StoredImage(
            pixels=stored["pixels"],
            height=facts["height"],
            width=facts["width"],
            notes=tuple(facts["notes"]),
        )


PICTURES = Kind("image", packed, unpacked, DAMAGED)
ImageStore: TypeAlias = Store[StoredImage]
