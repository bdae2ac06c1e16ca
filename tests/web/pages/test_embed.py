"""Embedded views: all stays in the frame, what is locked cannot be changed there, and other sites may read it."""

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.embedding.view_table import VIEWS

SMALL = "size=48&filters1=8&filters2=4&weights1=random"
MAP = "/images/cat/layers/2/maps/1"
PLACES = {
    "lab": "/images/cat",
    "lessons": "/lessons",
    "lesson": "/lessons/sum?guess=mean",
    "maps": "/images/cat/layers/1/maps",
    "map": MAP,
    "fold": f"{MAP}/contributions",
    "pixel": f"{MAP}/pixel?row=1&col=2",
    "projections": f"{MAP}/projections",
    "wall": "/images/cat/layers/2/wall?mute=3",
    "costs": "/images/cat/layers/2/costs",
    "intermediate": "/images/cat/layers/2/intermediate?kind2=separable",
    "live": "/images/cat/live?open=2.1",
    "one_layer": "/images/cat/one_layer?activation1=linear&activation2=linear",
    "training": "/images/cat/training?weights1=trained&filters1=64",
    "ladder": "/ladder?layers=conv3-8,pool2",
}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
FRAME = "lock=filters1,kernel2&hide=numbers&theme=dark"
OPAQUE = {"Origin": "null"}


def embedded(view: str, more: str = "") -> str:
    path, _, query = PLACES[view].partition("?")
    return f"/embed{path}?" + "&".join(part for part in (SMALL, query, more) if part)


def links(page: str) -> set[str]:
    """Every address that the page or its script leads to, but those of its head."""
    body = page.partition("</head>")[2] or page
    found = re.findall(r'(?:href|action|formaction|hx-get|hx-post)="([^"]*)"', body)
    return {unescape(address) for address in found}


def is_of_a_view(address: str) -> bool:
    path = address.partition("?")[0]
    return not re.search(r"^/static/|^#|\.(png|jpg|svg|npz|csv|xlsx|json)$|/values$", path)


def test_every_view_in_the_table_has_a_test():
    assert {view.name for view in VIEWS} == set(PLACES)


@pytest.mark.parametrize("view", PLACES)
def test_every_link_of_an_embedded_view_stays_in_the_frame_with_its_choices(client, view):
    page = client.get(embedded(view, FRAME)).text
    leaving = {address for address in links(page) if is_of_a_view(address)}
    whole = {address for address in leaving if not address.startswith("/embed/")}

    assert len(leaving) >= 5 or view == "maps"
    assert [address.partition("?")[0] for address in whole] == [PLACES[view].partition("?")[0]]
    assert 'target="_blank" rel="noopener"' in page
    for address in leaving - whole:
        if "?" in address:
            assert "lock=filters1,kernel2" in address
            assert "theme=dark" in address
    assert "Open the full page" in page


@pytest.mark.parametrize("view", PLACES)
def test_the_full_page_of_an_embedded_view_keeps_its_settings_and_drops_the_choices(client, view):
    page = client.get(embedded(view, FRAME)).text
    whole = re.search(r'<a href="([^"]*)" target="_blank"', page)[1]

    assert view == "ladder" or "filters2=4" in whole
    assert not re.search("lock|hide|theme|embed", whole)
    assert client.get(unescape(whole)).status_code == 200


def test_what_htmx_puts_in_stays_in_the_frame_as_well(client):
    answer = client.get(embedded("fold", FRAME), headers=HTMX)

    assert "<!doctype" not in answer.text
    assert answer.headers["HX-Push-Url"].startswith("/embed/")
    assert all(
        address.startswith("/embed/") or "target=" in answer.text
        for address in links(answer.text)
        if is_of_a_view(address)
    )


def test_a_locked_setting_has_no_field_but_counts(client):
    open_page = client.get(embedded("lab")).text
    page = client.get(embedded("lab", "lock=filters1,size")).text

    assert 'id="filters1"' in open_page
    assert 'id="filters1"' not in page
    assert 'id="size"' not in page
    assert 'id="filters2"' in page
    assert '<input type="hidden" name="filters1" value="8">' in page
    assert '<input type="hidden" name="lock" value="filters1,size">' in page
    assert page.count('id="tile-1-') == 8


def test_with_all_settings_locked_there_is_no_field(client):
    page = client.get(embedded("lab", "lock=all")).text

    assert 'class="field__control"' not in page
    assert page.count('id="tile-1-') == 8


def test_a_form_of_a_locked_view_leads_to_the_same_settings(client):
    page = client.get(embedded("lab", "lock=all&contrast=linear")).text
    form = page[page.index('<form id="lab"') : page.index("</form>", page.index('<form id="lab"'))]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    before = {"size": "48", "filters1": "8", "filters2": "4", "weights1": "random"}

    assert fields.items() >= (before | {"contrast": "linear", "lock": "all"}).items()


