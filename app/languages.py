"""The languages of the pages, with the marks of their numbers, and which one is spoken now.

English is spoken unless the web says otherwise for the request at hand. A context variable holds the language, so
requests that run at the same time, and their threads, each keep their own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """A language: its code in addresses and HTML, its name in itself, and the marks of its numbers (as CLDR).

    Whole numbers with fewer than `least_grouped` digits are not grouped. `comma` stands between the things of a
    list, and `gap` between sentences. Each is equal to itself only, since numbers are cached by their language.
    """

    code: str
    name: str
    decimal: str = "."
    group: str = ","
    least_grouped: int = 4
    percent: str = "\N{NO-BREAK SPACE}%"
    comma: str = ", "
    gap: str = " "

    @property
    def folder(self) -> str:
        """Return the name of its folder in app/locale."""
        return self.code.replace("-", "_")


ENGLISH = Language(code="en", name="English")
LANGUAGES = {
    one.code: one
    for one in (
        ENGLISH,
        Language(code="es", name="Español", decimal=",", group=".", least_grouped=5),
        Language(code="de", name="Deutsch", decimal=",", group="."),
        Language(code="fr", name="Français", decimal=",", group="\N{NARROW NO-BREAK SPACE}"),
        Language(
            code="zh-Hans",
            name="简体中文",
            percent="%",
            comma="\N{IDEOGRAPHIC COMMA}",
            gap="",
        ),
    )
}
_spoken: ContextVar[Language] = ContextVar("spoken", default=ENGLISH)


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _spoken.get()


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language inside the context."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)
