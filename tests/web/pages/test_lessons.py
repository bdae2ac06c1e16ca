"""The lessons: nothing is told before a guess, and every guess is answered."""

import json
import re
from html import unescape

import pytest

from app.figures import Figure
from app.lab.stage.lessons.lesson import SKIPPED, Lesson
from app.lab.stage.lessons.number_answers import as_number
from app.lab.stage.lessons.table import LESSONS
from app.lab.state.state import build
from app.messages import Message

OPTIONS = tuple(lesson for lesson in LESSONS if lesson.options)
EVERY = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def guesses(lesson: Lesson) -> list[str]:
    if lesson.number:
        return [SKIPPED, f"{lesson.number.least:g}", f"{lesson.number.most:g}"]
    return [SKIPPED, *(option.value for option in lesson.options)]


IN_THE_QUESTION = ("others", "bias", "count")  # what a reader works with


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def asked_words(lesson: Lesson) -> str:
    texts = [lesson.question, lesson.seen, *(option.text for option in lesson.options)]
    return " ".join(map(str, texts))


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\N{MINUS SIGN}?\d[\d,]*(?:\.\d+)?", text))


def measured(message: Message) -> list[str]:
    return [
        str(value)
        for name, value in message.values
        if isinstance(value, Figure) and name not in IN_THE_QUESTION
    ]


@EVERY
def test_before_a_guess_nothing_tells_the_answer(client, lesson):
    lab = client.app.state.lab
    state = build("cat", dict(lesson.fixed))
    page = client.get(f"/lessons/{lesson.name}").text
    data = client.get(f"/lessons/{lesson.name}.json").text
    asked = numbers(asked_words(lesson))

    for guess in guesses(lesson):
        reveal = lesson.reveal(lab.passes, state, guess)
        told = [reveal.verdict, reveal.says, reveal.why.answer, reveal.carry.answer]
        for text in [*map(str, told), *measured(reveal.says)]:
            assert text not in words(page)
            assert text not in data
        further = {text for message in told for text in measured(message)}
        if reveal.gap:
            truth = reveal.gap.truth
            further |= {str(Figure(truth, digits)) for digits in (3, 4, 6)} | {f"{truth:g}"}
            assert str(truth) in asked or str(truth) not in data
        assert not (further - asked) & numbers(words(page))
    assert "answer--right" not in page
    assert json.loads(data)["reveal"] is None


@EVERY
def test_every_guess_is_answered_with_a_sentence_of_its_own(client, lesson):
    said, wrong = {}, set()
    for guess in guesses(lesson):
        page = client.get(f"/lessons/{lesson.name}", params={"guess": guess})
        data = client.get(f"/lessons/{lesson.name}.json", params={"guess": guess}).json()

        assert page.status_code == 200
        assert " ".join(data["reveal"]["says"].split()) in words(page.text)
        assert (data["reveal"]["right"] is None) == (guess == SKIPPED)
        said[guess] = data["reveal"]["says"]
        if data["reveal"]["right"] is False:
            wrong.add(said[guess])
    assert wrong
    assert said[SKIPPED] not in wrong
    assert len(set(said.values())) >= len(lesson.options)


@pytest.mark.parametrize("lesson", OPTIONS, ids=lambda lesson: lesson.name)
def test_exactly_one_option_is_right(client, lesson):
    answers = [
        client.get(f"/lessons/{lesson.name}.json", params={"guess": option.value}).json()["reveal"]
        for option in lesson.options
    ]

    assert [one["right"] for one in answers].count(True) == 1
    right = next(
        option.value for option, one in zip(lesson.options, answers, strict=True) if one["right"]
    )
    assert {one["correct"] for one in answers} == {right}


@EVERY
def test_the_view_that_decides_stands_in_the_lab_as_well(client, lesson):
    page = client.get(f"/lessons/{lesson.name}", params={"guess": SKIPPED}).text
    link = re.search(r'<a class="button button--plain" href="([^"]+)"', page)

    assert link is not None
    assert client.get(unescape(link[1])).status_code == 200


@EVERY
@pytest.mark.parametrize("guess", ["nonsense", "nan", "1e400", "<b>"])
def test_a_guess_that_is_no_answer_gets_the_question_again(client, lesson, guess):
    response = client.get(f"/lessons/{lesson.name}", params={"guess": guess})

    assert response.status_code == 422
    assert str(lesson.question) in words(response.text)
    assert 'role="alert"' in response.text
    assert "reveal__words" not in response.text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,000", 1000),
        ("-12,345.5", -12345.5),
        ("\N{MINUS SIGN}1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567", -1234567),
        (" 0.4 ", 0.4),
        ("3,2", None),
        ("0,4", None),
        ("0,400", None),
        ("1,00", None),
        ("1234,567", None),
        ("1,000,", None),
        ("1.000,5", None),
    ],
)
def test_a_comma_separates_thousands_and_nothing_else(text, number):
    assert as_number(text) == number


@pytest.mark.parametrize("guess", ["3,2", "0,4"])
def test_a_decimal_comma_is_refused_and_not_judged(client, guess):
    response = client.get("/lessons/count", params={"guess": guess})

    assert response.status_code == 422
    assert f"{guess} is no answer here; a number from 0 to 100,000" in words(response.text)


def test_an_unknown_lesson_names_those_that_there_are(client):
    response = client.get("/lessons/nothing")

    assert response.status_code == 404
    for lesson in LESSONS:
        assert lesson.name in response.text


def test_the_settings_that_a_question_names_are_fixed_and_the_others_are_the_readers(client):
    page = client.get("/lessons/sum?filters1=16&size=64&image=coffee&guess=sum").text

    assert "64 maps become 64 contributions" in words(page)
    assert "/images/coffee/" in page
    assert "size=64" in page
    assert "filters1=16" in page  # in the links to the other lessons


def test_the_list_leads_to_every_lesson(client):
    page = client.get("/lessons?image=coffee").text

    for lesson in LESSONS:
        assert f"/lessons/{lesson.name}?image=coffee" in page
