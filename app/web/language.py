"""The edge where what is said below gets its words: in the language of the pages, from catalogs in app/locale."""

import gettext
from functools import cache
from pathlib import Path
from typing import Any

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
