"""A learner's notebook: the same two layers in PyTorch, and all 96 maps drawn by matplotlib."""

import io
from collections.abc import Callable

import matplotlib
import numpy as np
from matplotlib import pyplot as plt
from PIL import Image

from app.engine.arrays import Float
from app.engine.compute.trace import FilterBank
from tools.bench.engine import THREADS, onnx_session

matplotlib.use("Agg")

Maps = tuple[Float, Float]
Banks = tuple[FilterBank, FilterBank]

SIZE = 256
COLUMNS = 8
INCHES = 1.5  # side of a tile in the figure; with the usual margins about 100 pixels of map
DPI = 100


def read_picture(jpeg: bytes) -> Float:
    """Return the central square of a picture as the input of layer 1, (3, SIZE, SIZE), centred on 0."""
    image = Image.open(io.BytesIO(jpeg)).convert("RGB")
    side = min(image.size)
    left, top = (image.width - side) // 2, (image.height - side) // 2
    square = image.crop((left, top, left + side, top + side))
    pixels = np.asarray(square.resize((SIZE, SIZE), Image.Resampling.LANCZOS))  # (H, W, 3)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32) / np.float32(
        255
    ) - np.float32(0.5)


def layers(banks: Banks) -> tuple[str, Callable[[Float], Maps]]:
    """Return both layers as a function of the image, and the name of the library that runs them."""
    try:
        return "PyTorch", _in_pytorch(banks)
    except ImportError:
        return "ONNX Runtime", _in_onnx_runtime(banks)


def draw(maps: Float) -> bytes:
    """Draw maps, (F, H, W), as tiles of one figure, and return it as PNG."""
    rows = -(-len(maps) // COLUMNS)
    figure, axes = plt.subplots(rows, COLUMNS, figsize=(INCHES * COLUMNS, INCHES * rows))
    for place, one in zip(axes.flat, maps, strict=False):
        place.imshow(one, cmap="gray")
        place.axis("off")
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=DPI)
    plt.close(figure)
    return file.getvalue()


def _in_pytorch(banks: Banks) -> Callable[[Float], Maps]:
    import torch

    torch.set_num_threads(THREADS)
    # torch.tensor copies the weights, since PyTorch has no read-only arrays.
    tensors = [(torch.tensor(bank.weight), torch.tensor(bank.bias)) for bank in banks]

    def run(image: Float) -> Maps:
        with torch.inference_mode():
            maps, recorded = torch.from_numpy(image)[None], []
            for weight, bias in tensors:
                maps = torch.relu(torch.nn.functional.conv2d(maps, weight, bias, padding="same"))
                recorded.append(maps[0].numpy())
        return recorded[0], recorded[1]

    return run


def _in_onnx_runtime(banks: Banks) -> Callable[[Float], Maps]:
    outputs = ["activation1", "activation2"]
    session = onnx_session((banks[0].weight.shape[1], SIZE, SIZE), banks, outputs=outputs)

    def run(image: Float) -> Maps:
        first, second = session.run(outputs, {"image": image[None]})
        return first[0], second[0]

    return run
