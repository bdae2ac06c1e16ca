"""A search engine lists the front page, the lessons and the about page, and has nothing else computed."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from app.lab.stage.lessons.table import LESSONS
from app.main import create_app
from app.settings import Settings
from app.web.route_facts import declared_facts
from tests.web.test_headers import METHODS, ROUTES

HOST = "http://testserver"
LISTED = {"/", "/about", "/lessons", *(f"/lessons/{one.name}" for one in LESSONS)}
PAGES = 60  # that the crawler reads at most


class Links(HTMLParser):
    """Collects the addresses of a page that a crawler would follow."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") and "nofollow" not in (given.get("rel") or ""):
            self.found.add(urldefrag(urljoin(self.base, given["href"])).url)


def rules(client: TestClient) -> list[str]:
    """The closed paths for every crawler that robots.txt does not name."""
    group = client.get("/robots.txt").text.split("User-agent: *\n")[1].split("\n\n")[0]
    return [line.removeprefix("Disallow: ") for line in group.splitlines()]


def is_closed(path: str, closed: list[str]) -> bool:
    patterns = (re.escape(rule).replace(r"\*", ".*") for rule in closed)
    return any(re.match(pattern, path) for pattern in patterns)


def crawl(client: TestClient, *, robots: bool, nofollow: bool) -> set[str]:
    """Fetch pages from the front page on and return the addresses that the crawler would ask for."""
    closed = rules(client) if robots else []
    known, read = ["/"], set[str]()
    while known and len(read) < PAGES:
        path = known.pop(0)
        if path in read or is_closed(path, closed):
            continue
        read.add(path)
        answer = client.get(path, follow_redirects=True)
        if nofollow and "nofollow" in answer.headers["X-Robots-Tag"]:
            continue
        if answer.headers["content-type"].startswith("text/html"):
            known.extend(sorted(links(answer.text, path)))
    return read | {path for path in known if not is_closed(path, closed)}


def links(text: str, path: str) -> Iterator[str]:
    parser = Links(f"{HOST}{path}")
    parser.feed(text)
    for address in parser.found:
        if address.startswith(HOST):
            yield address.removeprefix(HOST)


def test_a_crawler_that_reads_robots_txt_finds_the_listed_pages_and_no_other(client):
    found = crawl(client, robots=True, nofollow=False)

    assert found <= LISTED
    assert {"/", "/about", "/lessons"} <= found


def test_a_crawler_that_reads_only_the_headers_stays_on_the_front_page(client):
    assert crawl(client, robots=False, nofollow=True) == {"/"}


def test_a_crawler_that_reads_neither_would_ask_for_thousands(client):
    assert len(crawl(client, robots=False, nofollow=False)) > 1000


def test_the_site_map_names_the_listed_pages_and_none_is_closed(client):
    named = client.get("/robots.txt").text.split("Sitemap: ")[1].strip()
    addresses = client.get(urlsplit(named).path).text.split()
    paths = {address.removeprefix(HOST) for address in addresses}

    assert paths == LISTED
    assert not [path for path in paths if is_closed(path, rules(client))]
    for path in paths:
        assert client.get(path).headers["X-Robots-Tag"] == "nofollow"


def test_every_route_that_computes_is_closed_but_for_the_listed_pages(client):
    closed = rules(client)
    routes = iter_route_contexts(client.app.routes)
    facts = {one.name or "": declared_facts(one.original_route) for one in routes}
    computing = {
        ROUTES[name][0]
        for name, found in facts.items()
        if found and found.computes and name in ROUTES and name not in METHODS
    }

    assert len(computing) > 50
    assert {path for path in computing if not is_closed(path, closed)} <= LISTED
    for path in ("/?seed=1", "/lessons?plan=x", "/lessons/sum?guess=mean", "/lessons/sum/rooms/A"):
        assert is_closed(path, closed)


@pytest.mark.parametrize(
    "path", ["/?seed=3", "/lessons/sum?guess=show", "/images/cat", "/embed/lessons"]
)
def test_a_page_with_settings_or_in_a_frame_is_not_listed(client, path):
    assert client.get(path).headers["X-Robots-Tag"] == "noindex, nofollow"


def test_who_shows_the_preview_of_a_link_may_fetch_it(client):
    first, _, _ = client.get("/robots.txt").text.partition("User-agent: *")

    assert "User-agent: Twitterbot\n" in first
    assert first.endswith("Disallow:\n\n")


def test_below_a_path_the_rules_carry_it(tmp_path):
    settings = Settings(
        data_dir=tmp_path, root_path="/course", public_url="https://a.example.org", threads=1
    )
    with TestClient(create_app(settings)) as client:
        text = client.get("/course/robots.txt").text
        listed = client.get("/course/sitemap.txt").text.split()

    assert "Disallow: /course/images\n" in text
    assert "Sitemap: https://a.example.org/course/sitemap.txt\n" in text
    assert "https://a.example.org/course/lessons/sum" in listed
