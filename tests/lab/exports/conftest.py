"""A lab on the samples, whose exports are run."""

from collections.abc import Iterator

import pytest

from app.lab.lab import Lab
from app.lab.samples import Samples
from app.main import STATIC
from app.settings import Settings


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    lab = Lab(Settings(data_dir=tmp_path_factory.mktemp("data")), Samples(STATIC / "samples"))
    yield lab
    lab.close()
