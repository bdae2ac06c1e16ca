"""The sentences of the scripts: in the page, translated, and the same as the scripts ask for."""

import json
import re
from gettext import NullTranslations

import pytest
from fastapi.testclient import TestClient

from app.web.rendering import TEMPLATES
from app.web.script_words import WORDS, in_language

SCRIPTS = TEMPLATES.parent / "static/js"
CALL = re.compile(r'\bwords\("(\w+)"(?:, \{([^{}]*)\})?\)')
ANY_CALL = re.compile(r"(?<!function )\bwords\(")
FIELD = re.compile(r"\{(\w+)(?::,)?\}")
LITERAL = re.compile(r'"[^"\n]*"|`[^`]*`')
SENTENCE = re.compile(r"[A-Z][a-z]+ [a-z]|[a-z]{2,} [a-z]{2,}[.:]|\. [A-Z]")


def sources() -> dict[str, str]:
    """Return the scripts without their comments."""
    return {
        path.name: re.sub(r"(^|\s)//[^\n]*", "", path.read_text(encoding="utf-8"))
        for path in sorted(SCRIPTS.rglob("*.js"))
    }


def asked_for() -> list[tuple[str, set[str]]]:
    return [
        (code, {part.partition(":")[0].strip() for part in given.split(", ") if part.strip()})
        for source in sources().values()
        for code, given in CALL.findall(source)
    ]


def test_every_code_that_a_script_asks_for_has_a_sentence_and_every_sentence_is_asked_for():
    assert {code for code, _ in asked_for()} == set(WORDS)


def test_a_script_names_the_sentence_where_it_asks_for_it():
    text = "".join(sources().values())

    assert len(ANY_CALL.findall(text)) == len(CALL.findall(text))


@pytest.mark.parametrize(("code", "given"), asked_for())
def test_a_script_gives_each_field_of_its_sentence_a_value(code, given):
    message = WORDS[code]
    fields = set(FIELD.findall(message.text + (message.several or "")))

    assert given == fields


@pytest.mark.parametrize(("name", "source"), sources().items())
def test_no_script_holds_a_sentence_of_its_own(name, source):
    del name
    assert [text for text in LITERAL.findall(source) if SENTENCE.search(text)] == []


@pytest.mark.parametrize("address", ["/", "/about", "/nowhere", "/embed/images/cat/layers/2/wall"])
def test_every_page_holds_the_sentences_once(client: TestClient, address):
    blocks = re.findall(
        r'<script id="words" type="application/json">(.*?)</script>', client.get(address).text
    )

    assert [json.loads(block)["texts"] for block in blocks] == [in_language(NullTranslations())]


def test_the_sentences_are_those_of_the_language():
    class Loud(NullTranslations):
        def gettext(self, message: str) -> str:
            return message.upper()

        def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
            return f"{n}: {msgid1 if n == 1 else msgid2}"

    texts = in_language(Loud())

    assert texts["cancel"] == "CANCEL"
    assert texts["pictures_missing"] == [
        "1: {count} picture of this page could not be loaded.",
        "2: {count} pictures of this page could not be loaded.",
    ]
