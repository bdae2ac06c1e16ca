import numpy as np
import pytest

from tools.training import photographs, steps, structure


@pytest.fixture(scope="session")
def shown():
    return photographs.load()


@pytest.fixture(scope="session")
def seen(shown):
    return structure.pictures(shown)


@pytest.fixture(scope="session")
def pool():
    with steps.workers(1) as pool:
        yield pool


@pytest.fixture
def random():
    return np.random.default_rng(7)
