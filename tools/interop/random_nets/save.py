"""Saves random nets and their maps into a folder; run by the environment that has the package.

python -m tools.interop.random_nets.save PACKAGE FIRST_SEED NETS FOLDER
"""

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from app.engine.arrays import Float
from tools.interop.random_nets.net import Net, Package, random_net

PICTURES = "pictures.npz"  # the picture of each number of channels
Save = Callable[[Net, Float, Path], dict[str, Float]]


def main(arguments: list[str]) -> int:
    """Save the nets; return 0."""
    package, first, count, folder = arguments
    save_all(package, range(int(first), int(first) + int(count)), Path(folder))  # type: ignore[arg-type]
    return 0


def save_all(package: Package, seeds: range, folder: Path) -> None:
    """Write each net as `SEED.form`, and the maps that its package computes as `SEED.maps.npz`."""
    save = _saver(package)
    with np.load(folder / PICTURES) as file:
        pictures = dict(file)
    for seed in seeds:
        net = random_net(package, seed)
        maps = save(net, pictures[str(net.channels)], folder / f"{seed}.{net.form}")
        np.savez(folder / f"{seed}.maps.npz", **maps)  # type: ignore[arg-type]


def _saver(package: Package) -> Save:
    if package == "ONNX":
        from tools.interop.random_nets import by_onnx

        return by_onnx.save
    if package == "Keras":
        from tools.interop.random_nets import by_keras

        return by_keras.save
    from tools.interop.random_nets import by_torch

    return by_torch.save


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
