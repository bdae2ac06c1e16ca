"""A class votes: ballots are counted once, and only the presenter sees counts and shows the answer."""

import re
from html import unescape

import pytest

from app.lab.stage.lessons.table import LESSONS

LESSON = next(one for one in LESSONS if one.name == "sum")
JSON = {"Accept": "application/json"}


@pytest.fixture
def room(client):
    return client.post("/lessons/sum/rooms", headers=JSON).json()


def ballot_of(page: str) -> str:
    return re.search(r'name="ballot" value="([^"]+)"', page)[1]


def vote(client, room, guess, ballot=None):
    ballot = ballot or ballot_of(client.get(room["url"]).text)
    return client.post(
        f"/lessons/sum/rooms/{room['room']}/ballots", data={"guess": guess, "ballot": ballot}
    )


def counts(client, room):
    page = client.get(f"/lessons/sum/rooms/{room['room']}.json", params={"key": room["key"]})
    return {one["guess"]: one["count"] for one in page.json()["counts"]}


def test_the_form_leads_the_presenter_to_the_room_with_its_key(client):
    response = client.post("/lessons/sum/rooms?image=coffee")
    page = client.get(response.headers["location"])

    assert response.status_code == 303
    assert "image=coffee" in response.headers["location"]
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "/qr.svg?image=coffee&amp;room=" in page.text
    assert 'class="presented"' in page.text


def test_every_page_of_the_class_has_a_ballot_of_its_own_and_each_counts_once(client, room):
    ballots = {ballot_of(client.get(room["url"]).text) for _ in range(3)}
    assert len(ballots) == 3

    for ballot, guess in zip(ballots, ("mean", "sum", "sum"), strict=True):
        assert vote(client, room, guess, ballot).status_code == 303
        vote(client, room, "all", ballot)

    assert counts(client, room) == {"strongest": 0, "mean": 1, "sum": 2, "all": 0}


def test_the_kept_question_follows_the_room_and_its_picture(client, room):
    first, second = (client.get(room["url"]) for _ in range(2))
    other = client.get(f"{room['url']}&image=coffee")

    assert first.text.replace(ballot_of(first.text), "") == second.text.replace(
        ballot_of(second.text), ""
    )
    assert "/images/coffee/" in other.text
    assert {one.headers["cache-control"] for one in (first, second)} == {"no-store"}
    client.post(f"/lessons/sum/rooms/{room['room']}/close", data={"key": room["key"]})
    assert "The vote is closed." in client.get(room["url"]).text


def test_before_it_is_revealed_a_vote_tells_nothing(client, room):
    lab = client.app.state.lab
    response = vote(client, room, "sum")
    page = client.get(response.headers["location"])
    data = client.get(response.headers["location"].replace("/sum?", "/sum.json?")).json()

    assert "Your vote is counted." in page.text
    assert data["reveal"] is None
    assert data["room"]["counts"] is None
    told = LESSON.reveal(lab.passes, lab.first_state(), "sum")
    assert str(told.says) not in unescape(page.text)
    assert str(told.verdict) not in unescape(page.text)
    assert room["key"] not in page.text


def test_the_presenter_closes_and_reveals_and_the_class_sees_its_answers(client, room):
    voted = vote(client, room, "mean").headers["location"]
    at = f"/lessons/sum/rooms/{room['room']}"

    assert client.post(f"{at}/close", data={"key": room["key"]}).status_code == 303
    assert "outcome=closed" in vote(client, room, "sum").headers["location"]
    assert client.post(f"{at}/reveal", data={"key": room["key"]}).status_code == 303

    assert "Not so." in client.get(voted).text
    assert "The 64 are added." in client.get(room["url"]).text


def test_a_page_that_waits_loads_again_when_the_answer_is_revealed(client, room):
    at = f"/lessons/sum/rooms/{room['room']}"
    asked = {"HX-Request": "true", "HX-Request-Type": "partial"}

    assert "hx-refresh" not in client.get(at, headers=asked).headers
    client.post(f"{at}/reveal", data={"key": room["key"]})
    assert client.get(at, headers=asked).headers["hx-refresh"] == "true"


@pytest.mark.parametrize("what", ["close", "reveal"])
def test_without_the_key_nothing_is_closed_or_revealed(client, room, what):
    at = f"/lessons/sum/rooms/{room['room']}"

    assert client.post(f"{at}/{what}", data={"key": "guessed"}).status_code == 403
    assert client.post(f"{at}/{what}").status_code == 403
    assert client.get(f"{at}.json", params={"key": "guessed"}).status_code == 403
    assert not client.get(f"{at}.json").json()["is_closed"]


def test_a_code_of_another_lesson_or_of_none_is_no_room(client, room):
    assert client.get("/lessons/sum?room=ABCDEF").status_code == 404
    assert (
        client.post("/lessons/sum/rooms/ABCDEF/ballots", data={"guess": "sum"}).status_code == 404
    )
    assert client.post("/lessons/nothing/rooms").status_code == 404


def test_a_guess_that_is_no_answer_is_not_counted_and_the_question_comes_again(client, room):
    response = vote(client, room, "nonsense")
    page = client.get(response.headers["location"])

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert "Your vote is counted." not in page.text
    assert sum(counts(client, room).values()) == 0
    assert client.post(
        f"/lessons/sum/rooms/{room['room']}/ballots",
        data={"guess": "show", "ballot": "x"},
        headers=JSON,
    ).json() == {"outcome": None}


def test_an_outcome_that_there_is_not_says_nothing(client, room):
    page = client.get(f"{room['url']}&outcome=invented")

    assert page.status_code == 200
    assert "Your vote" not in page.text
    assert 'name="ballot"' in page.text


def test_a_room_sets_no_cookie(client, room):
    answers = [client.get(room["url"]), client.get(room["present"]), vote(client, room, "sum")]

    assert not [one for one in answers if "set-cookie" in one.headers]


def test_a_class_votes_in_a_frame_as_well(client, room):
    page = client.get(f"/embed/lessons/sum?room={room['room']}")
    action = unescape(re.search(r'method="post" action="([^"]+)"', page.text)[1])

    voted = client.post(action, data={"guess": "sum", "ballot": ballot_of(page.text)})

    assert action.startswith("/embed/")
    assert client.get(voted.headers["location"]).status_code == 200
    assert counts(client, room)["sum"] == 1
