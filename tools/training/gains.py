"""Computes the gains of the hand-made filters from the shipped photographs: `python -m tools.training.gains`.

It writes app/engine/weights/gains.py. A family of filters, mostly rotations of one another, shares one gain, so
that an edge still responds most to its own direction. The gain gives the family's pre-activations unit standard
deviation over all pixels of all photographs. It is smaller if more than one value in a thousand would exceed
LIMIT, so that a family with rare, high peaks does not determine the colour scale for all.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np
from PIL import Image

from app.engine.arrays import Float
from app.engine.compute.conv import conv2d
from app.engine.spec.stack import LayerSpec
from app.engine.weights.handmade.bank import scaled, unbalanced
from app.engine.weights.handmade.kernels import HandmadeFilter

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "static" / "samples"
TARGET = ROOT / "app" / "engine" / "weights" / "gains.py"

SIZE = 256
LIMIT = 5.0  # in standard deviations; one value in a thousand may exceed it
PERCENTILE = 99.9


def photographs() -> list[Float]:
    """Return the shipped photographs as the default input of layer 1, each (3, SIZE, SIZE)."""
    return [_centred_square(path) for path in sorted(SAMPLES.glob("*.jpg"))]


def measure(pictures: list[Float]) -> dict[int, tuple[float, ...]]:
    """Return the gains of layer 1, and those of layer 2, which reads the ReLU of layer 1's maps."""
    gains = {}
    inputs = pictures
    for number in (1, 2):
        filters = unbalanced(number)
        maps = _preactivations(filters, inputs)
        gains[number] = _gains(filters, maps)
        gain = np.array(gains[number], np.float32)[:, None, None]  # (F, 1, 1)
        inputs = [np.maximum(gain * each, 0) for each in maps]
    return gains


def main() -> None:
    """Measure the gains, and write them to the engine's module."""
    lines = [
        '"""Gains of the filters made by hand. Written by tools.training.gains, not by hand."""',
        "",
    ]
    lines.append("GAINS = {")
    for number, gains in measure(photographs()).items():
        lines += [f"    {number}: (", *(f"        {gain:.6g}," for gain in gains), "    ),"]
    TARGET.write_text("\n".join([*lines, "}", ""]), encoding="utf-8")
    print(f"Wrote {TARGET.relative_to(ROOT)}")


def _centred_square(path: Path) -> Float:
    with Image.open(path) as picture:
        colours = picture.convert("RGB")
    side = min(colours.size)
    left, top = (colours.width - side) // 2, (colours.height - side) // 2
    square = colours.crop((left, top, left + side, top + side))
    pixels = np.asarray(square.resize((SIZE, SIZE), Image.Resampling.LANCZOS), np.float32)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)) / np.float32(255) - np.float32(0.5)


def _preactivations(filters: list[HandmadeFilter], inputs: list[Float]) -> list[Float]:
    bank = scaled(filters, (1.0,) * len(filters))
    spec = LayerSpec(filters=len(filters))
    return [conv2d(x, bank.weight, bank.bias, spec) for x in inputs]  # each (F, SIZE, SIZE)


def _gains(filters: list[HandmadeFilter], maps: list[Float]) -> tuple[float, ...]:
    families = defaultdict(list)
    for index, made in enumerate(filters):
        families[made.family].append(index)
    gains = np.empty(len(filters))
    for members in families.values():
        values = np.stack([each[members] for each in maps])  # (pictures, members, SIZE, SIZE)
        deviation = np.sqrt(values.var(axis=(0, 2, 3), dtype=np.float64).mean())
        high = np.percentile(np.abs(values), PERCENTILE)
        gains[members] = 1 / max(deviation, high / LIMIT)
    return tuple(gains.tolist())


if __name__ == "__main__":
    main()
