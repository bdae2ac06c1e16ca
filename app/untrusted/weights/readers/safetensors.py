"""The .safetensors format, read by its own package; the length of the header is checked before."""

from contextlib import ExitStack
from functools import partial
from pathlib import Path

import ml_dtypes
import numpy as np
from safetensors import safe_open

from app.messages import sentence
from app.untrusted.weights.description import Description
from app.untrusted.weights.errors import BrokenWeights
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.readers.tensors import Tensors, refusing

# Bytes; a tensor takes about a hundred, and the package allows a hundred times more.
MOST_HEADER = 2**20
TYPES = {
    "BOOL": "bool",
    "BF16": "bfloat16",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
    "F16": "float16",
    "F32": "float32",
    "F64": "float64",
    **{f"I{bits}": f"int{bits}" for bits in (8, 16, 32, 64)},
    **{f"U{bits}": f"uint{bits}" for bits in (8, 16, 32, 64)},
}

# The package looks for these in NumPy, which does not have them.
for _name in ("float8_e4m3fn", "float8_e5m2"):
    if not hasattr(np, _name):
        setattr(np, _name, getattr(ml_dtypes, _name))


def read_safetensors(path: Path, limits: Limits, stack: ExitStack) -> Description:
    """Describe the tensors of a file, in the order of their values.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    with path.open("rb") as start:
        check_header(start.read(8))
    tensors = Tensors("safetensors", limits)
    with refusing("safetensors"):
        file = stack.enter_context(safe_open(str(path), framework="np"))
        facts = file.metadata() or {}
        for name in file.offset_keys():
            part = file.get_slice(name)
            shape = tuple(part.get_shape())
            word = part.get_dtype()
            load = partial(file.get_tensor, name)
            # The package has checked that the values are in the file.
            tensors.add(name, shape, TYPES.get(word, word), path.stat().st_size, load)
    return Description(format="safetensors", tensors=tensors.found, facts=facts)


def check_header(start: bytes) -> None:
    """Refuse a header that is very long, by the first eight bytes of the file.

    Raises:
        BrokenWeights: it is.
    """
    length = int.from_bytes(start, "little")
    if length > MOST_HEADER:
        raise BrokenWeights(
            sentence(
                "The header states {length:,} bytes; up to {most:,} would work.",
                length=length,
                most=MOST_HEADER,
            )
        )
