"""Who the client is behind proxies: the last address that is not a trusted proxy, which no client can choose."""

import asyncio
from typing import Any, cast

import pytest

from app.serving import configuration
from app.web.gate.request_facts import network_of

READER, MADE_UP, PROXY, BALANCER = "203.0.113.7", "198.51.100.1", "10.0.0.2", "10.0.0.3"
CLIENTS = {
    ("*", PROXY, (READER,)): READER,
    ("*", PROXY, (f"{MADE_UP}, {READER}",)): READER,
    ("*", PROXY, (MADE_UP, READER)): READER,
    ("*", PROXY, (f"{READER},",)): PROXY,
    ("*", PROXY, ()): PROXY,
    (PROXY, PROXY, (f"{MADE_UP}, {READER}",)): READER,
    (f"{PROXY},{BALANCER}", BALANCER, (f"{MADE_UP}, {READER}, {PROXY}",)): READER,
    (PROXY, READER, (MADE_UP,)): READER,
    ("*", PROXY, (f"{MADE_UP}, [2001:db8:1:2::1]:443",)): "2001:db8:1::/48",
    ("*", PROXY, (f"{READER}, nonsense",)): "unknown",
}


@pytest.mark.parametrize(("proxies", "peer", "forwarded"), CLIENTS)
def test_the_network_is_that_of_the_last_address_before_the_proxies(
    monkeypatch, proxies, peer, forwarded
):
    found: list[str] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        found.append(network_of(scope))

    monkeypatch.setenv("FORWARDED_ALLOW_IPS", proxies)
    config = configuration(cast(Any, app), host="127.0.0.1", port=0, grace_seconds=1)
    config.load()
    headers = [(b"host", b"test"), *((b"x-forwarded-for", one.encode()) for one in forwarded)]
    scope = {"type": "http", "client": (peer, 1), "scheme": "http", "headers": headers}
    asyncio.run(cast(Any, config.loaded_app)(scope, None, None))

    assert found == [CLIENTS[proxies, peer, forwarded]]
