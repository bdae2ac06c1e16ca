"""A decoded picture as it is stored: its pixels and its description, in one file."""

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from app.lab.keep.stores.base import Kind, Store
from app.messages import Note, note

DAMAGED = (zipfile.BadZipFile, ValueError, KeyError, EOFError)  # raised on an incomplete file


@dataclass(frozen=True)
class StoredImage:
    """A decoded picture: `pixels` uint8, (H, W, 3); `height` and `width` of the original; notes on its
    processing.
    """

    pixels: NDArray[np.uint8]
    height: int
    width: int
    notes: tuple[Note, ...]


def serialise(image: StoredImage) -> memoryview:
    """Return the file of a picture."""
    notes = [[one.code, dict(one.values)] for one in image.notes]
    facts = {"height": image.height, "width": image.width, "notes": notes}
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
            notes=tuple(map(_note, facts["notes"])),
        )


def _note(stored: str | list[Any]) -> Note:
    """Return a stored note; files of version 0.1 hold it as a sentence in English, which is its own code."""
    if isinstance(stored, str):
        return note(stored)
    code, values = stored
    return note(code, **values)


PICTURES = Kind("image", serialise, deserialise, DAMAGED)
ImageStore: TypeAlias = Store[StoredImage]
