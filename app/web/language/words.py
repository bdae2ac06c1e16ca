"""The edge where what is said below gets its words: in the language that is spoken."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from app.languages import spoken
from app.messages import Message, Note
from app.web.language.catalogs import translations_of
from app.web.notes import message_of


def in_words(value: Any) -> Any:
    """Return the words of a message or of a note, and anything else as it is."""
    if isinstance(value, Note):
        value = message_of(value)
    elif not isinstance(value, Message):
        return value  # most of a page
    return value.in_words(translations_of(spoken()))


def install_sentences(environment: Environment) -> None:
    """Let templates translate their sentences; a value in one may be a message or a note.

    Templates are compiled once for all languages, so nothing that depends on the language may be computed then.
    """
    environment.policies["ext.i18n.trimmed"] = True  # a message is one line, however it is wrapped
    environment.optimized = False
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    for name in ("gettext", "ngettext"):
        translate: Any = environment.globals[name]
        environment.globals[name] = _with_values_in_words(translate)


def _gettext(text: str) -> str:
    return translations_of(spoken()).gettext(text)


def _ngettext(one: str, several: str, count: int) -> str:
    assert isinstance(count, int), (
        one
    )  # other languages than English ask more of it than whether it is 1
    return translations_of(spoken()).ngettext(one, several, count)


def _with_values_in_words(translate: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def in_context(context: Context, *texts: Any, **values: Any) -> str:
        return translate(
            context, *texts, **{name: in_words(value) for name, value in values.items()}
        )

    return in_context
