"""The catalogs in app/locale: English needs none, any other language is offered where its catalog is."""

import gettext
from functools import cache
from pathlib import Path

from app.languages import ENGLISH, LANGUAGES, Language

LOCALE = Path(__file__).parents[2] / "locale"
DOMAIN = "convfold"


class CatalogsNotCompiled(Exception):
    """A catalog is there as text only; the message says what to run."""


@cache
def offered() -> dict[str, Language]:
    """Return the languages in which pages can be had, by their codes.

    Raises:
        CatalogsNotCompiled: a catalog has not been compiled.
    """
    languages = {
        code: one
        for code, one in LANGUAGES.items()
        if one is ENGLISH or _file(one, "po").exists() or _file(one, "mo").exists()
    }
    missing = [code for code, one in languages.items() if _is_not_compiled(one)]
    if missing:
        raise CatalogsNotCompiled(
            f"The translations of {', '.join(missing)} are not compiled; `make translations` compiles them."
        )
    return languages


def read_all() -> None:
    """Read all catalogs now: each takes some 10 ms, and no other request is answered meanwhile."""
    for language in offered().values():
        translations_of(language)


@cache
def translations_of(language: Language) -> gettext.NullTranslations:
    """Return the texts of a language."""
    if language is ENGLISH:
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE, languages=[language.folder])


def _is_not_compiled(language: Language) -> bool:
    return language is not ENGLISH and not _file(language, "mo").exists()


def _file(language: Language, ending: str) -> Path:
    return LOCALE / language.folder / "LC_MESSAGES" / f"{DOMAIN}.{ending}"
