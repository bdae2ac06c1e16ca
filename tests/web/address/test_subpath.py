"""Every address works below a sub-path, whether the proxy strips the sub-path or passes it on."""

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.embedding.qr import QUIET_ZONE
from tests.web import qr

ROOT = "/course/convfold"
HERE = "http://testserver"
SMALL = "size=48&filters1=4&filters2=2&weights1=random"
MAP = "/images/cat/layers/2/maps/1"
STARTS = [
    f"/?{SMALL}",
    "/about",
    f"/images/cat?{SMALL}",
    f"{MAP}/pixel?row=1&col=1&{SMALL}",
    f"/images/cat/layers/2/wall?column=1&row=1&mute=2&{SMALL}",
    f"{MAP}/contributions?input=1&{SMALL}",
    f"/images/cat/layers/1/maps?{SMALL}",
    f"/embed{MAP}/contributions?lock=all&{SMALL}",
    f"/images/cat/embedding?{SMALL}",
]
ADDRESS = re.compile(
    r'(?:href|src|action|formaction|hx-get|hx-post|data-values|data-picture|data-means|content)="([^"]+)"'
)
POSTED = ("/images", "/embed/images")


class Proxy:
    """A proxy that serves an application below `ROOT`, and removes `ROOT` from the path if `strips`."""

    def __init__(self, app, *, strips: bool) -> None:
        self.app = app
        self.strips = strips

    async def __call__(self, scope, receive, send) -> None:
        if scope["type"] == "http":
            assert scope["path"].startswith(f"{ROOT}/"), f"{scope['path']} left the sub-path"
            if self.strips:
                path = scope["path"].removeprefix(ROOT)
                scope = {**scope, "path": path, "raw_path": path.encode()}
        await self.app(scope, receive, send)


@pytest.fixture(scope="module", params=[True, False], ids=["stripped", "passed on"])
def proxied(request, tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("data"), root_path=ROOT)
    app = Proxy(create_app(settings), strips=request.param)
    with TestClient(app, follow_redirects=False) as client:
        yield client


def local(address: str) -> str | None:
    """Return an address without its host, or None if it is on another server."""
    parts = urlsplit(unescape(address).replace("{channel}", "0"))
    if parts.netloc not in ("", "testserver") or parts.scheme not in ("", "http"):
        return None
    if not parts.path.startswith("/"):
        return None
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def addresses(page: str) -> set[str]:
    found = {local(address) for address in ADDRESS.findall(page)}
    return {address for address in found if address}


def test_every_address_on_every_kind_of_page_works(proxied):
    requested = set()
    for start in STARTS:
        page = proxied.get(f"{ROOT}{start}")
        assert page.status_code == 200
        for address in addresses(page.text):
            path = address.partition("?")[0]
            assert path == ROOT or path.startswith(f"{ROOT}/"), f"{address} on {start}"
            kind = re.sub(r"\d+", "0", path)
            if kind in requested or path.endswith("trace.npz"):
                continue
            requested.add(kind)
            posted = path.removeprefix(ROOT) in POSTED or path.endswith("/delete")
            answer = proxied.post(address) if posted else proxied.get(address)
            expected = (400, 403) if posted else (200, 422) if path.endswith("/pixel") else (200,)
            assert answer.status_code in expected, f"{address} on {start}: {answer.status_code}"
    assert len(requested) > 60


def test_redirects_stay_below_the_sub_path(proxied, cat_file):
    uploaded = proxied.post(f"{ROOT}/images?{SMALL}", files={"file": cat_file})
    framed = proxied.post(f"{ROOT}/embed/images?{SMALL}", files={"file": cat_file})
    applied = proxied.get(f"{ROOT}/images/cat?{SMALL}&apply=1")

    assert uploaded.headers["Location"].startswith(f"{ROOT}/images/")
    assert framed.headers["Location"].startswith(f"{ROOT}/embed/images/")
    assert applied.headers["Location"].startswith(f"{ROOT}/images/cat?")


def test_shared_addresses_contain_the_sub_path(proxied):
    page = proxied.get(f"{ROOT}/images/cat?{SMALL}").text
    code = proxied.get(f"{ROOT}/images/cat/qr.svg?{SMALL}").text
    found = unescape(re.search(r'json\+oembed" href="([^"]+)"', page)[1])
    data = proxied.get(found.removeprefix(HERE)).json()
    foreign = proxied.get(f"{ROOT}/oembed", params={"url": f"{HERE}/images/cat"})

    assert qr.read(qr.modules_of(code, QUIET_ZONE)).startswith(f"{HERE}{ROOT}/images/cat?size=48")
    assert dict(parse_qsl(urlsplit(found).query))["url"].startswith(f"{HERE}{ROOT}/images/cat?")
    assert f'src="{HERE}{ROOT}/embed/images/cat' in data["html"]
    assert data["thumbnail_url"].startswith(f"{HERE}{ROOT}/images/cat/preview.png")
    assert foreign.status_code == 404


def test_cached_answers_and_health_checks_work_below_the_sub_path(proxied):
    first = proxied.get(f"{ROOT}/images/cat?{SMALL}")
    again = proxied.get(
        f"{ROOT}/images/cat?{SMALL}", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert again.status_code == 304
    assert {
        proxied.get(f"{ROOT}/{name}").status_code for name in ("healthz", "readyz", "metrics")
    } == {200}
