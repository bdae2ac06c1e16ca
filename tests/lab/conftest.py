"""A lab on the samples; and a Valkey or Redis server, without which its tests are skipped by name."""

from collections.abc import Iterator

import pytest

from app.lab.keep.samples import Samples
from app.lab.lab import Lab
from app.main import STATIC
from app.settings import Settings
from tests.lab.stores import InServer, OnDisk, Place
from tools.scale.programs import Missing
from tools.scale.store import StoreServer


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(Settings(data_dir=tmp_path_factory.mktemp("data")), Samples(STATIC / "samples"))
    yield lab
    lab.close()


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
