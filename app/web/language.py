"""The edge where what is said below gets its words: in the language of the pages, from catalogs in app/locale."""

import gettext
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context

from app.messages import Message, Note
from app.web.notes import message_of

LOCALE = Path(__file__).parents[1] / "locale"
DOMAIN = "convfold"
LANGUAGE = "en"  # in which the texts are written, so that no catalog is needed


@cache
def translations() -> gettext.NullTranslations:
    """Return the texts of the pages' language; where there is no catalog, the texts as they are written."""
    return gettext.translation(DOMAIN, LOCALE, languages=[LANGUAGE], fallback=True)


def in_words(value: Any) -> Any:
    """Return the words of a message or of a note, and anything else as it is."""
    if isinstance(value, Note):
        value = message_of(value)
    elif not isinstance(value, Message):
        return value  # most of a page
    return value.in_words(translations())


def install_sentences(environment: Environment) -> None:
    """Let templates translate their sentences; a value in one may be a message or a note."""
    environment.policies["ext.i18n.trimmed"] = True  # a message is one line, however it is wrapped
    environment.install_gettext_translations(translations(), newstyle=True)  # type: ignore[attr-defined]
    for name in ("gettext", "ngettext"):
        translate: Any = environment.globals[name]
        environment.globals[name] = _with_values_in_words(translate)


def _with_values_in_words(translate: Callable[..., str]) -> Callable[..., str]:
    @pass_context
    def in_context(context: Context, *texts: Any, **values: Any) -> str:
        return translate(
            context, *texts, **{name: in_words(value) for name, value in values.items()}
        )

    return in_context
