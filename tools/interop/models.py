"""The models whose files are in `files`: the settings of each layer, and their outputs from the engine."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from app.engine.compute.forward import forward_layer
from app.engine.compute.trace import FilterBank
from app.engine.spec.layer import FILTERS, KERNELS, LayerSpec
from app.untrusted.weights.jobs import take
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.limits import Limits

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
    with NamedTemporaryFile() as copy:
        copy.write(file)
        copy.flush()
        layers = take(Path(copy.name), Choice(), LIMITS).layers
    maps = picture
    for spec, layer in zip(model.layers, layers, strict=True):
        found, values = layer.found, layer.values
        assert (found.filters, found.shape[2:], found.groups or 1) == (
            *(spec.filters, spec.kernel),
            spec.groups,
        )
        bias = np.zeros(found.filters, np.float32) if values.bias is None else values.bias
        bank = FilterBank(values.weight, bias, pointwise=values.pointwise)
        maps = forward_layer(maps, spec, bank).output
    return maps
