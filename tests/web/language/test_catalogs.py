"""Each catalog of app/locale has every sentence, whole, with the same fields as the English text."""

import re
from collections import Counter
from gettext import GNUTranslations
from io import BytesIO
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.languages import LANGUAGES
from app.web.language.catalogs import DOMAIN, LOCALE
from tests.web.language.extraction import extracted, messages, texts
from tools.compile_translations import compile_catalog

PYTHON_FIELD = re.compile(r"%\(\w+\)[sd]|%%")
TAG = re.compile(r"</?[a-z][^>]*>|&\w+;")
CATALOGS = sorted(LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


@pytest.fixture(scope="module", params=CATALOGS, ids=lambda path: path.parts[-3])
def catalog(request: pytest.FixtureRequest) -> Catalog:
    with request.param.open("rb") as file:
        return read_po(file, locale=request.param.parts[-3])


def lacking(catalog: Catalog) -> list[object]:
    return [one.id for one in messages(catalog) if not all(texts(one.string)) or one.fuzzy]


def fields(text: str, *, of_python: bool) -> Counter[str]:
    """Return the fields of a text: {name} with what follows the name in code, %(name)s and tags in templates.

    A field counts once: "2 at a time" is "de 2 en 2" in Spanish.
    """
    if of_python:
        return Counter(
            {f"{name}!{kind}:{how}" for _, name, how, kind in Formatter().parse(text) if name}
        )
    return Counter({*PYTHON_FIELD.findall(text)}) + Counter(TAG.findall(text))


def is_of_python(message: Message) -> bool:
    return all(file.endswith(".py") for file, _ in message.locations)


def differing(message: Message) -> list[str]:
    """Return the forms of a translation whose fields are not those of the text.

    The form for one thing may leave its count out, and that of another language be for more counts.
    """
    one, *several = texts(message.id)
    of_python = is_of_python(message)
    wanted = fields(several[0] if several else one, of_python=of_python)
    first = fields(one, of_python=of_python)
    forms = texts(message.string)
    return [
        form
        for place, form in enumerate(forms)
        if (found := fields(form, of_python=of_python)) != wanted
        and not (place == 0 and len(forms) > 1 and found == first)
    ]


def test_every_folder_of_translations_is_of_a_language_that_is_offered():
    folders = {path.parts[-3] for path in CATALOGS}

    assert folders <= {language.folder for language in LANGUAGES.values()}


def test_a_catalog_has_every_sentence_and_no_other(catalog):
    known = {texts(one.id) for one in messages(catalog)}
    wanted = {texts(one.id) for one in messages(extracted())}

    assert wanted - known == set()
    assert known - wanted == set()


def test_no_sentence_of_a_catalog_is_empty_or_a_guess(catalog):
    assert lacking(catalog) == []


def test_a_translation_has_the_fields_and_tags_of_the_english_text(catalog):
    wrong = {
        texts(one.id)[0]: forms
        for one in messages(catalog)
        if all(texts(one.string)) and (forms := differing(one))
    }

    assert wrong == {}


def test_a_catalog_is_compiled_from_its_text(catalog):
    compiled = LOCALE / str(catalog.locale) / "LC_MESSAGES" / f"{DOMAIN}.mo"
    wanted = BytesIO()
    write_mo(wanted, catalog)

    assert compiled.read_bytes() == wanted.getvalue()


def test_a_catalog_of_a_language_with_one_plural_form_is_compiled(tmp_path):
    file = tmp_path / "zh_Hans/LC_MESSAGES/convfold.po"
    file.parent.mkdir(parents=True)
    catalog = Catalog(locale="zh_Hans")
    catalog.add(("the one map", "%(count)s maps"), ("%(count)s 个图",))
    with file.open("wb") as written:
        write_po(written, catalog)

    compile_catalog(file)

    with file.with_suffix(".mo").open("rb") as compiled:
        read = GNUTranslations(compiled)
    assert read.ngettext("the one map", "%(count)s maps", 1) == "%(count)s 个图"


def test_a_space_at_either_end_is_kept(catalog):
    """The narrow space that French has before a semicolon belongs to the mark."""
    for one in messages(catalog):
        said, text = (
            texts(one.string)[0].removeprefix("\N{NARROW NO-BREAK SPACE}"),
            texts(one.id)[0],
        )
        assert (said[:1].isspace(), said[-1:].isspace()) == (
            text[:1].isspace(),
            text[-1:].isspace(),
        )


@pytest.mark.parametrize(
    ("text", "translation", "of", "wrong"),
    [
        ("{count:,} maps", "{count:,} mapas", "a.py", False),
        ("{count:,} maps", "{count} mapas", "a.py", True),
        ("{name} is", "{nombre} es", "a.py", True),
        ("{name!r} is", "{name!r} es", "a.py", False),
        ("%(count)s maps", "%(count)s mapas", "a.html", False),
        ("%(count)s maps", "%(cuenta)s mapas", "a.html", True),
        ("<b>one</b> map", "<b>un</b> mapa", "a.html", False),
        ("<b>one</b> map", "<b>un mapa", "a.html", True),
        (("one map", "{count} maps"), ("un mapa", "{count} mapas"), "a.py", False),
        (("one map", "{count} maps"), ("{count} mapa", "{count} mapas"), "a.py", False),
        (("one map", "{count} maps"), ("un mapa", "mapas"), "a.py", True),
        (("one map", "{count} maps"), ("{count} 个图",), "a.py", False),
        (("one map", "{count} maps"), ("一个图",), "a.py", True),
    ],
)
def test_a_field_that_differs_is_found(text, translation, of, wrong):
    message = Message(text, translation, locations=[(of, 1)])

    assert bool(differing(message)) == wrong


def test_a_sentence_that_is_empty_or_fuzzy_is_found():
    catalog = Catalog(locale="es")
    catalog.add("whole", "entero")
    catalog.add("empty", "")
    catalog.add("fuzzy", "incierto", flags=["fuzzy"])
    catalog.add(("one", "{count}"), ("uno", ""))

    assert lacking(catalog) == ["empty", "fuzzy", ("one", "{count}")]
