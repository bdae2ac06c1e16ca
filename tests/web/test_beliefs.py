"""Every belief that learners bring meets its answer: docs/beliefs.md names the address and the words there."""

import re
from html import unescape
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs/beliefs.md"
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| `([^`]+)` \| ([^|]+) \|$", re.MULTILINE)
ROWS = [
    tuple(part.strip() for part in row) for row in ROW.findall(DOCS.read_text(encoding="utf-8"))
]


def words(page: str) -> str:
    seen = re.sub(r"<(script|style|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    text = unescape(
        re.sub(r"<[^>]+>", "", re.sub(r"<(/?(p|div|li|td|th|tr|h\d|dt|dd|br)\b)", r" <\1", seen))
    )
    return " ".join(text.split())


def test_the_table_has_all_beliefs_in_order():
    assert [int(number) for number, *_ in ROWS] == list(range(1, 37))


@pytest.mark.parametrize(
    ("address", "settles"), [row[3:] for row in ROWS], ids=[row[0] for row in ROWS]
)
def test_the_page_of_a_belief_has_the_words_that_settle_it(client, address, settles):
    page = client.get(address)

    assert page.status_code == 200
    assert settles in words(page.text)
