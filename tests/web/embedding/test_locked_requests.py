"""What a request under a lock may ask for, whatever the page offers; and what a locked page says."""

import json
import re
from html import unescape

import pytest

from app.web.embedding.locking import EDITING
from tests.web.embedding.harvest import Harvest
from tests.web.test_headers import FRAME_TYPE, METHODS, ROUTES

SMALL = "size=48&filters1=8&filters2=4"
RANDOM = f"{SMALL}&weights1=random"
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
WEIGHTS = ("", "/contents")


def refused(answer, field):
    assert answer.status_code == 403
    assert answer.json()["title"] == "This view is locked"
    assert answer.json()["field"] == field
    return answer.json()["message"]


@pytest.mark.parametrize("lock", ["all", "settings", "edit1"])
@pytest.mark.parametrize("field", EDITING)
def test_a_locked_kernel_cannot_be_set(client, lock, field):
    address = f"/embed/images/cat/layers/1/maps/2?{RANDOM}&lock={lock}&{field}=0"

    assert f"without {field} would work" in refused(client.get(address, headers=JSON), field)
    for headers in ({}, HTMX):
        assert client.get(address, headers=headers).status_code == 403


def test_a_lock_on_the_kernels_of_one_layer_leaves_those_of_the_other(client):
    page = client.get(f"/embed/images/cat/layers/1/maps/2?{RANDOM}&lock=edit2&kernel=0")

    assert 'id="editor"' in page.text
    assert (
        "kernel=0" not in client.get(f"/embed/images/cat/layers/2/maps/2?{RANDOM}&lock=edit2").text
    )


@pytest.mark.parametrize("lock", ["all", "picture"])
def test_a_locked_picture_cannot_be_replaced_or_deleted(client, cat_file, lock):
    address = f"/embed/images?{RANDOM}&lock={lock}"
    refused(client.post(address, files={"file": cat_file}, headers=JSON), "picture")
    refused(
        client.post(f"/embed/images/cat/delete?lock={lock}", data={"token": "x"}, headers=JSON),
        "picture",
    )


def test_with_all_settings_locked_a_reader_still_shows_a_picture_and_deletes_it(client, cat_file):
    answer = client.post(f"/embed/images?{RANDOM}&lock=settings", files={"file": cat_file})
    shown = answer.headers["Location"]
    page = client.get(shown).text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    deletion = unescape(re.search(r'formaction="(/embed/[^"]+/delete[^"]*)"', page)[1])
    deleted = client.post(deletion, data={"token": token}).headers["Location"]
    home = unescape(re.search(r'href="(/embed/images/cat[^"]*)"', client.get(deleted).text)[1])

    for address in (shown, deletion, deleted, home):
        assert "lock=settings" in address
        assert "filters1=8" in address


@pytest.mark.parametrize("path", WEIGHTS)
@pytest.mark.parametrize("lock", ["all", "settings", "weights2", "filters1", "mute"])
def test_weights_that_would_change_what_is_locked_cannot_be_imported(client, path, lock):
    answer = client.post(f"/embed/weights{path}?lock={lock}", files={"file": b"x"}, headers=JSON)

    assert "an import would change it" in refused(answer, answer.json()["field"])
    assert client.get(f"/embed/weights?lock={lock}").status_code == 403
    assert "/embed/weights" not in client.get(f"/embed/images/cat?{RANDOM}&lock={lock}").text


def test_weights_that_change_nothing_locked_can_be_imported(client):
    assert client.get("/embed/weights?lock=contrast,over").status_code == 200


@pytest.mark.parametrize(
    ("lock", "change", "told"),
    [
        ("weights2", "filters1=16", "weights2"),
        ("weights1", "kernel1=5", "weights1"),
        ("filters2", "kind2=depthwise", "filters2"),
    ],
)
def test_another_setting_does_not_change_a_locked_one(client, lock, change, told):
    """Weights follow the shape of a layer, and filters of a depthwise layer the maps that it reads."""
    page = client.get(f"/embed/images/cat?size=48&lock={lock}").text
    held = re.search(rf'<input type="hidden" name="({lock})" value="(\w+)">', page)
    answer = client.get(
        f"/embed/images/cat?size=48&{held[1]}={held[2]}&{change}&lock={lock}", headers=JSON
    )

    assert 400 <= answer.status_code < 500
    assert told in answer.json()["message"]


def test_a_muted_map_is_locked_with_either_of_its_fields(client):
    for lock in ("mute", "solo"):
        page = client.get(f"/embed/images/cat?{RANDOM}&mute=3&lock={lock}").text
        assert "Map 3 is muted" in page
        assert "Unmute" not in page
        assert "data-hearing" not in page


