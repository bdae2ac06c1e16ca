"""The models whose files are in `files`: the settings of each layer, and their outputs from the engine."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.compute.forward import forward_layer
from app.engine.compute.trace import FilterBank
from app.engine.spec.layer import FILTERS, KERNELS, LayerSpec
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.read import read

FILES = Path(__file__).parents[2] / "tests/untrusted/weights/files"
OUTPUTS = FILES / "outputs.npz"  # from the packages that saved the files
LIMITS = Limits(filters=FILTERS, kernels=KERNELS)


@dataclass(frozen=True)
class Model:
    """Two convolutions, saved to a file by a package; `channels` is the number of input channels."""

    file: str
    channels: int
    layers: tuple[LayerSpec, LayerSpec]

    @property
    def stem(self) -> str:
        """Return the name under which its input and output are stored."""
        return self.file.replace(".", "_")

    def input(self, seed: int) -> Float:
        """Return a small picture of noise."""
        noise = np.random.RandomState(seed).uniform(-1, 1, (self.channels, 14, 13))
        return noise.astype(np.float32)

    def picture(self) -> NDArray[np.uint8]:
        """Return the smallest picture that a stack reads, as pixels, (C, 32, 32)."""
        return np.random.RandomState(3).randint(0, 256, (self.channels, 32, 32)).astype(np.uint8)


MODELS = (
    Model(
        "keras.weights.h5",
        3,
        (LayerSpec(filters=8), LayerSpec(filters=6, activation="linear")),
    ),
    Model(
        "keras.keras",
        3,
        (
            LayerSpec(filters=8, kernel=(5, 5), padding="valid", activation="tanh"),
            LayerSpec(filters=4, stride=2, groups=2, activation="linear"),
        ),
    ),
    Model(
        "keras_legacy.h5",
        1,
        (
            LayerSpec(filters=12, kernel=(3, 5)),
            LayerSpec(filters=7, dilation=2, activation="linear"),
        ),
    ),
    Model(
        "torch.safetensors",
        3,
        (LayerSpec(filters=8, padding=1), LayerSpec(filters=6, padding=2, activation="linear")),
    ),
    Model(
        "torch_bfloat16.safetensors",
        3,
        (LayerSpec(filters=8, padding=1), LayerSpec(filters=6, padding=1, activation="linear")),
    ),
    Model(
        "torch.onnx",
        3,
        (
            LayerSpec(filters=8, kernel=(5, 3), padding=2, stride=2),
            LayerSpec(filters=6, padding=2, dilation=2, groups=2, activation="linear"),
        ),
    ),
    Model(
        "helper.onnx",
        1,
        (LayerSpec(filters=5, kernel=(4, 4)), LayerSpec(filters=3, activation="linear")),
    ),
)


def run_by_the_engine(model: Model, file: bytes, picture: Float) -> Float:
    """Return the output of the engine's two layers for a picture, with the weights from the file."""
    weights = read(BytesIO(file), limits=LIMITS)
    pair, maps = weights.first_pair(), picture
    for spec, found, groups in zip(
        model.layers, (pair.first, pair.second), pair.groups, strict=True
    ):
        assert (found.filters, found.shape[2:], groups) == (spec.filters, spec.kernel, spec.groups)
        maps = forward_layer(maps, spec, FilterBank(*weights.convolution(found.name))).output
    return maps
