"""A script with OpenCV: `filter2D` for each of the 2,240 kernels, and the maps as one coloured picture a layer."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.engine.arrays import Float
from tools.bench.notebook import COLUMNS, Banks, Maps

TILE = 64  # pixels a side, as live


def layers(banks: Banks) -> Callable[[Float], Maps]:
    """Return both layers as a function of the image.

    Raises:
        ImportError: OpenCV is not installed.
    """
    import cv2

    def layer(maps: Float, weight: Float, bias: Float) -> Float:
        made = np.empty((len(weight), *maps.shape[1:]), np.float32)
        for out, kernels, one_bias in zip(made, weight, bias, strict=True):
            out[:] = one_bias
            for channel, kernel in zip(maps, kernels, strict=True):
                out += cv2.filter2D(channel, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
        return np.maximum(made, 0, out=made)

    def run(image: Float) -> Maps:
        first = layer(image, banks[0].weight, banks[0].bias)
        return first, layer(first, banks[1].weight, banks[1].bias)

    return run


def draw(maps: Float) -> bytes:
    """Draw maps, (F, H, W), as tiles of one picture, and return it as JPEG."""
    import cv2

    limit = np.quantile(maps[:, ::5, ::5], 0.99) or 1.0
    tiles = [_tile(cv2, one, float(limit)) for one in maps]
    rows = [np.hstack(tiles[at : at + COLUMNS]) for at in range(0, len(tiles), COLUMNS)]
    coloured = cv2.applyColorMap(np.vstack(rows), cv2.COLORMAP_VIRIDIS)
    data: bytes = cv2.imencode(".jpg", coloured, [cv2.IMWRITE_JPEG_QUALITY, 60])[1].tobytes()
    return data


def _tile(cv2: Any, one: Float, limit: float) -> NDArray[np.uint8]:
    small = cv2.resize(one, (TILE, TILE), interpolation=cv2.INTER_AREA)
    level: NDArray[np.uint8] = np.minimum(255 * small / limit, 255).astype(np.uint8)
    return level
