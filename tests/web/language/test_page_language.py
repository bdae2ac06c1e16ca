"""Which language a page has: that of its address, of the operator, or, on the front page, of the browser."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.languages import LANGUAGES
from app.main import create_app
from app.setting_values import SettingsError, ignored_language
from app.settings import Settings, from_env
from app.web.language import catalogs
from app.web.language.catalogs import CatalogsNotCompiled

GERMAN = {"Accept-Language": "de-CH,de;q=0.9,en;q=0.8"}
PART = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}
SMALL = {"size": "32"}
HTML = re.compile(r'<html lang="([^"]+)" dir="ltr"')
OTHER_PAGES = ["/about", "/images/cat?size=32", "/lessons", "/ladder", "/embed/images/cat?size=32"]


def language_of(page) -> str:
    (language,) = HTML.findall(page.text)
    return language


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("path", ["/", *OTHER_PAGES])
def test_an_address_states_the_language_of_its_page(client, path, code):
    page = client.get(path, params={"lang": code}, headers=GERMAN)

    assert language_of(page) == code
    assert "Accept-Language" not in page.headers["Vary"]


def test_the_front_page_has_the_language_of_the_browser_and_says_so_to_caches(client):
    page = client.get("/?size=32", headers=GERMAN)

    assert language_of(page) == "de"
    assert "Accept-Language" in page.headers["Vary"].split(", ")
    again = client.get("/?size=32", headers={**GERMAN, "If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert "Accept-Language" in again.headers["Vary"].split(", ")


def test_a_browser_may_list_its_languages_in_several_lines(client):
    lines = [("Accept-Language", "ja"), ("Accept-Language", "de;q=0.5")]

    assert language_of(client.get("/?size=32", headers=lines)) == "de"


def test_the_front_page_is_in_english_where_the_browser_asks_for_no_language_that_there_is(client):
    assert language_of(client.get("/?size=32", headers={"Accept-Language": "ja"})) == "en"


@pytest.mark.parametrize("path", OTHER_PAGES)
def test_other_pages_do_not_depend_on_the_browser(client, path):
    page = client.get(path, headers=GERMAN)

    assert language_of(page) == "en"
    assert "Accept-Language" not in page.headers["Vary"]


@pytest.mark.parametrize("given", ["xx", "EN", "zh", "zh-hans", "de,en", "../de"])
@pytest.mark.parametrize("headers", [{}, PART], ids=["page", "part"])
@pytest.mark.parametrize("path", ["/", "/about", "/images/cat", "/embed/images/cat"])
def test_a_page_in_another_language_is_refused_with_those_that_there_are(
    client, path, headers, given
):
    answer = client.get(path, params={"lang": given}, headers=headers)

    assert answer.status_code == 422
    assert f"lang is {given}; en, es, de, fr and zh-Hans would work." in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/healthz",
        "/metrics",
        "/robots.txt",
        "/openapi.json",
        "/embed.js",
        "/static/built/main.js",
        "/images/cat/layers/2/maps.png?size=32",
        "/images/cat/layers/2/maps/0/values?size=32",
        "/images/cat.json?size=32",
        "/oembed?url=http://testserver/images/cat",
    ],
)
def test_a_language_has_no_meaning_for_data_and_files(client, path):
    mark = "&" if "?" in path else "?"
    plain, other = client.get(path), client.get(f"{path}{mark}lang=xx")

    assert (plain.status_code, other.status_code) == (200, 200)
    assert other.headers["Content-Type"] == plain.headers["Content-Type"]


def test_a_code_does_not_lead_to_a_page_that_is_refused(client):
    assert client.get("/images/cat/qr.svg?lang=de").status_code == 200
    assert client.get("/images/cat/qr.svg?lang=xx").status_code == 422


def test_the_data_of_a_page_are_the_same_whatever_language_is_asked_for(client):
    answers = [
        client.get(
            "/images/cat", params={"lang": given} | SMALL, headers={"Accept": "application/json"}
        )
        for given in ("", "xx", "de")
    ]

    assert {one.status_code for one in answers} == {200}
    assert len({one.text for one in answers}) == 1


def test_an_empty_language_states_none(client):
    assert language_of(client.get("/about?lang=")) == "en"


def test_the_operator_fixes_the_language_where_an_address_states_none(locale, tmp_path):
    del locale
    with TestClient(create_app(Settings(data_dir=tmp_path, language="fr"))) as client:
        page = client.get("/?size=32", headers=GERMAN)
        assert language_of(page) == "fr"
        assert "Accept-Language" not in page.headers["Vary"]
        assert language_of(client.get("/about")) == "fr"
        assert language_of(client.get("/about?lang=en")) == "en"
        assert "lang=" not in client.get("/about").text.split("<main")[1].split("</main>")[0]


# As systems set the variable of this name.
SYSTEMS = (
    "en_US:en",
    "de_DE.UTF-8",
    "C.UTF-8:en",
    "it",
    "zh",
    "ast",
    "EN",
    "C",
    "POSIX",
    "sr@latin",
    "pt_BR",
    "de:en",
    "en.UTF-8",
    "ca_ES.UTF-8@valencia",
)


@pytest.mark.parametrize("text", SYSTEMS)
def test_the_variable_that_systems_have_by_this_name_is_ignored_and_the_log_says_so(text):
    assert from_env({"LANGUAGE": text}).language == ""
    assert ignored_language(text).startswith(f"LANGUAGE is '{text}', as systems set it, and is ")


@pytest.mark.parametrize("text", ["", *LANGUAGES])
def test_nothing_is_said_of_a_language_that_is_followed(text):
    assert ignored_language(text) == ""


@pytest.mark.parametrize("text", ["deutsch", "German", "zh-hans", "de-DE", "de,en", "de en", "d"])
def test_another_value_of_the_setting_is_refused(text):
    with pytest.raises(SettingsError, match=r"LANGUAGE is .* en, es, de, fr, zh-Hans would work"):
        from_env({"LANGUAGE": text})


@pytest.fixture
def lacking(tmp_path, monkeypatch):
    """A folder without catalogs."""
    monkeypatch.setattr(catalogs, "LOCALE", tmp_path)
    catalogs.offered.cache_clear()
    yield tmp_path
    catalogs.offered.cache_clear()


def test_without_catalogs_there_is_english_alone_and_no_choice(lacking, tmp_path_factory):
    with TestClient(create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))) as client:
        page = client.get("/about", headers=GERMAN)
        assert language_of(page) == "en"
        assert "language-links" not in page.text
        assert client.get("/about?lang=de").status_code == 422


def test_the_language_of_the_operator_needs_its_catalog(lacking, tmp_path_factory):
    with pytest.raises(SettingsError, match="LANGUAGE is 'de'; one of those in app/locale, en,"):
        create_app(Settings(data_dir=tmp_path_factory.mktemp("data"), language="de"))


def test_a_catalog_that_is_not_compiled_prevents_the_start_and_says_what_to_run(
    lacking: Path, tmp_path_factory
):
    (lacking / "es/LC_MESSAGES").mkdir(parents=True)
    (lacking / "es/LC_MESSAGES/convfold.po").write_text("")

    with pytest.raises(CatalogsNotCompiled, match=r"es are not compiled; `make translations`"):
        create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
