"""A number that a reader types in a lesson is read as the language of the page writes it; addresses stay plain."""

import html
import re

import pytest

from app.languages import LANGUAGES


def field(page: str) -> str:
    return html.unescape(re.search(r'name="typed"[^>]* value="([^"]*)"', page)[1])


@pytest.mark.parametrize(
    ("lang", "typed", "guess", "shown"),
    [
        ("de", "0,37", "0.37", "0,37"),
        ("de", "−1,7232", "-1.7232", "−1,7232"),
        ("es", "0.37", "0.37", "0,37"),
        ("fr", "1234,5", "1234.5", "1\u202f234,5"),
        ("de", "1234,5", "1234.5", "1.234,5"),
        ("en", "-1234.5", "-1234.5", "−1,234.5"),
        ("de", "1.234", "1.234", "1,234"),  # a pixel is no thousand: the point is a decimal one
        ("es", "12.345", "12.345", "12,345"),
        ("en", "-1.5", "-1.5", "−1.5"),
        ("zh-Hans", "1.25", "1.25", "1.25"),
    ],
)
def test_a_typed_number_leads_to_its_plain_address(client, lang, typed, guess, shown):
    asked = {"lang": lang, "typed": typed, "size": "32", "present": "on"}
    response = client.get("/lessons/number", params=asked)
    there = response.headers["location"]
    page = client.get(there)

    assert response.status_code == 303
    assert f"guess={guess}&" in f"{there}&"
    assert "typed" not in there
    assert "present=on" in there
    assert f"lang={lang}" in there
    assert page.status_code == 200
    assert f" {shown}" in html.unescape(page.text.partition("<figcaption>")[2])


@pytest.mark.parametrize(("lang", "typed"), [("de", "1234,5"), ("fr", "1234,5"), ("en", "1234.5")])
def test_a_guess_in_the_field_can_be_sent_again(client, lang, typed):
    asked = {"lang": lang, "size": "32"}
    once = client.get("/lessons/number", params={**asked, "typed": typed}, follow_redirects=True)
    again = client.get(
        "/lessons/number", params={**asked, "typed": field(once.text)}, follow_redirects=True
    )

    assert once.url == again.url
    assert field(once.text) == field(again.text) == typed


@pytest.mark.parametrize(
    ("lang", "shown"), [("en", "2,049"), ("de", "2.049"), ("fr", "2\u202f049"), ("es", "2049")]
)
@pytest.mark.parametrize("guess", ["2049", "2,049"])
def test_a_guess_is_repeated_with_the_groups_of_all_numbers(client, lang, guess, shown):
    page = client.get("/lessons/count", params={"lang": lang, "guess": guess})
    said = html.unescape(page.text.partition("reveal__verdict")[2].partition("</figcaption>")[0])

    assert page.status_code == 200
    assert (
        len(re.findall(rf"(?<![\d=]){shown}(?!\d)", said)) == 2
    )  # in the words and under the line


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_guess_that_is_very_near_is_said_to_be_without_an_exponent(client, lang):
    asked = {"lang": lang, "size": "32", "guess": "0"}
    truth = client.get("/lessons/number.json", params=asked).json()["reveal"]["gap"]["truth"]
    page = client.get("/lessons/number", params={**asked, "guess": f"{truth + 4.8e-5:.12f}"})
    words = page.text.partition("reveal__words")[2].partition("</p>")[0]

    assert "reveal--wrong" not in page.text
    assert re.search("0[.,]0001", words)
    assert not re.search(r"\de-\d", words)


def test_the_same_guess_may_be_shown_in_another_language(client):
    page = client.get("/lessons/number?lang=de&guess=1.234&size=32")

    assert page.status_code == 200
    assert field(page.text) == "1,234"


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("typed", ["etwa 3", "1,2,3", "<b>", "9999999", "-9.999.999,5"])
def test_a_refused_guess_stays_in_the_field(client, lang, typed):
    page = client.get("/lessons/number", params={"lang": lang, "typed": typed, "size": "32"})

    assert page.status_code == 422
    assert 'role="alert"' in page.text
    assert field(page.text) == typed


def test_a_guess_in_an_address_that_is_refused_stays_in_the_field(client):
    page = client.get("/lessons/count?guess=3,2")

    assert page.status_code == 422
    assert field(page.text) == "3,2"


def test_nothing_typed_is_the_question_and_show_me_goes_first(client):
    empty = client.get("/lessons/count?typed=&lang=de")
    shown = client.get("/lessons/count?typed=5&guess=show&lang=de")

    assert "guess" not in empty.headers["location"]
    assert "guess=show" in shown.headers["location"]


def test_data_take_a_plain_guess_and_lead_nowhere(client):
    assert client.get("/lessons/number.json?guess=0.37&size=32").status_code == 200
    assert client.get("/lessons/number.json?guess=0,37&size=32").status_code == 422


@pytest.mark.parametrize(("typed", "guess"), [("31,5", "31.5"), ("etwa 3", "etwa+3")])
def test_a_vote_is_read_as_the_language_has_it(client, typed, guess):
    opened = client.post("/lessons/count/rooms?lang=de", headers={"Accept": "application/json"})
    code = opened.json()["room"]
    ballots = f"/lessons/count/rooms/{code}/ballots?lang=de"
    voted = client.post(ballots, data={"typed": typed, "ballot": "one"})
    there = voted.headers["location"]

    assert voted.status_code == 303
    assert f"guess={guess}" in there
    assert ("outcome=counted" in there) == (guess == "31.5")
    assert field(client.get(there).text) == typed
