"""The styles and scripts of a file: the pages' and its own; and the policy that allows no others."""

import hashlib
import re
from base64 import b64encode
from collections.abc import Iterable
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
IMPORT = re.compile(r'^import \{ \w+ \} from "\./([\w-]+)\.js"\n', re.MULTILINE)


@cache
def styles(names: tuple[str, ...]) -> str:
    """Return the style sheets of a file in one."""
    sheets = (*EVERY, *(f"components/{name}" for name in names), "snapshot")
    return "\n".join((STATIC / f"css/{name}.css").read_text("utf-8") for name in sheets)


@cache
def script(name: str) -> str:
    """Return a script of files with the modules that it imports inside: a file from disk cannot import."""
    text = (STATIC / f"js/snapshot/{name}.js").read_text("utf-8")
    return IMPORT.sub(lambda found: script(found[1]).replace("export function", "function"), text)


def policy(style: str, scripts: Iterable[str]) -> str:
    """Return a Content-Security-Policy that allows these alone, and pictures that are in the file."""
    runs = " ".join(map(_hash, scripts)) or "'none'"
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {runs}; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
