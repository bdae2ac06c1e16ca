"""What the page of a question in a room says of a ballot: only one that was cast looks like one."""

import re

import pytest

JSON = {"Accept": "application/json"}
AGAIN = "Your vote was not counted. Choose an answer again."
GUESSES = {"sum": "mean", "count": "96"}


@pytest.fixture(params=GUESSES)
def page_of(client, request):
    name = request.param
    room = client.post(f"/lessons/{name}/rooms", headers=JSON).json()

    def page(**query: str) -> str:
        asked = {"room": room["room"], "guess": GUESSES[name], **query}
        return client.get(f"/lessons/{name}", params=asked).text

    return page


def disabled(page: str) -> set[bool]:
    form = re.search(r'<form class="answers.*?</form>', page, re.DOTALL)[0]
    return {" disabled" in button for button in re.findall(r"<button[^>]*>", form)}


@pytest.mark.parametrize("outcome", ["counted", "already", "full", "closed"])
def test_a_vote_with_an_outcome_cannot_be_cast_again(page_of, outcome):
    page = page_of(outcome=outcome)

    assert disabled(page) == {True}
    assert AGAIN not in page


@pytest.mark.parametrize("query", [{}, {"outcome": ""}])
def test_a_vote_without_an_outcome_does_not_look_cast(page_of, query):
    page = page_of(**query)

    assert disabled(page) == {False}
    assert AGAIN in page
    assert "answer--chosen" not in page
    assert "your guess" not in page


def test_before_a_vote_nothing_is_said_of_one(page_of):
    page = page_of(guess="")

    assert disabled(page) == {False}
    assert AGAIN not in page
