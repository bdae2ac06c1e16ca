"""Every sentence of code and templates, as `make messages` finds them."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
PYBABEL = Path(sys.executable).parent / "pybabel"


@cache
def extracted() -> Catalog:
    with TemporaryDirectory() as folder:
        found = Path(folder) / "all.pot"
        options = ["--mapping-file", "pyproject.toml", "--output-file", str(found)]
        command = [str(PYBABEL), "--quiet", "extract", *options, "app", "templates"]
        subprocess.run(command, cwd=ROOT, check=True)
        return read_po(found.read_bytes().splitlines())


def messages(catalog: Catalog) -> list[Message]:
    return [one for one in catalog if one.id]


def texts(value: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    """Return the forms of a text: one, or one for each kind of count."""
    return (value,) if isinstance(value, str) else tuple(value or ("",))
