"""The styles and scripts of a file: the pages' and its own; and the policy that allows no others."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

STATIC = Path(__file__).parents[3] / "static"
EVERY = (
    "tokens",
    "reset",
    "base",
    "utilities",
    "components/values",
    "components/legend",
    "components/scroller",
)
IMPORT = re.compile(r'^import \{[^}]+\} from "([\w./-]+)"\n', re.MULTILINE)


@cache
def styles(names: tuple[str, ...]) -> str:
    """Return the style sheets of a file in one."""
    sheets = (*EVERY, *(f"components/{name}" for name in names), "snapshot")
    return "\n".join((STATIC / f"css/{name}.css").read_text("utf-8") for name in sheets)


@cache
def script(name: str) -> str:
    """Return a script with the modules that it imports inside, each once: a file from disk cannot import."""
    return "\n".join(_modules((STATIC / f"js/snapshot/{name}.js").resolve(), set()))


def _modules(path: Path, known: set[Path]) -> Iterator[str]:
    known.add(path)
    text = path.read_text("utf-8")
    for name in IMPORT.findall(text):
        if (other := (path.parent / name).resolve()) not in known:
            yield from _modules(other, known)
    yield IMPORT.sub("", text).replace("export function", "function")


def policy(style: str, scripts: Iterable[str]) -> str:
    """Return a Content-Security-Policy that allows these alone, and pictures that are in the file."""
    runs = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {runs}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
