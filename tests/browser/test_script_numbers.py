"""Numbers that the scripts write read as those of the server."""

import random

import pytest
from playwright.sync_api import Page

from app.figures import number
from app.web.filters.numbers import percent

TIES = (0.125, 2.25, -2.25, 0.375, 12.5, 99.5, 100.5, 1234.5, 1235.5, 62.5, 0.0625)
NO_TIES = (0.995, 9.96, 99.6, 999.5, 0.35, 1.005, 0.0996, 0.001, 1000.0)
SMALL = (1e-7, 9.5e-7, -1.25e-5, 0.00095, 9.99e-5, 1e-12)
LARGE = (12345.0, -1234567.25, 1e9, 4.0, 0.0)
SHARES = (0.0, 0.0005, 0.001, 0.1225, 0.00125, 0.0625, 0.5, 0.9985, 0.9995, 1.0)
WRITTEN = """async ([name, values]) => {
  const main = document.querySelector("script[src$='main.js']").src
  const numbers = await import(main.replace("built/main.js", "js/lib/numbers.js"))
  return values.map((value) => numbers[name](...[value].flat()))
}"""


@pytest.fixture
def values() -> list[float]:
    chance = random.Random(1)
    some = [chance.choice((-1, 1)) * 10 ** chance.uniform(-9, 6) for _ in range(500)]
    return [*TIES, *NO_TIES, *SMALL, *LARGE, *some]


@pytest.mark.parametrize("digits", [2, 3])
def test_scripts_write_numbers_as_the_server_does(page: Page, values, digits):
    page.goto("/about")
    written = page.evaluate(WRITTEN, ["shortNumber", [[value, digits] for value in values]])

    assert written == [number(value, digits) for value in values]


def test_scripts_write_shares_as_the_server_does(page: Page):
    page.goto("/about")
    shares = [*SHARES, *(count / 4096 for count in range(0, 4096, 7))]

    assert page.evaluate(WRITTEN, ["percent", shares]) == [percent(share) for share in shares]
