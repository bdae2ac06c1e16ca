"""The .safetensors format: a length, a JSON header, then the values without gaps."""

import json
import math
from functools import partial
from typing import Any

import numpy as np

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.names import NameBudget
from app.untrusted.weights.source import Source
from app.untrusted.weights.tensor import BFLOAT16, Stored, Tensor, from_bytes

_MOST_HEADER = 2**20  # bytes; a tensor takes about a hundred, and JSON grows thirtyfold when parsed
_TYPES = {
    "BF16": BFLOAT16,
    **{f"F{bits}": f"float{bits}" for bits in (16, 32, 64)},
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}


def starts_safetensors(head: bytes) -> bool:
    """Return whether a file starts like this format: a length below 4 GiB, then a JSON object."""
    return head[4:9] == b"\0\0\0\0{"


def read_safetensors(source: Source, limits: Limits) -> list[Tensor]:
    """Return the tensors of the file in the order of their values.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    (length,) = source.unpack("Q", 0)
    if length > _MOST_HEADER:
        raise BrokenWeights(
            sentence(
                "The header states {length:,} bytes; up to {most:,} would work.",
                length=length,
                most=_MOST_HEADER,
            )
        )
    entries = _entries(source.read(8, length))
    if len(entries) > limits.max_tensors:
        raise UnsupportedWeights(
            sentence(
                "The file holds {count:,} tensors; up to {most:,} would work.",
                count=len(entries),
                most=limits.max_tensors,
            )
        )
    names = NameBudget(limits)
    for name in entries:
        names.take(len(name))
    _check_offsets([entry["data_offsets"] for entry in entries.values()], source.size - 8 - length)
    return [_tensor(source, name, entry, 8 + length) for name, entry in entries.items()]


def _entries(header: bytes) -> dict[str, dict[str, Any]]:
    try:
        found = json.loads(header.decode(), object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError) as error:
        raise BrokenWeights(
            sentence(
                "The header is no JSON object of tensors; the same weights saved again would work."
            )
        ) from error
    if not isinstance(found, dict):
        raise BrokenWeights(
            sentence(
                "The header is no JSON object of tensors; the same weights saved again would work."
            )
        )
    found.pop("__metadata__", None)
    for entry in found.values():
        _check_entry(entry)
    return dict(sorted(found.items(), key=lambda item: item[1]["data_offsets"]))


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found


def _check_entry(entry: object) -> None:
    if not (
        isinstance(entry, dict)
        and isinstance(entry.get("dtype"), str)
        and _are_sizes(entry.get("shape"))
        and _are_sizes(entry.get("data_offsets"))
        and len(entry["data_offsets"]) == 2
    ):
        raise BrokenWeights(
            sentence(
                "The header describes a tensor without type, shape and place; the same weights "
                "saved again would work."
            )
        )


def _are_sizes(value: object) -> bool:
    return isinstance(value, list) and all(type(size) is int and size >= 0 for size in value)


def _check_offsets(offsets: list[list[int]], total: int) -> None:
    """Refuse values that overlap, have gaps or do not end with the file; no writer makes such files."""
    ends = [0, *(stop for _, stop in offsets)]
    starts = [*(start for start, _ in offsets), total]
    if ends != starts or any(stop < start for start, stop in offsets):
        raise BrokenWeights(
            sentence(
                "The tensors do not lie side by side in the {total:,} bytes behind the header: "
                "they overlap, leave a gap or end beyond the file; the same weights saved again "
                "would work.",
                total=total,
            )
        )


def _tensor(source: Source, name: str, entry: dict[str, Any], base: int) -> Tensor:
    shape, dtype = (
        tuple(entry["shape"]),
        _TYPES.get(entry["dtype"], shown_text(entry["dtype"], most=20)),
    )
    start, stop = entry["data_offsets"]
    stored = np.dtype("<u2" if dtype == BFLOAT16 else "V1")
    if entry["dtype"] in _TYPES and dtype != BFLOAT16:
        stored = np.dtype(dtype).newbyteorder("<")
    tensor = Tensor(
        name=name,
        shape=shape,
        dtype=dtype,
        load=partial(_load, source, base + start, stop - start, stored, shape),
    )
    if tensor.numeric and math.prod(shape) * stored.itemsize != stop - start:
        raise BrokenWeights(
            sentence(
                "{tensor} is stored in {nbytes:,} bytes; {needed:,} would work.",
                tensor=tensor.summary,
                nbytes=stop - start,
                needed=math.prod(shape) * stored.itemsize,
            )
        )
    return tensor


def _load(
    source: Source, place: int, nbytes: int, stored: np.dtype[Any], shape: tuple[int, ...]
) -> Stored:
    return from_bytes(source.read(place, nbytes), stored, shape)
