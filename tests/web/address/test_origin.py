"""The origin in absolute addresses: PUBLIC_URL, or a Host that can be one."""

import asyncio

import pytest

from app.main import create_app
from app.settings import Settings
from tests.web.gate.asgi import PendingRequest

PUBLIC = "https://maps.example.org"
HOSTS = {
    "example.org": "example.org",
    "example.org:8000": "example.org:8000",
    "[2001:db8::1]:8000": "[2001:db8::1]:8000",
    "[::::]": "localhost",
    "[::1": "localhost",
    "[1.2.3.4]": "localhost",
    "example.org:99999": "localhost",
    "example.org:": "localhost",
    "a b": "localhost",
    "user@example.org": "localhost",
    "[::1%25eth0]": "localhost",
    "": "localhost",
}


@pytest.fixture(scope="module", params=["", PUBLIC], ids=["", "public"])
def app(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    app = create_app(Settings(data_dir=folder, threads=1, public_url=request.param))
    yield app
    app.state.lab.close()


def ask(app, address, headers):
    async def scene():
        return await PendingRequest(app, address, headers=headers).answer()

    return asyncio.run(scene())


@pytest.mark.parametrize("host", HOSTS)
def test_every_host_is_answered_and_the_invalid_ones_are_not_repeated(app, host):
    public = app.state.lab.settings.public_url
    origin = public or f"http://{HOSTS[host]}"
    headers = {"Host": host, "Accept": "application/json"}

    told = ask(app, f"/oembed?url={origin}/images/cat", headers)
    moved = ask(app, "/images/cat/layers/1/maps/?size=48", headers)
    unknown = ask(app, "/oembed?url=http://elsewhere.example/images/cat", headers)

    assert told.json["provider_url"] == f"{origin}/"
    assert moved.headers["location"] == f"{origin}/images/cat/layers/1/maps?size=48"
    assert unknown.status == 404
