"""Damages and decodes files of one format until the time is over, in a separate process, which may crash."""

import json
import os
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from app.untrusted.pictures.decode import SHORT_SIDE, Picture, decode
from app.untrusted.pictures.errors import PictureError
from app.web.notes import WORDS
from tools.bench.memory import peak_mib
from tools.fuzz.mutations import mutated
from tools.fuzz.seeds import seeds


def outcome(data: bytes) -> str:
    """Return `accepted` or the name of our error.

    Raises:
        Exception: any other error, which is a failure.
    """
    try:
        picture = decode(data)
    except PictureError as refused:
        if "would work" not in str(refused):
            raise AssertionError(f"no help in {str(refused)!r}") from refused
        return type(refused).__name__
    check(picture)
    return "accepted"


def check(picture: Picture) -> None:
    """Check that a decoded picture has the properties that the rest of the server relies on."""
    height, width, channels = picture.pixels.shape
    assert channels == 3
    assert 1 <= min(height, width) <= SHORT_SIDE
    assert picture.pixels.dtype == "uint8"
    assert not picture.pixels.flags.writeable
    assert all(note.code in WORDS for note in picture.notes)


def work(kind: str, seconds: float, seed: str, current: Path) -> dict[str, Any]:
    """Decode damaged files of one format; `current` always holds the one at hand."""
    return damage(seeds()[kind], outcome, seconds, seed, current)


def damage(
    whole: list[bytes],
    outcome: Callable[[bytes], str],
    seconds: float,
    seed: str,
    current: Path,
) -> dict[str, Any]:
    """Damage whole files for so long and count what became of them; `current` always holds the one at hand."""
    chance = random.Random(seed)
    outcomes, slowest = Counter[str](), 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = mutated(chance, chance.choice(whole), chance.choice(whole))
        current.write_bytes(data)
        began = time.process_time()
        try:
            outcomes[outcome(data)] += 1
        except Exception:
            return {"failure": traceback.format_exc()}
        slowest = max(slowest, time.process_time() - began)
    return {
        "outcomes": outcomes,
        "slowest_ms": 1000 * slowest,
        "peak_mib": peak_mib(os.getpid()) or 0,
    }


if __name__ == "__main__":
    _, its_kind, its_seconds, its_seed, its_current = sys.argv
    print(json.dumps(work(its_kind, float(its_seconds), its_seed, Path(its_current))))
