"""Sentences: whole, marked for translators, with a value for each of their fields."""

import ast
import gettext
import importlib
import io
import pickle
import pkgutil
import string
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import app
from app.engine.errors import SpecError
from app.languages import LANGUAGES, speaking
from app.messages import Refusal, counted, enumerated, listed, paragraph, sentence, span
from app.untrusted.pictures.errors import BrokenPicture
from app.untrusted.weights.errors import BrokenWeights

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "app").rglob("*.py"))
MARKS = {"sentence": 1, "counted": 2}  # how many of the first arguments are texts

GERMAN = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "{field} is {given}; {words} would work."
msgstr "{words} ginge, aber {field} ist {given}."

msgid "{most} and {last}"
msgstr "{most} und {last}"

msgid "{count} row"
msgid_plural "{count} rows"
msgstr[0] "{count} Zeile"
msgstr[1] "{count} Zeilen"
"""


@pytest.fixture(scope="module")
def german() -> gettext.NullTranslations:
    """Return a catalog compiled as at set-up and read as at run time."""
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(GERMAN.encode())))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = (
                node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            )
            if name in names:
                yield node


def marked() -> Iterator[tuple[str, list[Any]]]:
    """Yield where texts are marked, with what is marked."""
    for path in MODULES:
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), *MARKS):
            yield f"{path}:{call.lineno}", texts_of(call)


def texts_of(call: ast.Call) -> list[Any]:
    return call.args[: MARKS[ast.unparse(call.func)]]


def fields_of(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def given(call: ast.Call) -> set[str]:
    return {keyword.arg for keyword in call.keywords if keyword.arg}


def refusals() -> set[str]:
    for module in pkgutil.walk_packages(app.__path__, "app."):
        if module.name != "app.__main__":
            importlib.import_module(module.name)
    return {one.__name__ for one in kinds_of(Refusal)}


def kinds_of(kind: type[Refusal]) -> set[type[Refusal]]:
    return {kind, *(found for one in kind.__subclasses__() for found in kinds_of(one))}


def test_a_marked_text_is_written_where_it_is_marked():
    texts = list(marked())

    assert len(texts) > 200
    for place, arguments in texts:
        for one in arguments:
            written = isinstance(one, ast.Constant) and isinstance(one.value, str)
            assert written, f"{place} marks what is no plain text"


def test_every_field_of_a_text_gets_a_value_and_every_value_has_a_field():
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        later = {name for call in calls(tree, "having") for name in given(call)}
        for call in calls(tree, *MARKS):
            fields = {name for one in texts_of(call) for name in fields_of(one.value)}
            # Those of SpecError, of `counted`, of notes, refusals, scripts and titles are given elsewhere.
            elsewhere = {"field", "count"}
            if path.name not in ("notes.py", "refusals.py", "script_words.py", "titles.py"):
                assert fields <= given(call) | later | elsewhere, f"{path}:{call.lineno}"
            assert given(call) <= fields, f"{path}:{call.lineno}"


def test_no_refusal_is_given_a_text_that_is_glued():
    names = {*refusals(), "Busy", "HTTPException"}

    assert {"SpecError", "BrokenPicture", "SettingsError"} <= names
    for path in MODULES:
        for call in calls(ast.parse(path.read_text(encoding="utf-8")), *names):
            glued = [one for one in call.args if isinstance(one, ast.JoinedStr | ast.BinOp)]
            first = 1 if ast.unparse(call.func) in ("SpecError", "PlaceError") else 0  # a name
            assert not [one for one in call.args[first:] if one in glued], f"{path}:{call.lineno}"


def test_every_marked_text_is_found_for_translators(tmp_path):
    found = tmp_path / "found.pot"
    command = (sys.executable, "-m", "babel.messages.frontend", "--quiet", "extract")
    options = ("--mapping-file", "pyproject.toml", "--output-file", str(found))
    subprocess.run((*command, *options, "app", "templates"), cwd=ROOT, check=True)

    known = {
        text
        for entry in read_po(io.BytesIO(found.read_bytes()))
        for text in ((entry.id,) if isinstance(entry.id, str) else entry.id)
    }

    for place, arguments in marked():
        for one in arguments:
            assert one.value in known, place


def test_a_message_is_put_into_the_words_of_a_language_with_its_values(german):
    message = SpecError(
        "pool",
        sentence("{field} is {given}; {words} would work.", given="min", words=listed("abc")),
    ).message

    assert str(message) == "pool is min; a, b and c would work."
    assert message.in_words(german) == "a, b und c ginge, aber pool ist min."


@pytest.mark.parametrize(
    ("count", "english", "words"), [(1, "1 row", "1 Zeile"), (3, "3 rows", "3 Zeilen")]
)
def test_the_count_chooses_the_text(german, count, english, words):
    message = counted("{count} row", "{count} rows", count)

    assert str(message) == english
    assert message.in_words(german) == words
    assert counted("{count} row", "{count} rows", 7).having(count=count) == message


def test_a_text_without_a_translation_stays_english(german):
    assert sentence("Nobody translated {this}.", this=1).in_words(german) == "Nobody translated 1."


def test_braces_in_a_value_stay_as_they_are():
    message = sentence("{name} is unknown.", name="{field}{0.__class__}")

    assert str(message) == "{field}{0.__class__} is unknown."


def test_a_list_or_a_range_of_one_is_that_one():
    assert str(listed([4])) == "4"
    assert str(span(1, 1)) == "1"
    assert str(span(1, 4)) == "1 to 4"


@pytest.mark.parametrize("kind", [BrokenPicture, BrokenWeights])
def test_why_a_file_was_refused_can_be_told_by_another_process(kind):
    error = kind(sentence("The {name} is damaged.", name="file"))

    again = pickle.loads(pickle.dumps(error))

    assert type(again) is kind
    assert again.message == error.message
    assert str(again) == "The file is damaged."


def test_lists_and_paragraphs_have_the_marks_of_the_language():
    texts = gettext.NullTranslations()
    three = listed(["a", sentence("b"), 3])
    two = paragraph(sentence("One."), sentence("Two."))

    assert [str(one) for one in (three, enumerated("abc"), two)] == [
        "a, b and 3",
        "a, b, c",
        "One. Two.",
    ]
    with speaking(LANGUAGES["zh-Hans"]):
        assert three.in_words(texts) == "a、b and 3"
        assert enumerated("abc").in_words(texts) == "a、b、c"
        assert two.in_words(texts) == "One.Two."
