"""The operator's imprint, privacy and accessibility statements are linked at the foot of each page."""

import re
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

LINKS = {
    "Imprint": "https://uni.example/imprint?a=1&b=2",
    "Privacy": "https://uni.example/privacy",
    "Accessibility": "https://uni.example/accessibility#contact",
}
PAGES = (
    "/",
    "/about",
    "/lessons",
    "/ladder",
    "/weights",
    "/images/cat/live",
    "/images/cat/layers/2/maps/3/contributions",
    "/images/nothing",
    "/images/cat?stride1=99",
)


def client(folder: Path, **settings: Any) -> TestClient:
    return TestClient(create_app(Settings(data_dir=folder, **settings)))


def legal_in(page: str) -> dict[str, str]:
    foot = re.search(r'<footer class="footer">(.*?)</footer>', page, re.S)[1]
    links = re.findall(r'class="footer__legal" href="([^"]+)">([^<]+)</a>', foot)
    return {name: address.replace("&amp;", "&") for address, name in links}


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    named = {f"{name.lower()}_url": address for name, address in LINKS.items()}
    with client(tmp_path_factory.mktemp("data"), **named) as made:
        yield made


@pytest.mark.parametrize("page", PAGES)
def test_every_page_links_them_also_a_page_of_an_error(own, page):
    answer = own.get(page, headers={"Accept": "text/html"})

    assert legal_in(answer.text) == LINKS


def test_a_view_in_a_frame_leads_to_the_page_that_has_them(own):
    frame = own.get("/embed/images/cat", headers={"Accept": "text/html"}).text
    whole = re.search(r'<footer class="embedded__foot">\s*<a href="([^"]+)"', frame)[1]

    assert "footer__legal" not in frame
    assert legal_in(own.get(whole).text) == LINKS


def test_only_those_that_the_operator_names_are_there(tmp_path):
    with client(tmp_path, privacy_url=LINKS["Privacy"]) as made:
        assert legal_in(made.get("/about").text) == {"Privacy": LINKS["Privacy"]}


def test_without_settings_there_are_none(tmp_path):
    with client(tmp_path) as made:
        assert legal_in(made.get("/about").text) == {}