@pytest.mark.parametrize(
    "name", [name for name in ROUTES if name.startswith("embed.") and name != "embed.js"]
)
def test_a_lock_that_does_not_exist_is_refused_on_every_address_in_a_frame(client, name):
    address, _ = ROUTES[name]
    mark = "&" if "?" in address else "?"
    method = METHODS.get(name, "GET")
    for given in ("filter1", "all,filter1", "kernel", "ALL"):
        headers = JSON | (FRAME_TYPE if name.endswith("frame") else {})
        answer = client.request(method, f"{address}{mark}lock={given}", headers=headers)
        assert answer.status_code == 422
        known = "all, settings, picture, layers, and the names of settings would work"
        assert known in answer.json()["message"]


@pytest.mark.parametrize(
    "address",
    [
        f"/embed/images/cat?{RANDOM}&lock=all&filters1=0",
        f"/embed/images/cat?{RANDOM}&lock=everything",
        f"/embed/images/00000000000000000000000000000000?{RANDOM}&lock=all",
        f"/embed/nothing?{RANDOM}&lock=all",
        f"/embed/images/cat/layers/1/maps/2?{RANDOM}&lock=all&kernel=0",
    ],
)
def test_an_error_under_a_lock_leads_nowhere(client, address):
    answer = client.get(address)

    assert 400 <= answer.status_code < 500
    assert Harvest(answer.text).asked == set()


def test_a_lost_upload_under_a_lock_of_settings_leads_to_the_same_settings(client):
    page = client.get(f"/embed/images/00000000000000000000000000000000?{RANDOM}&lock=settings").text
    asked = Harvest(page).asked

    assert {one.method for one in asked} == {"get", "post"}
    assert all("lock=settings" in one.address and "filters1=8" in one.address for one in asked)


def test_an_embedded_map_with_an_open_kernel_is_shared_without_it_where_kernels_are_locked(client):
    address = f"/images/cat/layers/1/maps/2/embedding?{RANDOM}&kernel=0"
    for lock, is_there in (("edit2", True), ("edit1", False), ("all", False)):
        shown = unescape(
            re.search(r'<iframe[^>]* src="([^"]*)"', client.get(f"{address}&lock={lock}").text)[1]
        )
        assert ("kernel=0" in shown) == is_there
        assert client.get(shown.removeprefix("http://testserver")).status_code == 200


def test_the_ladder_shows_only_the_fields_that_are_not_locked(client):
    fields = {
        "layers": 'id="ladder-layers"',
        "size": 'id="ladder-size"',
        "channels": 'id="ladder-channels"',
    }
    for lock, gone in (("layers", {"layers"}), ("size", {"size"}), ("all", set(fields))):
        page = client.get(f"/embed/ladder?layers=conv3-8&lock={lock}").text
        assert {name for name, mark in fields.items() if mark not in page} == gone
        assert "Examples" not in page
    assert "Examples" in client.get("/embed/ladder?lock=contrast").text


def test_the_lock_of_the_address_is_short(client):
    for given, kept in (
        ("all,filters1", "all"),
        ("settings,filters1", "settings"),
        ("settings,picture", "all"),
    ):
        page = client.get(f"/embed/images/cat?{RANDOM}&lock={given}").text
        assert f'<input type="hidden" name="lock" value="{kept}">' in page


def test_data_and_whole_pages_have_no_lock(client):
    """They are other addresses, which say so: the lock is of the frame alone."""
    whole = client.get(f"/images/cat/layers/1/maps/2.json?{RANDOM}&kernel=0&lock=all")

    assert json.loads(whole.text)["editor"]["channel"] == 0


def test_settings_without_a_field_are_not_offered_behind_a_line(client):
    for path in ("", "/layers/2/maps/1/contributions"):
        free = client.get(f"/embed/images/cat{path}?{RANDOM}").text
        page = client.get(f"/embed/images/cat{path}?{RANDOM}&lock=all").text
        for mark in ('id="settings-0"', "settings__change"):
            assert mark in free
            assert mark not in page


def test_an_option_that_would_change_a_locked_setting_cannot_be_chosen(client):
    def disabled(lock: str) -> set[str]:
        page = client.get(f"/embed/images/cat?{RANDOM}&lock={lock}").text
        kinds = page[page.index('id="kind2"') :].partition("</select>")[0]
        return set(re.findall(r'value="(\w+)" disabled', kinds))

    assert "depthwise" in disabled("filters2")
    assert "depthwise" not in disabled("filters1")
