"""The lessons: nothing is told before a guess, and every guess is answered."""

import json
import re
from html import unescape

import pytest

from app.figures import Figure
from app.lab.stage.lessons.lesson import SKIPPED, Lesson
from app.lab.stage.lessons.table import LESSONS
from app.lab.state.state import build
from app.messages import Message

EVERY = pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)


def guesses(lesson: Lesson) -> list[str]:
    if lesson.number:
        return [SKIPPED, f"{lesson.number.least:g}", f"{lesson.number.most:g}"]
    return [SKIPPED, *(option.value for option in lesson.options)]


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def measured(message: Message) -> list[str]:
    return [str(value) for _, value in message.values if isinstance(value, Figure)]


@EVERY
def test_before_a_guess_nothing_tells_the_answer(client, lesson):
    lab = client.app.state.lab
    state = build("cat", dict(lesson.fixed))
    page = client.get(f"/lessons/{lesson.name}").text
    data = client.get(f"/lessons/{lesson.name}.json").text

    for guess in guesses(lesson):
        reveal = lesson.reveal(lab.passes, state, guess)
        told = [reveal.verdict, reveal.says, reveal.why.answer, reveal.carry.answer]
        for text in [*map(str, told), *measured(reveal.says)]:
            assert text not in words(page)
            assert text not in data
    assert "answer--right" not in page
    assert json.loads(data)["reveal"] is None


@EVERY
def test_every_guess_is_answered_with_a_sentence_of_its_own(client, lesson):
    said = set()
    for guess in guesses(lesson):
        page = client.get(f"/lessons/{lesson.name}", params={"guess": guess})
        data = client.get(f"/lessons/{lesson.name}.json", params={"guess": guess}).json()

        assert page.status_code == 200
        assert data["reveal"]["says"] in words(page.text)
        assert (data["reveal"]["right"] is None) == (guess == SKIPPED)
        said.add(data["reveal"]["says"])
    assert len(said) >= len(lesson.options)


@EVERY
def test_exactly_one_option_is_right(client, lesson):
    answers = [
        client.get(f"/lessons/{lesson.name}.json", params={"guess": option.value}).json()["reveal"]
        for option in lesson.options
    ]

    if lesson.options:
        assert [one["right"] for one in answers].count(True) == 1
        right = next(
            option.value
            for option, one in zip(lesson.options, answers, strict=True)
            if one["right"]
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
