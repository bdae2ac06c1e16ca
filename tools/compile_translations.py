"""Compiles catalogs for the standard library: `python tools/compile_translations.py FILE.po ...`.

`pybabel compile` refuses a language with one plural form, such as Chinese, where the English sentence for one
thing does not have the fields of that for several. The tests of the catalogs compare the fields of every form.
"""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalog(path: Path) -> None:
    """Write the compiled catalog next to its text."""
    with path.open("rb") as text:
        catalog = read_po(text, locale=path.parts[-3], abort_invalid=True)
    with path.with_suffix(".mo").open("wb") as compiled:
        write_mo(compiled, catalog)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        compile_catalog(Path(name))
