"""Measures everything that has an aim, next to what a reader would use instead: `make bench`.

It asserts nothing about times, which depend on the machine and the moment.
"""

import signal
import sys
from pathlib import Path

from tools.bench import changes, encoding, engine, kinds, live, upload
from tools.bench.report import Line, machine_facts, machine_state, table, write_json

NOTES = """\
Medians decide. Every comparison is of interleaved rounds, and on the same computed maps.
Peak MiB: of the engine, its arrays in one pass; of an upload, the whole server process after all
rounds, when its cache of passes has filled up. A server keeps what a setting leaves alone."""
RESULT = Path("build/bench.json")
ENGINE_AIM = 2
PEER = "ONNX Runtime"


def main() -> None:
    """Print the table and write it as JSON."""
    # A signal unwinds the stack too, so that running servers are stopped.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    facts = machine_facts() | machine_state("before")
    print(_described(facts))
    lines: list[Line] = []
    for name, measure in (
        ("the engine", _engine_lines),
        ("kinds of layer", kinds.lines),
        ("encoding", encoding.lines),
        ("uploads", upload.lines),
        ("changed settings", changes.lines),
        ("live frames", live.lines),
    ):
        print(f"Measuring {name} ...", file=sys.stderr)
        lines += measure()
    after = machine_state("after")
    print(f"\n{table(lines)}\n\n{_described(after)}\n")
    print(NOTES)
    write_json(RESULT, facts | after, lines)
    print(f"The same as JSON: {RESULT}")


def _engine_lines() -> list[Line]:
    return [
        Line(
            what=f"Both layers: {row.name}",
            median_ms=row.median_ms,
            best_ms=row.best_ms,
            ratio=None if row.name == PEER else row.ratio,
            peer=None if row.name == PEER else PEER,
            most_ratio=ENGINE_AIM if row.name == "Convfold" else None,
            peak_mib=row.peak_mib,
        )
        for row in engine.rows()
    ]


def _described(facts: dict[str, str]) -> str:
    return "\n".join(f"{name + ':':15} {value}" for name, value in facts.items())


if __name__ == "__main__":
    main()
