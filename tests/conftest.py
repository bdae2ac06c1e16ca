"""Settings of every test: Hypothesis without a clock or a memory, and the browser last."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

BROWSER = Path(__file__).parent / "browser"

settings.register_profile(
    "convfold",
    deadline=None,  # the first example of a test may be the one that fills a cache
    database=None,
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("convfold")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Slowest last; and Playwright keeps an event loop running, in which no test can start its own.
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    items.sort(key=lambda item: item.path.is_relative_to(BROWSER))
