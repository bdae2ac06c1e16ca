"""Pages in every language: marked as such, whole, with links that keep it, and never mixed in a cache."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from app.lab.stage.lessons.table import LESSONS
from app.languages import LANGUAGES
from app.web.address.params import PARSERS
from app.web.watch.route_names import Routes
from tests.web.language.conftest import MARKS

SMALL = "size=48&filters1=4&filters2=2&weights1=random"
MAP = "/images/cat/layers/2/maps/1"
LIVE = "/images/cat/live"
PAGES = {
    "home": f"/?{SMALL}",
    "lab": f"/images/cat?{SMALL}",
    "numbers": f"/images/cat?below=numbers&{SMALL}",
    "costs below": f"/images/cat?below=costs&{SMALL}",
    "live": f"{LIVE}?{SMALL}",
    "live fold": f"{LIVE}?open=2.1&{SMALL}",
    "one layer": f"/images/cat/one_layer?activation1=linear&activation2=linear&{SMALL}",
    "maps": f"/images/cat/layers/1/maps?{SMALL}",
    "map": f"{MAP}?kernel=1&mute=2&{SMALL}",
    "fold": f"{MAP}/contributions?input=1&{SMALL}",
    "fold of layer 1": f"/images/cat/layers/1/maps/1/contributions?{SMALL}",
    "pixel": f"{MAP}/pixel?row=1&col=1&{SMALL}",
    "pooled pixel": f"{MAP}/pixel?row=1&col=1&pool2=max&{SMALL}",
    "projections": f"{MAP}/projections?samples=1&{SMALL}",
    "wall": f"/images/cat/layers/2/wall?column=1&row=1&mute=2&{SMALL}",
    "training": "/images/cat/training?step=100",
    "costs": f"/images/cat/layers/2/costs?{SMALL}",
    "intermediate": f"/images/cat/layers/2/intermediate?kind2=separable&{SMALL}",
    "exports": f"/images/cat/export?{SMALL}",
    "embedding": f"/images/cat/embedding?{SMALL}",
    "embedded": f"/embed{MAP}/contributions?lock=all&theme=dark&{SMALL}",
    "ladder": "/ladder",
    "embedded ladder": "/embed/ladder?theme=light",
    "weights": "/weights",
    "about": "/about",
    "deleted": "/deleted",
    "lessons": "/lessons",
    **{f"lesson {one.name}": f"/lessons/{one.name}" for one in LESSONS},
    **{f"answer {one.name}": f"/lessons/{one.name}?guess=show" for one in LESSONS},
    "nowhere": "/nowhere",
    "no picture": f"/images/{'0' * 32}?{SMALL}",
    "no setting": "/images/cat?size=7",
}
ADDRESS = re.compile(r' (?:href|action|hx-get|hx-post|data-frames)="(/[^"]*)"')
# What is the same in every language. Names of people and of settings, formulas and code are not sentences.
NOT_WORDS = ("script", "style", "code", "pre", "samp", "kbd")
SAID = ("alt", "aria-label", "aria-description", "title", "placeholder")
WORD = re.compile(r"(?<![^\W\d_])[a-z]{3,}(?![^\W\d_])")


# Settings and their values as addresses have them, functions and nets by their names, addresses.
PLAIN = re.compile(r"https?://\S+|\b\w+\d\b|\bconv\d[\w-]*|\bpool\d")
NAMES = {
    *("sigmoid", "tanh", "handmade", "random", "trained", "face", "conv", "pool", *PARSERS),
    *("scikit", "image", "data", "tools", "training", "van", "der"),
}


def with_language(path: str, code: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}lang={code}"


class Page(HTMLParser):
    """Collects what a reader sees or hears, each with the mark of the element that it stands in."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._text: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in NOT_WORDS:
            self._inside.append(tag)
        self.said += [value for name, value in attrs if name in SAID and value]

    def handle_endtag(self, tag):
        if tag in self._inside:
            self._inside.remove(tag)

    def handle_data(self, data):
        if not self._inside:
            self.said.append(" ".join(data.split()))


def said(html: str) -> list[str]:
    page = Page()
    page.feed(html)
    page.close()
    return page.said


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_states_its_language_and_direction(client, name, code):
    page = client.get(with_language(PAGES[name], code)).text

    assert page.count("<html ") == 1
    assert f'<html lang="{code}" dir="ltr"' in page


@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_sentence_of_another_language(client, name):
    page = client.get(with_language(PAGES[name], "de")).text

    assert MARKS["de"] in page
    assert not {"¡", "œ"} & set(page.split("<main")[1].split("</main>")[0])


