"""Where the live page is offered, and what stays live on it."""

import re

import pytest

SMALL = "size=32&filters1=4&filters2=3"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}


def links(page: str) -> list[str]:
    return [
        address.replace("&amp;", "&") for address in re.findall(r'<a[^>]* href="([^"]*)"', page)
    ]


def test_the_stage_leads_to_camera_and_drawing_and_keeps_what_is_open(client):
    lab = links(client.get(f"/images/cat?{SMALL}").text)
    fold = links(client.get(f"/images/cat/layers/2/maps/1/contributions?{SMALL}").text)

    assert f"/images/cat/live?{SMALL}" in lab
    assert f"/images/cat/live?{SMALL}#drawing" in lab
    assert f"/images/cat/live?{SMALL}&open=2.1" in fold


@pytest.mark.parametrize(
    ("option", "offered"), [("", True), ("lock=picture", False), ("hide=upload", False)]
)
def test_a_frame_offers_it_where_readers_may_bring_pictures(client, option, offered):
    page = client.get(f"/embed/images/cat?{SMALL}&{option}").text

    assert any("/live" in link for link in links(page)) == offered


def test_what_changes_a_setting_stays_live_and_all_else_is_a_full_load(client):
    page = client.get(f"/images/cat/live?{SMALL}&open=1.2&mute=1").text

    assert 'hx-boost:inherited="false"' in page
    for words in ("mute it", "only this map", "Unmute all"):
        address = re.search(rf'<a href="([^"]*)"[^>]*>{words}</a>', page)
        assert address, words
        assert "/live?" in address[1], words


def test_what_is_true_of_one_picture_alone_is_not_said_of_its_frames(client):
    page = client.get(f"/images/cat/live?{SMALL}&open=2.1&sum=2&order=size").text

    assert "2 of 4" in page
    for words in ("their shares add up", "tile__share", "agrees with the result", 'value="shares"'):
        assert words not in page, words
    frames = re.search(r'data-frames="([^"]*)"', page)
    assert frames
    assert "order" not in frames[1]
    assert any("order=size" in link and "/live" not in link for link in links(page))  # of leaving


def test_settings_that_take_the_open_map_away_leave_the_live_grids(client):
    answer = client.get(f"/images/cat/live?{SMALL}&open=2.7", headers=HTMX)

    assert answer.headers["HX-Push-Url"] == f"/images/cat/live?{SMALL}"
    assert 'id="fold"' not in answer.text
    assert client.get("/images/cat/live?open=2.77").status_code == 404


def test_a_changed_setting_keeps_the_step_of_the_sum_where_there_still_is_one(client):
    fold = "/images/cat/live?size=32&filters2=3&open=2.1&sum=3"
    kept = client.get(f"{fold}&filters1=4", headers=HTMX)
    shorter = client.get(f"{fold}&filters1=1&bias2=off&activation2=linear", headers=HTMX)

    assert "sum=3" in kept.headers["HX-Push-Url"]
    assert "3 of 4" in kept.text
    assert "sum=" not in shorter.headers["HX-Push-Url"]
    assert client.get(f"{fold}&filters1=1&bias2=off&activation2=linear").status_code == 422


def test_the_page_says_where_a_frozen_frame_goes(client):
    page = client.get(f"/images/cat/live?{SMALL}").text

    assert "kept for 24 hours, and until then anyone who has its address can see it" in page
