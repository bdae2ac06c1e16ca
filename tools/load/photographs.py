"""Photographs like those of phones, 12 megapixels each, and all different files."""

import io
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image

from tools.bench.client import with_comment

SAMPLES = Path(__file__).parents[2] / "static/samples"
WIDTH, HEIGHT = 4000, 3000
QUALITY = 88  # about 3 MB
GRAIN = 6.0  # standard deviation of the added sensor noise, on a scale of 255
SCENES = 16  # pictures with different pixels; the files of one scene differ only in a comment


def photographs(count: int) -> list[bytes]:
    """Make `count` different JPEG files."""
    with ProcessPoolExecutor(2) as pool:
        scenes = list(pool.map(_scene, range(min(count, SCENES))))
    return [with_comment(scenes[n % len(scenes)], f"photograph {n}") for n in range(count)]


def _scene(number: int) -> bytes:
    names = sorted(SAMPLES.glob("*.jpg"))
    random = np.random.default_rng(number)
    with Image.open(names[number % len(names)]) as sample:
        turned = sample.convert("RGB").rotate(7 * number, Image.Resampling.BICUBIC)
        large = np.asarray(turned.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC), np.float32)
    grainy = large + random.normal(0, GRAIN, large.shape).astype(np.float32)
    file = io.BytesIO()
    Image.fromarray(grainy.clip(0, 255).astype(np.uint8)).save(file, "JPEG", quality=QUALITY)
    return file.getvalue()
