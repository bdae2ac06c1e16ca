"""The identity: every filter copies one channel."""

import numpy as np

from app.engine.weights.request import Bank, BankRequest, BankWeights, Filter, build_per_group
from app.messages import Message, sentence


def _build(request: BankRequest) -> BankWeights:
    return build_per_group(request, lambda first: _filters(request, first))


def _filters(request: BankRequest, first: int) -> list[Filter]:
    height, width = request.kernel
    made = []
    for channel in (index % request.channels for index in range(request.each)):
        weight = np.zeros((request.channels, height, width))
        # `same` pads an odd pixel at the end, so in an even kernel this tap copies without a shift.
        weight[channel, (height - 1) // 2, (width - 1) // 2] = 1
        made.append(Filter(sentence("Copy of channel {channel}", channel=first + channel), weight))
    return made


def _how_made(request: BankRequest) -> Message:
    if request.each > request.channels:
        return sentence(
            "Each filter has one weight, 1, in the middle of its kernel for one channel, and zeros for all "
            "others, so its map is a copy: the first of channel 0, the next of channel 1, and after the last "
            "channel again from channel 0 on; not trained."
        )
    return sentence(
        "Each filter has one weight, 1, in the middle of its kernel for one channel, and zeros for all others, so "
        "its map is a copy: the first of channel 0, the next of channel 1; not trained."
    )


BANK = Bank(
    name="identity",
    title=sentence("Identity (copies)"),
    build=_build,
    how_made=_how_made,
    why_not=lambda request: None,
)