@pytest.mark.parametrize("name", PAGES)
def test_every_link_and_form_to_a_page_keeps_the_language(client, name):
    page = client.get(with_language(PAGES[name], "de")).text
    routes = Routes(client.app.routes)
    kept = 0
    for form, address in _addresses(page):
        parts = urlsplit(address.replace("{channel}", "0"))
        route = routes.match(
            {"path": parts.path, "root_path": "", "method": "POST" if form == "post" else "GET"}
        )
        if route.facts.kind != "page":
            assert ("lang=" in parts.query) == parts.path.endswith(
                ("/qr.svg", "/live", "/snapshot.html")
            ), address
        elif form != "get":  # the fields of such a form are its query
            stated = [text for field, text in parse_qsl(parts.query) if field == "lang"]
            assert len(stated) == 1, address
            assert stated[0] in LANGUAGES
            kept += stated[0] == "de"
    for fields in re.findall(r"<form[^>]*method=\"get\".*?</form>", page, re.DOTALL):
        if "<input" in fields:
            assert 'name="lang" value="de"' in fields
    assert kept > 2 or "embedded" in name


def _addresses(page: str) -> list[tuple[str, str]]:
    """Return the addresses of a page, each with the method of its form or an empty text."""
    found = [("", unescape(one)) for one in ADDRESS.findall(re.sub(r"<form[^>]*>", "", page))]
    for form in re.findall(r"<form[^>]*>", page):
        method = "post" if 'method="post"' in form else "get"
        found += [(method, unescape(one)) for one in ADDRESS.findall(form)]
    return [one for one in found if not one[1].startswith("/static/")]


@pytest.mark.parametrize("name", [name for name in PAGES if "embedded" not in name])
def test_every_page_leads_to_itself_in_the_other_languages(client, name):
    page = client.get(with_language(PAGES[name], "de")).text
    (links,) = re.findall("<language-links.*?</language-links>", page, re.DOTALL)
    found = re.findall(r'<a href="([^"]+)" lang="([^"]+)" hreflang="([^"]+)"', links)

    assert [code for _, code, _ in found] == list(LANGUAGES)
    assert re.findall(r'lang="(\S+)" aria-current="true"', links) == ["de"]
    for address, code, of_link in found:
        assert code == of_link
        asked = urlsplit(PAGES[name])
        given = urlsplit(unescape(address))
        if name == "nowhere":
            assert (given.path, given.query) == ("/", f"lang={code}")
        else:
            assert given.path == asked.path
            assert dict(parse_qsl(given.query)) == {**dict(parse_qsl(asked.query)), "lang": code}


def test_an_embedded_page_offers_no_other_language(client):
    assert "language-links" not in client.get(PAGES["embedded"]).text


def test_a_path_that_looks_like_a_host_is_no_link(client):
    page = client.get("/%2Fevil.example/images/cat?lang=de").text

    assert "evil.example" not in page.split("<language-links")[1]


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_says_is_translated(client, name):
    page = client.get(with_language(PAGES[name], "de")).text
    lacking = {text for text in said(page) if set(WORD.findall(PLAIN.sub("", text))) - NAMES}

    assert lacking == set()


@pytest.mark.parametrize("name", ["lab", "fold", "pixel", "wall", "ladder", "lessons", "about"])
def test_data_are_the_same_in_every_language(client, name):
    path, _, query = PAGES[name].partition("?")
    address = f"{path}.json?{query}"
    german = client.get(with_language(address, "de"), headers={"Accept-Language": "de"})

    assert german.json() == client.get(address).json()
    assert not set(MARKS.values()) & set(german.text)


@pytest.mark.parametrize(
    "path",
    [
        f"/images/cat/export/stack_numpy.py?{SMALL}",
        f"/images/cat/export/stack.ipynb?{SMALL}",
        f"/images/cat/export/maps.csv?{SMALL}",
        f"{MAP}/pixel.csv?row=1&col=1&{SMALL}",
        f"{MAP}/contributions/figure.svg?{SMALL}",
    ],
)
def test_files_are_in_english_in_every_language(client, path):
    german = client.get(with_language(path, "de"), headers={"Accept-Language": "de"})

    assert german.status_code == 200
    assert "lang=" not in german.text
    assert german.content == client.get(path).content


def test_an_error_as_data_is_in_english(client):
    answer = client.get("/images/cat.json?size=7&lang=de")

    assert not set(MARKS.values()) & set(answer.text)


@pytest.mark.parametrize(
    ("path", "send"),
    [
        ("/images", {"files": {"file": ("a.txt", b"no picture", "text/plain")}}),
        ("/images", {}),
        ("/live", {"content": b"", "headers": {"Content-Type": "image/jpeg"}}),
    ],
    ids=["no picture", "nothing", "live"],
)
def test_what_a_script_sent_is_refused_in_the_language_that_it_states(client, path, send):
    send = {**send, "headers": {**send.get("headers", {}), "Accept": "application/json"}}
    english = client.post(path, **send)
    german = client.post(f"{path}?lang=de", **send)

    assert german.status_code == english.status_code >= 400
    assert german.json().keys() == english.json().keys()
    for said in ("title", "message"):
        assert german.json()[said] != english.json()[said]
    assert client.post(f"{path}?lang=en", **send).json() == english.json()


