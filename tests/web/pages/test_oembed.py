"""oEmbed as its consumers use it: WordPress's rules for a site that it does not know, step by step."""

import io
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

HERE = "http://testserver"
SMALL = "size=48&filters1=8&filters2=4&weights1=random"
LAB = f"/images/cat?{SMALL}"
VIEWS = [
    LAB,
    f"/images/cat/layers/1/maps?{SMALL}",
    f"/images/cat/layers/2/maps/1?{SMALL}",
    f"/images/cat/layers/2/maps/1/contributions?{SMALL}&sum=3",
    f"/images/cat/layers/2/maps/1/pixel?row=1&col=2&{SMALL}",
    f"/images/cat/layers/2/wall?{SMALL}&column=2",
    f"/embed/images/cat?{SMALL}&lock=all",
]
READ_BYTES = 150 * 1024  # what WordPress reads of a page to look for links
KEPT = {
    "src",
    "width",
    "height",
    "frameborder",
    "marginwidth",
    "marginheight",
    "scrolling",
    "title",
}


def discovered(html: str) -> Any:
    """Return the address that WP_oEmbed::discover finds: the first JSON link of the head."""
    head = html[:READ_BYTES]
    head = head[: head.lower().find("</head>")]
    for attributes in re.findall(r"<link([^<>]+?)/?>", head, re.IGNORECASE | re.DOTALL):
        given = dict(re.findall(r'([\w-]+)\s*=\s*"([^"]*)"', attributes))
        if given.get("type") == "application/json+oembed" and given.get("href"):
            return unescape(given["href"])
    return None


def with_arguments(address: str, **arguments: object) -> str:
    """Add fields as WordPress does: each takes the place of one of the same name."""
    parts = urlsplit(address)
    fields = dict(parse_qsl(parts.query)) | {name: str(value) for name, value in arguments.items()}
    return f"{parts.path}?{urlencode(fields)}"


