"""The measurements as a table and as JSON, with the relevant facts of the machine."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import threadpool_info

PACKAGES = ("numpy", "pillow", "isal", "onnxruntime", "torch", "matplotlib")
CPU_INFO = Path("/proc/cpuinfo")
CPU_TIMES = Path("/proc/stat")
STOLEN = 8  # the place in its first line, whose word 0 is its name


@dataclass(frozen=True, kw_only=True)
class Line:
    """One measurement. The ratio is its median divided by that of `peer`, from the same rounds.

    The aim is an upper limit for the ratio or the median; a line without one is for information.
    """

    what: str
    median_ms: float | None = None
    best_ms: float | None = None
    ratio: float | None = None
    peer: str | None = None
    most_ratio: float | None = None
    most_ms: float | None = None
    peak_mib: float | None = None

    @property
    def met(self) -> bool | None:
        """Return whether the aim is met; None without an aim."""
        if self.most_ratio is not None and self.ratio is not None:
            return self.ratio <= self.most_ratio
        if self.most_ms is not None and self.median_ms is not None:
            return self.median_ms <= self.most_ms
        return None


def machine_facts() -> dict[str, str]:
    """Return the facts of the machine that the times depend on."""
    pools = [pool for pool in threadpool_info() if pool["user_api"] == "blas"]
    return {
        "cores": str(os.cpu_count()),
        "processor": f"{_processor()} ({platform.machine()})",
        "BLAS kernels": ", ".join(str(pool.get("architecture")) for pool in pools),
        "Python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }


def machine_state(when: str) -> dict[str, str]:
    """Return how busy the machine is, and the CPU time that its host has given to others since it started."""
    load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "unknown"
    return {f"load {when}": load, f"stolen {when}": _stolen()}


def table(lines: Sequence[Line]) -> str:
    """Return the lines in aligned columns."""
    rows = [("", "median ms", "best ms", "ratio", "to", "aim", "", "peak MiB")]
    rows += [
        (
            line.what,
            _number(line.median_ms, 1),
            _number(line.best_ms, 1),
            _ratio(line.ratio),
            line.peer or "",
            _aim(line),
            {True: "met", False: "not met", None: ""}[line.met],
            _number(line.peak_mib, 0),
        )
        for line in lines
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(_aligned(row, widths) for row in rows)


def write_json(path: Path, facts: dict[str, str], lines: Sequence[Line]) -> None:
    """Write the same as `table` shows, unrounded."""
    path.parent.mkdir(exist_ok=True)
    content = {"machine": facts, "lines": [asdict(line) | {"met": line.met} for line in lines]}
    path.write_text(json.dumps(content, indent=2) + "\n")


def _stolen() -> str:
    if not CPU_TIMES.exists():
        return "unknown"
    ticks = int(CPU_TIMES.read_text().split()[STOLEN])  # of all cores, in the first line
    return f"{ticks / os.sysconf('SC_CLK_TCK'):.1f} s"


def _processor() -> str:
    if CPU_INFO.exists():
        for line in CPU_INFO.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"


def _ratio(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.2f}" if value >= 0.5 else f"1/{1 / value:.1f}"


def _aim(line: Line) -> str:
    if line.most_ratio is not None:
        most = line.most_ratio
        return f"at most {most:g}" if most >= 1 else f"at most 1/{1 / most:g}"
    return "" if line.most_ms is None else f"at most {line.most_ms:g} ms"


def _aligned(row: tuple[str, ...], widths: Sequence[int]) -> str:
    words = {0, 4, 5, 6}  # columns of text; the others hold numbers
    cells = (
        cell.ljust(width) if index in words else cell.rjust(width)
        for index, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()
