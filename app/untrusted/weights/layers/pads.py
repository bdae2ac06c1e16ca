"""The padding that a file states, as a layer of the stack can have it."""

from collections.abc import Sequence
from typing import Any

from app.messages import Message, sentence
from app.untrusted.weights.description import Operation

PADDINGS = range(41)
MODES = ("zeros", "reflect", "replicate", "circular")
Pads = tuple[int, int, int, int]  # top, left, bottom, right


def padding(
    kernel: Sequence[int], own: Operation, before: Sequence[Operation]
) -> tuple[dict[str, Any], list[Message]]:
    """Return the settings `padding` and `padding_mode`, and what cannot be followed.

    `before` are the paddings directly before the convolution: they are joined with its own.
    """
    mode = str(own.settings.get("padding_mode", "zeros"))
    pads, auto = (
        tuple(own.settings.get("pads", (0, 0, 0, 0))),
        own.settings.get("auto_pad", "NOTSET"),
    )
    missed: list[Message] = []
    for one in before:
        added = tuple(one.settings.get("pads", (0, 0, 0, 0)))
        its_mode = str(one.settings.get("padding_mode", "zeros"))
        if not any(added):
            continue
        same = auto in ("SAME_UPPER", "SAME_LOWER")
        if same or (any(pads) and its_mode != mode):
            missed.append(sentence("A padding of {pads} is left out.", pads=_listed(added)))
            continue
        mode, auto = its_mode, "NOTSET"
        pads = tuple(a + b for a, b in zip(pads, added, strict=True))
    if mode not in MODES:
        missed.append(
            sentence("The padding mode {mode} is not one that a layer here can have.", mode=mode)
        )
        mode = "zeros"
    strides, dilations = own.settings.get("strides", (1, 1)), own.settings.get("dilations", (1, 1))
    total = [dilation * (size - 1) for size, dilation in zip(kernel, dilations, strict=True)]
    chosen, why = _chosen(pads, str(auto), total, tuple(strides))
    return {"padding": chosen, "padding_mode": mode}, missed + why


def _chosen(
    pads: tuple[int, ...], auto: str, total: list[int], strides: tuple[int, ...]
) -> tuple[str | int, list[Message]]:
    if auto == "SAME_UPPER":
        return "same", []
    if auto == "SAME_LOWER":
        if set(strides) == {1} and not any(each % 2 for each in total):
            return "same", []
        return "same", [
            sentence(
                "The file puts an odd pixel of padding before the maps; the lab puts it after them."
            )
        ]
    if auto == "VALID" or not any(pads):
        return "valid", []
    halves = [(each // 2, each - each // 2) for each in total]
    if set(strides) == {1} and pads == (halves[0][0], halves[1][0], halves[0][1], halves[1][1]):
        return "same", []
    if len(set(pads)) == 1 and pads[0] in PADDINGS:
        return pads[0], []
    odd = [
        (size - 1, (size - 1) // 2) for size in total
    ]  # what `same` adds to an even size at a stride of 2
    if strides == (2, 2) and pads == (
        odd[0][1],
        odd[1][1],
        odd[0][0] - odd[0][1],
        odd[1][0] - odd[1][1],
    ):
        return "same", [
            sentence(
                "The file pads {pads}; the lab uses same, which is equal where the size is even.",
                pads=_listed(pads),
            )
        ]
    nearest: str | int = "same"
    if set(strides) == {1} and max(pads) - min(pads) > 1:
        nearest = min(max(round(sum(pads) / 4), 0), PADDINGS[-1])
    return nearest, [
        sentence(
            "The file pads {pads}, which differs between the sides; the lab uses {nearest}.",
            pads=_listed(pads),
            nearest=nearest,
        )
    ]


def _listed(pads: Sequence[int]) -> Message:
    top, left, bottom, right = pads
    return sentence(
        "{top} above, {bottom} below, {left} left and {right} right",
        top=top,
        bottom=bottom,
        left=left,
        right=right,
    )
