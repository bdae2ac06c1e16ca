"""What was measured during an attack is judged by what is promised."""

from typing import Any

import pytest

from tools.attack.plan import Answer, Plan
from tools.attack.row import MOST_MIB, Row, broken, line, start_of_table
from tools.load.other_reader import Visit

KEPT: dict[str, Any] = {
    "name": "an attack",
    "plan": Plan(),
    "memory": [200.0, MOST_MIB, 300.0],
    "after_mib": 300.0,
    "cpu_s": 20.0,
    "others_cores": 0.1,
    "alone": [(Answer("200", 1000), 3.0)],
    "crowd": [Answer("200", 1000), Answer("422"), Answer("503"), Answer("507")],
    "visits": [
        Visit("page", "200", 1.0),
        Visit("upload", "201", 5.0),
        Visit("deletion", "204", 5.0),
    ],
    "health": [0.01] * 96 + [9.0] * 4,
}


def test_what_is_just_within_every_bound_is_kept():
    assert broken(Row(**KEPT)) == []
    assert line(Row(**KEPT)).endswith("| kept |")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"memory": [MOST_MIB + 1]}, "memory 1230 MiB"),
        ({"alone": [(Answer("200"), 1.0), (Answer("422"), 3.1)]}, "one request took 3.1 s of CPU"),
        ({"visits": [Visit("page", "200", 1.1)]}, "page of the other reader took 1.1 s"),
        ({"visits": [Visit("page", "503", 0.1)]}, "not served: 1 x page 503"),
        ({"visits": [Visit("upload", "503", 0.1)]}, "not served: 1 x upload 503"),
        ({"visits": [Visit("deletion", "ConnectionResetError", 0.1)]}, "not served: 1 x deletion"),
        ({"health": [0.01] * 94 + [0.06] * 6}, "health p95 60 ms"),
        ({"health": []}, "health p95 inf ms"),
        ({"crowd": [Answer("200"), Answer("500"), Answer("500")]}, "failed: 2 x 500"),
        ({"plan": Plan(cpu_s=2)}, "one request took 3.0 s of CPU, at most 2"),
        ({"plan": Plan(answer_mib=0.0009)}, "an answer of 0.0 MiB"),
        ({"plan": Plan(refused=True)}, "has to be refused: 2 x 200"),
        ({"crowd": [Answer("lost: a"), Answer("422")]}, "class were not served: 1 x lost: a"),
        ({"log": "the server logged an exception"}, "the server logged an exception"),
    ],
)
def test_each_broken_promise_is_said(changed, words):
    (found,) = broken(Row(**{**KEPT, **changed}))

    assert words in found
    assert line(Row(**{**KEPT, **changed})).endswith("| 1 broken |")


def test_each_line_of_the_table_has_the_same_cells():
    lines = start_of_table().splitlines()
    lines += [line(Row(**KEPT)), line(Row(**{**KEPT, "alone": [], "visits": [], "crowd": []}))]

    assert len({one.count("|") for one in lines}) == 1
