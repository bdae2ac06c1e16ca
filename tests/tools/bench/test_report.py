"""The table tells how busy the machine was."""

import os

from tools.bench import report


def test_load_and_stolen_time_are_told_for_the_moment(tmp_path, monkeypatch):
    times = tmp_path / "stat"
    times.write_text("cpu  10 20 30 40 50 60 70 1250 80 90\ncpu0 1 2 3 4 5 6 7 8 9 10\n")
    monkeypatch.setattr(report, "CPU_TIMES", times)
    monkeypatch.setattr(os, "getloadavg", lambda: (1.25, 2, 3))
    monkeypatch.setattr(os, "sysconf", lambda name: 100)

    assert report.machine_state("after") == {"load after": "1.2", "stolen after": "12.5 s"}


def test_a_line_without_an_aim_is_neither_met_nor_missed():
    shown = report.Line(what="kind", median_ms=2.0, ratio=1.4, peer="standard")

    assert shown.met is None
    assert report.table([shown]).splitlines()[1].split() == ["kind", "2.0", "1.40", "standard"]