def test_two_languages_at_once_do_not_mix(client):
    wanted = [(name, code) for name in ("lab", "fold", "pixel", "about") for code in LANGUAGES] * 2
    addresses = [
        f"{with_language(PAGES[name], code)}&seed={7 + index // 20}"
        for index, (name, code) in enumerate(wanted)
    ]
    with ThreadPoolExecutor(8) as threads:
        pages = list(threads.map(lambda address: client.get(address).text, addresses))

    for (_, code), page in zip(wanted, pages, strict=True):
        found = {
            mark for mark in MARKS.values() if mark in page.split("<main")[1].split("</main>")[0]
        }
        assert (found == {MARKS[code]}) if code != "en" else not found


def test_caches_never_mix_languages(client):
    path = "/?size=48&filters1=4&filters2=2&seed=41"
    pages: dict[str, Any] = {}
    for accepted in ("de", "es", "en", "ja", "de"):  # the last is answered from the cache
        page = client.get(path, headers={"Accept-Language": accepted})
        if accepted in pages:
            assert page.text == pages[accepted].text
        pages[accepted] = page

    assert pages["ja"].text == pages["en"].text
    assert len({page.headers["ETag"] for page in pages.values()}) == 3
    answer = client.get(
        path, headers={"Accept-Language": "es", "If-None-Match": pages["de"].headers["ETag"]}
    )
    assert answer.status_code == 200
    assert MARKS["es"] in answer.text


def test_parts_of_a_page_are_kept_by_language_too(client):
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "section#lab"}
    texts = {}
    for accepted in ("de", "es"):
        headers = {**part, "Accept-Language": accepted}
        texts[accepted] = client.get(f"/?{SMALL}&seed=42", headers=headers).text

    assert MARKS["de"] in texts["de"]
    assert MARKS["es"] in texts["es"]
    assert MARKS["de"] not in texts["es"]


def test_what_scripts_say_and_the_marks_of_numbers_are_those_of_the_language(client):
    page = client.get("/about?lang=fr").text
    (held,) = re.findall(r'<script id="words" type="application/json">(.*?)</script>', page)
    words = json.loads(held)

    assert words["texts"]["cancel"] == "œCancel"
    assert words["numbers"]["decimal"] == ","


def test_what_others_get_of_a_view_keeps_its_language(client):
    address = f"http://testserver{with_language(PAGES['fold'], 'de')}"
    told = client.get("/oembed", params={"url": address}).json()
    page = client.get(with_language(f"{MAP}/contributions/embedding?{SMALL}", "de")).text

    assert "&amp;lang=de" in told["html"]
    assert told["title"].startswith(MARKS["de"])
    assert "lang" not in told["thumbnail_url"]
    assert page.count("lang=de") > 8  # the snippets
    assert client.get("/oembed", params={"url": address.replace("=de", "=xx")}).status_code == 404


def test_a_redirect_keeps_the_language(client):
    answer = client.get(f"/images/cat?{SMALL}&apply=&lang=de")

    assert answer.status_code == 303
    assert "lang=de" in answer.headers["Location"]


def test_an_upload_leads_to_its_page_in_the_language(client, cat_file):
    answer = client.post("/images?lang=de", files={"file": ("cat.jpg", cat_file)})

    assert answer.status_code == 303
    assert "lang=de" in answer.headers["Location"]
    page = client.get(answer.headers["Location"]).text
    assert '<html lang="de"' in page
    assert re.search(r'action="/images/\w+/delete\?lang=de"', page)


def test_a_form_that_is_refused_is_refused_in_the_language(client):
    page = client.post("/images?lang=de", files={"file": ("x.jpg", b"nothing of the kind")})

    assert page.status_code == 415
    assert '<html lang="de"' in page.text
    assert MARKS["de"] in page.text
    assert 'href="/?lang=es"' in page.text


@pytest.mark.parametrize("path", ["/images/cat/layers/2/maps/3/contributions", "/lessons/number"])
def test_a_file_for_readers_is_in_the_language_of_its_address(client, path):
    answer = client.get(f"{path}/snapshot.html?lang=de")
    english = client.get(f"{path}/snapshot.html")

    assert '<html lang="de" dir="ltr"' in answer.text
    assert '<html lang="en" dir="ltr"' in english.text
    assert MARKS["de"] in answer.text[answer.text.index("<main") :]
    assert re.search(r">[^<]*\d,\d\d[^<]*<", answer.text[answer.text.index("<main") :])
    foot = answer.text[answer.text.index('<footer class="snap__credit">') :]
    assert "?lang=de" in foot
    assert "<code>lang" not in foot
    assert "photograph by" not in foot
