"""docs/scaling.md adds up, and says what the code and the checked proxy do."""

import math
import re
from pathlib import Path

import pytest

from app.lab.keep.stores import remote, server
from app.setting_values import STORES

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs/scaling.md").read_text(encoding="utf-8")
UNITS = 2**10
VIEWS, FOLDS, UPLOADS = 10, 3, 1 / 5  # of a reader
BUSIEST, USED = 1 / 8, 0.7
STORED_MIB, REPLICA_GIB = 1.3, 0.6
CORE, STORED, SENT = 15, 3, (0.01, 0.08)  # EUR


def rows(head: str) -> list[list[float]]:
    """Return the numbers of each row of the table with this head; the first cell may be words."""
    table = TEXT.split(head)[1].split("\n\n")[0].splitlines()[2:]
    lines = [line.strip("| ").split(" | ") for line in table]
    return [[_number(part) for cell in line for part in cell.split(" to ")] for line in lines]


def _number(text: str) -> float:
    text = text.replace(",", "")
    return float(text) if re.fullmatch(r"[\d.]+", text) else math.nan


def a_reader() -> tuple[float, float]:
    """Return the ms of a core and the KiB of a reader, from the steps."""
    page, view, fold, upload = rows("| step |")
    ms, kib = (page[n] + VIEWS * view[n] + FOLDS * fold[n] + UPLOADS * upload[n] for n in (1, 2))
    return ms, kib


def close(found: float, computed: float) -> bool:
    return found == pytest.approx(computed, rel=0.03, abs=0.05)


def test_a_reader_is_the_sum_of_the_steps():
    milliseconds, kib = a_reader()
    told = re.search(r"That is ([\d.]+) s of a core and ([\d.]+) MiB", TEXT)
    served = re.search(r"one core serves ([\d,]+) readers an hour", TEXT)

    assert close(float(told[1]), milliseconds / 1000)
    assert close(float(told[2]), kib / UNITS)
    assert close(_number(served[1]), 3_600_000 * USED / milliseconds)


def test_the_sizes_follow_from_a_reader():
    milliseconds, kib = a_reader()

    for readers, hour, cores, memory, store, sent, rate in rows("| readers a day | in"):
        assert hour == readers * BUSIEST
        assert cores == math.ceil(hour * milliseconds / 3_600_000 / USED)
        assert close(memory, cores * REPLICA_GIB)
        assert close(store, readers * UPLOADS * STORED_MIB / UNITS)
        assert close(sent, readers * kib / UNITS**2)
        assert close(rate, hour * kib * UNITS * 8 / 3600 / 1e6)


def test_the_costs_follow_from_the_sizes():
    sizes = {row[0]: row for row in rows("| readers a day | in")}

    for readers, cores, store, least, most, whole, dear in rows("| readers a day | cores"):
        _, _, count, _, kept, sent, _ = sizes[readers]
        assert cores == count * CORE
        assert store == pytest.approx(kept * STORED, abs=1)
        for found, price in ((least, SENT[0]), (most, SENT[1])):
            assert found == pytest.approx(30 * sent * price, rel=0.03)
        assert (whole, dear) == pytest.approx((cores + store + least, cores + store + most), abs=1)


def test_every_line_of_the_proxy_is_one_that_was_checked():
    checked = (ROOT / "deploy/nginx.conf").read_text()
    lines = TEXT.split("```nginx\n")[1].split("```")[0].splitlines()

    assert len(lines) == 8
    assert [line for line in lines if line.strip() not in checked] == []


def test_the_times_and_the_schemes_are_those_of_the_code():
    assert f"every replica after {remote.FRESH_SECONDS} second" in TEXT
    assert f"of each after {remote.FRESH_SECONDS + remote.SWEEP_SECONDS}" in TEXT
    assert f"longer than {server.ANSWER_SECONDS} seconds at a time" in TEXT
    assert all(f"`{scheme}" in TEXT for scheme in STORES if scheme != "valkey")


def test_the_shipped_store_evicts_as_the_page_says():
    for file in ("compose.scale.yaml", "deploy/kubernetes.yaml"):
        text = (ROOT / file).read_text()
        assert re.search(r"maxmemory-policy\s+- volatile-ttl", text)
        assert "STORE: redis://valkey:6379/0" in text or "value: redis://valkey:6379/0" in text
