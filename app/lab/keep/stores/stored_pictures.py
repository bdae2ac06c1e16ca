"""A decoded picture as it is stored: its pixels and its description, in one file."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.lab.keep.stores.base import Kind, Store

DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, EOFError)  # raised on an incomplete file


@dataclass(frozen=True)
class StoredImage:
    """A decoded picture: `pixels` uint8, (H, W, 3); `height` and `width` of the original; notes on its
    processing.
    """

    pixels: NDArray[np.uint8]
    height: int
    width: int
    notes: tuple[str, ...]


def serialise(image: StoredImage) -> memoryview:
    """Serialise a picture to a file."""
    facts = {"height": image.height, "width": image.width, "notes": image.notes}
    file = io.BytesIO()
    np.savez(file, pixels=image.pixels, facts=np.frombuffer(json.dumps(facts).encode(), np.uint8))
    return file.getbuffer()


def deserialise(file: BinaryIO) -> StoredImage:
    """Read a picture from a file.

    Raises:
        One of DAMAGED: the file is incomplete.
    """
    with np.load(file, allow_pickle=False) as stored:
        facts = json.loads(stored["facts"].tobytes())
        return StoredImage(
            pixels=stored["pixels"],
            height=facts["height"],
            width=facts["width"],
            notes=tuple(facts["notes"]),
        )


PICTURES = Kind("image", serialise, deserialise, DAMAGED)
ImageStore: TypeAlias = Store[StoredImage]
