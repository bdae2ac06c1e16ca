"""What a file says of the live view: its address, where that works, and nothing of one reader."""

from html import unescape

import pytest

SMALL = "size=48&filters1=8&filters2=4&weights1=random"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8217", "[::1]:8000", "0.0.0.0"])
def test_a_file_from_a_server_of_one_computer_says_so_and_has_the_path(client, host):
    address = f"/images/cat/layers/1/maps/snapshot.html?{SMALL}"
    credit = credit_of(client.get(address, headers={"Host": host}).text)

    assert "on the computer that made this file, while Convfold runs there:" in credit
    assert f'href="http://{host}/images/cat/layers/1/maps?size=48' in credit
    assert "<code>/images/cat/layers/1/maps?size=48" in credit


def test_the_file_of_an_upload_on_one_computer_has_no_path_for_others(client, cat_file):
    added = client.post(
        "/images", files={"file": cat_file}, headers={"Accept": "application/json"}
    ).json()
    address = f"/images/{added['id']}/layers/1/maps/snapshot.html?{SMALL}"
    credit = credit_of(client.get(address, headers={"Host": "localhost"}).text)

    assert "on the computer that made this file, as long as the upload is kept:" in credit
    assert "On another Convfold server" not in credit


@pytest.mark.parametrize("host", ["convfold.example.org", "192.168.1.7:8000", "10.0.0.1"])
def test_a_file_from_a_server_for_others_names_its_address_alone(client, host):
    address = f"/images/cat/layers/1/maps/snapshot.html?{SMALL}"
    credit = credit_of(client.get(address, headers={"Host": host}).text)

    assert "The live view, with all its settings:" in credit
    assert "On another Convfold server" not in credit


def test_the_file_of_a_lesson_names_its_question_without_a_guess_or_a_room(client):
    own = "guess=0.4&room=ABCDEF&present=on"
    page = client.get(f"/lessons/number/snapshot.html?size=48&part=1&{own}").text

    assert "/lessons/number?size=48&part=1" in credit_of(page)
    assert not [one for one in ("guess=", "ABCDEF", "present=") if one in credit_of(page)]


def credit_of(page: str) -> str:
    return unescape(page[page.index('<footer class="snap__credit">') :])
