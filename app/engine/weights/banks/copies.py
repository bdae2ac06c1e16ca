"""The identity: every filter copies one channel."""

import numpy as np

from app.engine.weights.request import Bank, BankRequest, BankWeights, Filter, build_per_group


def _build(request: BankRequest) -> BankWeights:
    return build_per_group(request, lambda first: _filters(request, first))


def _filters(request: BankRequest, first: int) -> list[Filter]:
    height, width = request.kernel
    made = []
    for channel in (index % request.channels for index in range(request.each)):
        weight = np.zeros((request.channels, height, width))
        # `same` pads an odd pixel at the end, so in an even kernel this tap copies without a shift.
        weight[channel, (height - 1) // 2, (width - 1) // 2] = 1
        made.append(Filter(f"Copy of channel {first + channel}", weight))
    return made


def _how_made(request: BankRequest) -> str:
    again = "; then they begin again" if request.each > request.channels else ""
    return (
        "Each filter has one weight, 1, in the middle of its kernel for one channel, and zeros for all "
        f"others, so its map is a copy: the first of channel 0, the next of channel 1{again}; not trained."
    )


BANK = Bank(
    name="identity",
    title="Identity (copies)",
    build=_build,
    how_made=_how_made,
    why_not=lambda request: None,
)
