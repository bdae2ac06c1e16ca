"""Every sentence of the templates is whole and marked for translators."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import pytest
from jinja2 import Environment
from markupsafe import Markup

from app.messages import sentence
from app.web.language.in_words import Pages, in_words, install_sentences
from app.web.rendering import TEMPLATES, make_environment

SAID = ("alt", "aria-description", "aria-label", "data-label", "placeholder", "title")
NOT_WORDS = ("script", "style", "code", "pre", "kbd", "samp", "data-raw")
WORD = re.compile(r"[^\W\d_]{3,}")
PHRASE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}|[a-z]{2,}[,.;:] |^ [a-z]|[a-z] $")
NAMES = set(
    ["Colab", "Convfold", "CSV", "HTML", "JSON", "Keras", "NumPy", "PNG", "PyTorch", "ReLU", "RGB"]
)
RIDDLES = re.compile(r"\b(?:of which|whoever|beside it)\b", re.IGNORECASE)
ROOT = TEMPLATES.parent
MARKS = ("_", "gettext", "ngettext")
# A sentence with a plural that does not name its count: jinja2 then counts by the first value.
PLURAL = re.compile(r"{%-?\s*trans ((?:(?!endtrans).)*?){%-?\s*pluralize\s*[-+]?%}", re.DOTALL)
OPENERS = ("include", "import", "from", "extends", "block", "macro", "call")


class Words(HTMLParser):
    """Collects the words that a reader sees or hears, but for those in marked sentences."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in NOT_WORDS:
            self._inside.append(tag)
        for name, value in attrs:
            if value and (name in SAID or (name.startswith("data-") and PHRASE.search(value))):
                self._take(value)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._take(data)

    def _take(self, text: str) -> None:
        if [word for word in WORD.findall(text) if word not in NAMES]:
            self.found.append(" ".join(text.split()))


def outside_sentences(environment: Environment, source: str) -> tuple[str, list[str]]:
    """Return the HTML of a template without its marked sentences, and the phrases in its expressions."""
    html: list[str] = []
    phrases: list[str] = []
    marked = False
    tokens = list(environment.lexer.tokeniter(source, None))
    names = [value for _, kind, value in tokens]
    opener = called = ""
    for place, (_, kind, value) in enumerate(tokens):
        if kind == "block_begin":
            opener = next(one for one in names[place + 1 :] if one.strip())
            if opener == "trans":
                marked = True
            if opener == "endtrans":
                marked = False
        elif kind == "data" and not marked:
            html.append(value)
        elif kind == "variable_end" and not marked:
            html.append(" ")
        elif kind == "name":
            called = value
        elif kind == "string" and opener not in OPENERS and called not in MARKS:
            phrases += [value] if PHRASE.search(value[1:-1]) else []
    return "".join(html), phrases


def unmarked(source: str) -> list[str]:
    html, phrases = outside_sentences(make_environment(), source)
    if html.lstrip().startswith("data-"):
        html = f"<i {html}>"  # a piece that is attributes alone
    words = Words()
    words.feed(html)
    words.close()
    return [*words.found, *phrases]


def sentences_in(source: str) -> Iterator[str]:
    """Yield the texts that Python marks as sentences."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) in ("sentence", "counted"):
            yield from (
                text.value
                for text in call.args
                if isinstance(text, ast.Constant) and isinstance(text.value, str)
            )


def riddles_in(text: str) -> list[str]:
    return RIDDLES.findall(" ".join(text.split()))


def templates() -> list[str]:
    return [path.relative_to(TEMPLATES).as_posix() for path in sorted(TEMPLATES.rglob("*.html"))]


@pytest.mark.parametrize("name", templates())
def test_every_sentence_of_a_template_is_marked_for_translators(name):
    assert unmarked((TEMPLATES / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Some words</p>", ["Some words"]),
        ("<p>{% trans %}Some words{% endtrans %}</p>", []),
        ("<p>{{ _('Some words') }}</p>", []),
        ('<img alt="A map">', ["A map"]),
        ("{{ ' and the bias' if used }}", ["' and the bias'"]),
        ("<p>{{ number }} maps</p>", ["maps"]),
        ("<code>padding same</code> <b>NumPy</b>", []),
        ('data-size="3" aria-label="A map"', ["A map"]),
    ],
)
def test_what_is_not_marked_is_found(source, found):
    assert unmarked(source) == found


@pytest.mark.parametrize("name", templates())
def test_the_plural_of_a_sentence_is_chosen_by_its_count(name):
    heads = PLURAL.findall((TEMPLATES / name).read_text(encoding="utf-8"))

    assert [head[:60] for head in heads if not head.startswith("count=")] == []


@pytest.mark.parametrize("folder", ["templates", "static/js"])
def test_no_template_and_no_script_has_words_that_learners_of_english_stumble_over(folder):
    files = [path for path in sorted((ROOT / folder).rglob("*")) if path.is_file()]
    found = {path.name: riddles_in(path.read_text(encoding="utf-8")) for path in files}

    assert files
    assert {name: words for name, words in found.items() if words} == {}


def test_no_sentence_of_the_code_has_them():
    texts = [
        text
        for path in sorted((ROOT / "app").rglob("*.py"))
        for text in sentences_in(path.read_text(encoding="utf-8"))
    ]

    assert len(texts) > 200
    assert [text for text in texts if riddles_in(text)] == []


def test_such_words_are_found():
    source = 'counted("One, of which\\nhalf", "{count}", 2), sentence("Whoever")'

    assert [riddles_in(text) for text in sentences_in(source)] == [["of which"], [], ["Whoever"]]


def test_a_value_in_a_sentence_may_be_a_message():
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    install_sentences(environment)
    template = environment.from_string("{% trans how=how %}Added {{ how }}.{% endtrans %}")

    assert template.render(how=sentence("{count} <times>", count=3)) == "Added 3 &lt;times&gt;."


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("<a & 'b'>", "&lt;a &amp; &#x27;b&#x27;&gt;"),
        (Markup("<b>"), "<b>"),
        (sentence("{count} <times>", count=3), "3 &lt;times&gt;"),
        (3, "3"),
        (True, "True"),
        (0.5, "0.5"),
        (None, "None"),
    ],
)
def test_a_value_on_a_page_is_in_words_and_escaped_once(value, html):
    environment = Pages(extensions=["jinja2.ext.i18n"], autoescape=True, finalize=in_words)
    install_sentences(environment)
    text = "{% set held %}{{ value }}{% endset %}{{ value }} {{ held }} {% trans value %}{{ value }}{% endtrans %}"

    assert environment.from_string(text).render(value=value) == f"{html} {html} {html}"
