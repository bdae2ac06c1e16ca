"""The application in languages that say every sentence in a marked way, so that what is not translated shows."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from starlette.testclient import TestClient

from app.languages import LANGUAGES
from app.main import create_app
from app.settings import Settings
from app.web import script_words
from app.web.language import catalogs
from tests.web.language.extraction import extracted, messages, texts

MARKS = {"es": "¡", "de": "ß", "fr": "œ", "zh-Hans": "中"}
CACHES = (catalogs.offered, catalogs.translations_of, script_words.as_json)


# A field, a tag or a character reference; words are what stands between.
NO_WORDS = re.compile(r"(\{[^}]*\}|%\(\w+\)s|%%|<[^>]*>|&\w+;)")
WORD = re.compile(r"[^\W\d_]{2,}")


def marked(text: str, code: str) -> str:
    """Put the mark of a language before every word."""
    parts = NO_WORDS.split(text)
    parts[::2] = [WORD.sub(lambda word: MARKS[code] + word[0], part) for part in parts[::2]]
    return "".join(parts)


def write_marked(locale: Path, code: str) -> None:
    """Write a catalog in which every word of every sentence has the mark of its language."""
    language = LANGUAGES[code]
    catalog = Catalog(locale=language.folder)
    for one in messages(extracted()):
        said = tuple(marked(text, code) for text in texts(one.id))
        forms = (*said[:1], *said[1:] * (catalog.num_plurals - 1)) if len(said) > 1 else said[0]
        catalog.add(one.id, forms)
    file = locale / language.folder / "LC_MESSAGES" / "convfold.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as written:
        write_mo(written, catalog)


@pytest.fixture(scope="module")
def locale(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Have the application read its catalogs from a folder with one for each language."""
    folder = tmp_path_factory.mktemp("locale")
    for code in MARKS:
        write_marked(folder, code)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(catalogs, "LOCALE", folder)
        for one in CACHES:
            one.cache_clear()
        yield folder
    for one in CACHES:
        one.cache_clear()


@pytest.fixture(scope="module")
def client(locale: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    del locale
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    with TestClient(app, follow_redirects=False) as client:
        yield client
