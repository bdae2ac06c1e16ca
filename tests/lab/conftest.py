"""A Valkey or Redis server for the tests that need one, skipped by name where neither is installed."""

from collections.abc import Iterator

import pytest

from tests.lab.stores import InServer, OnDisk, Place
from tests.scale.programs import Missing
from tests.scale.store import StoreServer


@pytest.fixture(scope="session")
def store_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreServer]:
    try:
        server = StoreServer(tmp_path_factory.mktemp("store"))
    except Missing as reason:
        pytest.skip(f"The store of several replicas is not tested: {reason}")
    yield server
    server.stop()


@pytest.fixture
def in_server(store_server: StoreServer) -> Iterator[InServer]:
    place = InServer(store_server.url)
    place.client.flushall()
    yield place
    place.client.close()


@pytest.fixture(params=["disk", "server"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "disk":
        return OnDisk(request.getfixturevalue("tmp_path"))
    return request.getfixturevalue("in_server")
