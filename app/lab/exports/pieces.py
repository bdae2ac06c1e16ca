"""The pieces that scripts have in common: what they open with, how they get the arrays, how they compare."""

import json
import math
from collections.abc import Iterable
from itertools import pairwise

from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from app.lab.pieces import stack_words
from app.lab.pieces.stack_facts import Source, layers_of

LEAST_TOLERANCE = (
    1e-4  # of the greatest value: float32 keeps seven digits, long sums lose two or three
)
PART_OF_WEIGHTS = 1e-6

LOAD = '''\
def load():
    """Return the arrays of the page: from trace.npz in this folder if it is there, else from its address."""
    file = Path("trace.npz")
    data = file.read_bytes() if file.exists() else urllib.request.urlopen(TRACE).read()
    return np.load(io.BytesIO(data))
'''
OF_GROUPS = '''\
def of_groups(weight, groups):
    """Keep the kernels for the maps that each filter reads, those of its group: (F, C / groups, kh, kw)."""
    some = np.split(weight, groups)
    return np.concatenate([np.split(each, groups, axis=1)[g] for g, each in enumerate(some)])
'''
COMPARE = '''\
def compare(name, mine):
    """Print how far maps are from those of the page, and stop where it is more than rounding."""
    theirs = page[name]
    difference, greatest = np.abs(mine - theirs).max(), np.abs(theirs).max()
    print(f"{name:21} {str(mine.shape):15} greatest value {greatest:.4g}, greatest difference {difference:.1e}")
    assert difference <= TOLERANCE * max(1, greatest), f"{name}: does trace.npz have these settings?"
'''


def opening(stack: StackSpec, source: Source, *, what: str, needs: str) -> str:
    """Return the docstring of a script."""
    lines = [
        f'"""{what}',
        "",
        stack_words.shape_line(stack),
        *(f"Layer {layer.number}: {stack_words.layer_words(layer)}" for layer in layers_of(stack)),
        *stack_words.flip_words(stack),
        "",
        f"Picture: {stack_words.plain(source.title)}. The page: {stack_words.plain(source.page)}",
        f"Needs {needs}. Image and weights come from the page, or from its trace.npz in this folder.",
        '"""',
    ]
    return "\n".join(lines) + "\n"


def constants(source: Source, banks: Iterable[FilterBank]) -> str:
    """Return where the arrays are, and how far results may be apart."""
    return (
        f"TRACE = {json.dumps(source.trace)}\n"
        f"TOLERANCE = {tolerance(banks):g}  # of the greatest value: float32 keeps about seven digits of a sum\n"
    )


def tolerance(banks: Iterable[FilterBank]) -> float:
    """Return how far float32 results may be apart, as a part of the greatest; more where weights are huge."""
    sums = [float(abs(bank.full).sum(axis=(1, 2, 3), dtype=float).max()) for bank in banks]
    wanted = max(LEAST_TOLERANCE, PART_OF_WEIGHTS * max(sums))
    digit = 10.0 ** math.floor(math.log10(wanted))
    return round(math.ceil(wanted / digit * 0.999) * digit, 12)


def comment(lines: Iterable[str]) -> list[str]:
    """Return lines as comments."""
    return [f"# {line}" for line in lines]


def heading(stack: StackSpec, number: int) -> list[str]:
    """Return the comment that opens a layer."""
    layer = layers_of(stack)[number - 1]
    return comment(
        [f"Layer {number}: {stack_words.layer_words(layer)}.", *stack_words.why_so_many(layer)]
    )


def script(*parts: str | Iterable[str]) -> str:
    """Join the parts of a script; functions stand two lines apart, as Python's style guide has it."""
    texts = [part if isinstance(part, str) else "\n".join(part) + "\n" for part in parts]
    texts = [text for text in texts if text.strip()]
    joined = texts[0]
    for before, text in pairwise(texts):
        apart = text.startswith(("def ", "class ")) or before.startswith(("def ", "class "))
        joined += ("\n\n" if apart else "\n") + text
    return joined
