"""Settings of every test: Hypothesis without a clock or a memory, one thread for BLAS, the browser last."""

import os
from pathlib import Path

import numpy  # noqa: F401  (loads the BLAS that is limited below)
import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

BROWSER = Path(__file__).parent / "browser"

settings.register_profile(
    "convfold",
    deadline=None,  # the first example of a test may be the one that fills a cache
    database=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("convfold")
threadpool_limits(1, user_api="blas")  # as in the server; tests that run beside these need the rest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Slowest last; and Playwright keeps an event loop running, in which no test can start its own.
    # Every process of pytest-xdist takes its tests in this order with `--dist load`, its default.
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER))