class Iframes(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []

    def handle_starttag(self, tag, attributes):
        if tag == "iframe":
            self.found.append({name: value for name, value in attributes if name in KEPT})


def filtered(html: str) -> dict[str, str]:
    """Return the iframe that wp_filter_oembed_result leaves of a site that is not on its list."""
    assert re.search(r"<iframe.*?></iframe>", html, re.DOTALL)
    reader = Iframes()
    reader.feed(html)
    assert len(reader.found) == 1
    return reader.found[0]


@pytest.mark.parametrize("address", VIEWS)
def test_wordpress_finds_every_view_and_keeps_what_it_needs(client, address):
    page = client.get(address)
    found = discovered(page.text)
    asked = with_arguments(
        found, maxwidth=640, maxheight=960, url=f"{HERE}{address}", dnt=1, format="json"
    )
    answer = client.get(asked)
    data = answer.json()
    kept = filtered(data["html"])

    assert answer.headers["Content-Type"] == "application/json"
    assert (data["version"], data["type"]) == ("1.0", "rich")
    assert kept["src"].startswith(f"{HERE}/embed/images/cat")
    assert kept["title"] == data["title"]
    assert (kept["width"], kept["height"]) == (str(data["width"]), str(data["height"]))
    assert client.get(kept["src"].removeprefix(HERE)).status_code == 200


def test_a_link_that_was_found_names_its_own_page(client):
    found = discovered(client.get("/images/cat?filters1=8&size=48&weights1=random").text)
    named = dict(parse_qsl(urlsplit(found).query))["url"]

    assert named == f"{HERE}/images/cat?size=48&filters1=8&weights1=random"
    assert found.startswith(f"{HERE}/oembed?")


def test_the_frame_is_that_of_the_address_with_its_choices(client):
    address = f"{HERE}/embed{LAB}&lock=all&hide=upload&theme=dark"
    html = client.get("/oembed", params={"url": address}).json()["html"]

    assert dict(parse_qsl(urlsplit(filtered(html)["src"]).query)) == {
        **dict(parse_qsl(SMALL)), "lock": "all", "hide": "upload", "theme": "dark",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("bounds", "size"),
    [
        ({}, (600, 450)),
        ({"maxwidth": 320}, (320, 450)),
        ({"maxwidth": 2000, "maxheight": 300}, (600, 300)),
        ({"maxwidth": "wide"}, (600, 450)),
    ],
)
def test_the_frame_stays_within_what_the_site_has_room_for(client, bounds, size):
    data = client.get("/oembed", params={"url": f"{HERE}{LAB}", **bounds}).json()

    assert (data["width"], data["height"]) == size


@pytest.mark.parametrize(
    ("bounds", "width"), [({}, 1200), ({"maxwidth": 640}, 600), ({"maxheight": 200}, 300)]
)
def test_the_thumbnail_is_a_picture_of_the_stated_size_within_the_bounds(client, bounds, width):
    data = client.get("/oembed", params={"url": f"{HERE}{LAB}", **bounds}).json()
    answer = client.get(data["thumbnail_url"].removeprefix(HERE))
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (data["thumbnail_width"], data["thumbnail_height"])

    assert data["thumbnail_width"] == width
    assert data["thumbnail_height"] <= bounds.get("maxheight", 630)


def test_where_no_thumbnail_is_small_enough_none_is_given(client):
    data = client.get("/oembed", params={"url": f"{HERE}{LAB}", "maxwidth": 100}).json()

    assert not [name for name in data if name.startswith("thumbnail")]


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://elsewhere.example/images/cat",
        "http://testserver.elsewhere.example/images/cat",
        "http://user@testserver/images/cat",
        "ftp://testserver/images/cat",
        "//testserver/images/cat",
        "javascript:alert(1)",
        "http://[bad/images/cat",
        f"{HERE}/about",
        f"{HERE}/images/nothing",
        f"{HERE}/images/cat?filters1=0",
        f"{HERE}/embed/images/cat?lock=nothing",
        f"{HERE}/images/cat/layers/2/maps/1/pixel",
    ],
)
def test_an_address_that_is_not_ours_is_not_found(client, url):
    assert client.get("/oembed", params={"url": url}).status_code == 404


def test_xml_is_not_offered(client):
    answer = client.get("/oembed", params={"url": f"{HERE}{LAB}", "format": "xml"})

    assert answer.status_code == 501


def test_a_public_address_is_named_whatever_the_request_says(tmp_path):
    settings = Settings(data_dir=tmp_path, public_url="https://convfold.example.org")
    with TestClient(create_app(settings)) as client:
        page = client.get(LAB).text
        ours, other = (
            client.get("/oembed", params={"url": f"{origin}{LAB}"})
            for origin in ("https://convfold.example.org", HERE)
        )

    assert discovered(page).startswith("https://convfold.example.org/oembed?")
    assert '<meta property="og:image" content="https://convfold.example.org/images/cat/' in page
    assert 'src="https://convfold.example.org/embed/images/cat' in unescape(ours.json()["html"])
    assert other.status_code == 404


def test_an_answer_for_one_host_is_not_given_to_another(client):
    for host in ("one.example", "two.example"):
        page = client.get(f"{LAB}&seed=5", headers={"Host": host}).text
        assert f'content="http://{host}/images/cat/preview.png' in page


def test_what_is_told_of_an_upload_may_be_kept_no_longer_than_the_upload(tmp_path, cat_file):
    app = create_app(Settings(data_dir=tmp_path, image_hours=2))
    with TestClient(app) as client:
        upload = client.post("/images", files={"file": cat_file}, follow_redirects=False)
        path = upload.headers["Location"].partition("?")[0]

        def age(of: str) -> Any:
            return client.get("/oembed", params={"url": f"{HERE}{of}"}).json()["cache_age"]

        assert 0 < age(path) <= 2 * 3600
        assert age("/images/cat") == 86_400