@pytest.mark.parametrize(
    ("part", "mark"), [("upload", 'class="upload__file"'), ("upload", 'class="samples"')]
)
def test_a_hidden_upload_is_not_there_at_all(client, part, mark):
    assert mark in client.get(embedded("lab")).text
    hidden = client.get(embedded("lab", f"hide={part}")).text
    assert mark not in hidden
    assert "<picture-drop" not in hidden


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_is_that_of_the_whole_page(client, theme):
    page = client.get(embedded("wall", f"theme={theme}")).text

    assert f'data-theme="{theme}"' in page
    assert f'<meta name="color-scheme" content="{theme}">' in page


def test_the_theme_auto_is_the_same_as_none(client):
    assert client.get(embedded("wall", "theme=auto")).text == client.get(embedded("wall")).text


@pytest.mark.parametrize(
    ("given", "field"),
    [("lock=filter1", "lock"), ("hide=everything", "hide"), ("theme=blue", "theme")],
)
def test_a_choice_that_does_not_exist_is_refused_with_those_that_do(client, given, field):
    answer = client.get(embedded("lab", given), headers={"Accept": "application/json"})

    assert answer.status_code == 422
    assert answer.json()["field"] == field
    known = {
        "lock": "all, settings, picture, layers, and the names",
        "hide": "upload, legend and numbers",
        "theme": "auto, light and dark",
    }
    assert known[field] in answer.json()["message"]


def test_a_picture_uploaded_in_a_frame_is_shown_and_deleted_in_it(client, cat_file):
    answer = client.post(f"/embed/images?{SMALL}&{FRAME}", files={"file": cat_file})
    shown = answer.headers["Location"]
    page = client.get(shown).text
    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    deletion = unescape(re.search(r'formaction="(/embed/[^"]+/delete[^"]*)"', page)[1])
    deleted = client.post(deletion, data={"token": token})

    assert answer.status_code == 303
    assert re.match(r"/embed/images/[0-9a-f]{32}\?", shown)
    assert "lock=filters1,kernel2" in shown
    assert re.match(r"/embed/deleted\?.*lock=filters1,kernel2", deleted.headers["Location"])
    assert "Your upload is deleted" in client.get("/embed/deleted").text


def test_an_error_in_a_frame_can_be_shown_there(client):
    for address in ("/embed/images/nothing", "/embed/nothing/at/all"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert 'class="embedded"' in answer.text
        assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]


def test_an_embedded_page_keeps_no_history_and_asks_as_a_page_of_another_site_must(client):
    config = re.search(r"name=\"htmx-config\" content='([^']*)'", client.get(embedded("lab")).text)
    assert '"history": false, "mode": "cors"' in config[1]
    assert '"mode"' not in client.get("/").text


def test_a_browser_that_asks_first_is_allowed_where_answers_are_shared(client):
    asks = {
        **OPAQUE,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "hx-request,hx-target",
    }
    allowed = client.options(embedded("lab"), headers=asks)
    refused = client.options("/images/cat", headers=asks)

    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    assert allowed.headers["Access-Control-Allow-Headers"] == "*"
    assert "POST" in allowed.headers["Access-Control-Allow-Methods"]
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert refused.status_code == 405


def test_the_operator_names_who_may_frame_and_read(tmp_path):
    settings = Settings(
        data_dir=tmp_path,
        frame_ancestors="'self' https://course.example.org",
        cors_origins="https://course.example.org null",
    )
    with TestClient(create_app(settings)) as client:
        for origin, allowed in (
            ("https://course.example.org", True),
            ("null", True),
            ("https://other.example.org", False),
        ):
            answer = client.get("/static/js/embed.js", headers={"Origin": origin})
            given = answer.headers.get("Access-Control-Allow-Origin")
            assert given == (origin if allowed else None)
            assert "Origin" in answer.headers["Vary"]
        page = client.get("/embed/deleted")

    policy = page.headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors 'self' https://course.example.org")


def test_the_policy_names_no_more_than_the_host_that_was_asked_for(client):
    answer = client.get("/embed/deleted", headers={"Host": "x; script-src *"})

    assert "script-src 'self' http://localhost;" in answer.headers["Content-Security-Policy"]


def test_the_script_for_other_pages_is_small_and_complete(client):
    answer = client.get("/embed.js")

    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert len(answer.content) <= 3072
    assert b"import" not in answer.content
    assert b"event.source" in answer.content or b"{ source, data }" in answer.content
