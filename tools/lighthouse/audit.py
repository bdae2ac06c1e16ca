"""One audit of a page by Lighthouse: a phone on a slow line, the middle of several runs."""

import json
import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser import chromium

PROGRAM = Path(__file__).parent / "node_modules/.bin/lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices")
SECONDS = 180


class AuditFailed(Exception):
    """Lighthouse did not finish; the message has what it said."""


@dataclass(frozen=True, kw_only=True)
class Audit:
    """The points of a page of 100, and what a reader waits for, as Lighthouse works it out for a slow phone."""

    performance: int
    accessibility: int
    best_practices: int
    first_paint_s: float
    largest_paint_s: float
    blocked_ms: float
    shift: float
    kilobytes: float


def audited(address: str, folder: Path, *, runs: int) -> Audit:
    """Return the audit with the middle performance of several.

    Raises:
        AuditFailed: Lighthouse did not finish.
    """
    audits = [_read(_run(address, folder)) for _ in range(runs)]
    return sorted(audits, key=lambda one: one.performance)[runs // 2]


def _run(address: str, folder: Path) -> dict[str, Any]:
    path = folder / "lighthouse.json"
    path.unlink(missing_ok=True)
    command: Sequence[str | Path] = [
        *(PROGRAM, address, "--quiet", "--output=json", f"--output-path={path}"),
        f"--only-categories={','.join(CATEGORIES)}",
        f"--chrome-flags=--headless {' '.join(_flags())}",
    ]
    known = {"CHROME_PATH": chromium.find()}
    done = subprocess.run(
        command, env={**os.environ, **known}, capture_output=True, text=True, timeout=SECONDS
    )
    if done.returncode or not path.exists():
        raise AuditFailed(done.stderr[-2000:])
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    if fault := report.get("runtimeError"):
        raise AuditFailed(str(fault["message"]))
    return report


def _flags() -> list[str]:
    # Lighthouse splits this at spaces, and what names the hosts has some.
    return [one for one in chromium.arguments() if " " not in one]


def _read(report: dict[str, Any]) -> Audit:
    points = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    found = {name: float(one.get("numericValue") or 0) for name, one in report["audits"].items()}
    return Audit(
        performance=points["performance"],
        accessibility=points["accessibility"],
        best_practices=points["best-practices"],
        first_paint_s=found["first-contentful-paint"] / 1000,
        largest_paint_s=found["largest-contentful-paint"] / 1000,
        blocked_ms=found["total-blocking-time"],
        shift=found["cumulative-layout-shift"],
        kilobytes=found["total-byte-weight"] / 1000,
    )
