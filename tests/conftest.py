"""Settings of all tests: Hypothesis without deadline and database, one BLAS thread, browser tests last."""

import os
from pathlib import Path

import numpy  # noqa: F401  (loads the BLAS that is limited below)
import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

BROWSER = Path(__file__).parent / "browser"

settings.register_profile(
    "convfold",
    deadline=None,  # the first example of a test may fill a cache
    database=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("convfold")
threadpool_limits(
    1, user_api="blas"
)  # as in the server; parallel test processes use the other cores


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Browser tests are slowest, and Playwright keeps an event loop running, so later tests could not start one.
    # With `--dist load`, the default, every process of pytest-xdist runs its tests in this order.
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER))
