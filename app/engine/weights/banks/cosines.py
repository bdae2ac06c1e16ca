"""The basis of the discrete cosine transform: as many orthogonal filters as a window has values."""

import numpy as np

from app.engine.weights.request import (
    Array,
    Bank,
    BankRequest,
    BankWeights,
    Filter,
    build_per_group,
    size_text,
)
from app.messages import Message, paragraph, sentence

NAME = sentence("Cosine {rows} down, {columns} across")
DEEP_NAME = sentence("Cosine {rows} down, {columns} across, {mixture} over channels")
TOO_FEW = sentence(
    "it has {most} filters: {patterns} for kernels of {size}, times {channels} for the channels"
)
TOO_FEW_IN_A_GROUP = sentence(
    "it has {most} filters in each group: {patterns} for kernels of {size}, times {channels} for the channels"
)


def basis(size: int) -> Array:
    """Return the orthonormal basis of the DCT-II, one cosine per row, starting with the constant: (size, size).

    Ahmed, Natarajan & Rao, "Discrete cosine transform" (1974).
    """
    frequency, place = np.arange(size)[:, None], np.arange(size)
    waves: Array = np.cos(np.pi * (2 * place + 1) * frequency / (2 * size))
    waves /= np.linalg.norm(waves, axis=1, keepdims=True)
    return waves


def _build(request: BankRequest) -> BankWeights:
    return build_per_group(request, lambda first: _filters(request))


def _filters(request: BankRequest) -> list[Filter]:
    depth, down, across = (basis(size) for size in (request.channels, *request.kernel))
    order = sorted(np.ndindex(*request.kernel), key=lambda pair: (sum(pair), pair))
    made = []
    for index in range(request.each):
        mixture, place = divmod(index, len(order))
        rows, columns = order[place]
        kernel = np.multiply.outer(down[rows], across[columns])
        name = DEEP_NAME if mixture else NAME
        name = name.having(rows=rows, columns=columns, mixture=mixture)
        made.append(Filter(name, np.multiply.outer(depth[mixture], kernel)))
    return made


def _how_made(request: BankRequest) -> Message:
    patterns = request.kernel[0] * request.kernel[1]
    made_of = sentence(
        "The two-dimensional discrete cosine transform (Ahmed, Natarajan & Rao, 1974): {patterns} products of a "
        "cosine down and one across the kernel, slow ones first; not trained. Each filter has length 1 and "
        "stands at a right angle to all others.",
        patterns=patterns,
    )
    if request.channels == 1:
        return made_of
    over_channels = sentence(
        "Over the {channels} channels runs a third cosine: the first {patterns} filters take all channels alike, "
        "and each further set lets it run half a wave more.",
        channels=request.channels,
        patterns=patterns,
    )
    return paragraph(made_of, over_channels)


def _why_not(request: BankRequest) -> Message | None:
    patterns = request.kernel[0] * request.kernel[1]
    most = patterns * request.channels
    if request.each <= most:
        return None
    message = TOO_FEW_IN_A_GROUP if request.groups > 1 else TOO_FEW
    return message.having(
        most=most, patterns=patterns, size=size_text(request.kernel), channels=request.channels
    )


BANK = Bank(
    name="dct",
    title=sentence("Cosines (2-D DCT)"),
    build=_build,
    how_made=_how_made,
    why_not=_why_not,
)
