"""What was measured during one attack, the promises that it breaks, and its line of the table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tools.attack.plan import LOST, Answer, Plan
from tools.load.other_reader import Visit
from tools.quantiles import quantile

MIB = 2**20
MOST_MIB = 1.2 * 1024  # of all processes together
PAGE_S = 1.0  # until the other reader's page is there
HEALTH_S = 0.05  # the 95th percentile
FAULTS = ("500", "501", "502", "504")
HEADINGS = (
    *("attack", "answers", "peak MiB", "MiB after", "CPU s", "dearest request CPU s"),
    *(
        "largest answer MiB",
        "other reader",
        "slowest page s",
        "health p95 ms",
        "others' cores",
        "promises",
    ),
)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One attack. `memory` are the MiB of all processes, sampled; `after_mib` what stayed.

    `others_cores` are the cores that other programs kept busy: with more than a few tenths, times say little.
    `alone` has each request that was sent alone and its CPU seconds. `visits` are those of the other reader, and
    `health` the seconds of each answer of the health page. `log` tells what the server logged of an exception.
    """

    name: str
    plan: Plan
    memory: Sequence[float]
    after_mib: float
    cpu_s: float
    others_cores: float
    alone: Sequence[tuple[Answer, float]]
    crowd: Sequence[Answer]
    visits: Sequence[Visit]
    health: Sequence[float]
    log: str = ""

    @property
    def answers(self) -> list[Answer]:
        """Return all answers to the attack."""
        return [*(answer for answer, _ in self.alone), *self.crowd]

    @property
    def dearest_s(self) -> float:
        """Return the CPU seconds of the dearest request."""
        return max((seconds for _, seconds in self.alone), default=0.0)

    @property
    def largest_mib(self) -> float:
        """Return the length of the longest answer in MiB."""
        return max((answer.nbytes for answer in self.answers), default=0) / MIB

    @property
    def slowest_s(self) -> float:
        """Return the seconds of the slowest page of the other reader."""
        return max((one.seconds for one in self.visits if one.is_page), default=0.0)

    @property
    def health_p95_s(self) -> float:
        """Return the 95th percentile of the health page's seconds."""
        return quantile(self.health or [float("inf")], 0.95)


def broken(row: Row) -> list[str]:
    """Return the promises that were broken, each as a short sentence."""
    found = []
    if (peak := max(row.memory, default=0)) > MOST_MIB:
        found.append(f"memory {peak:.0f} MiB, at most {MOST_MIB:.0f} are promised")
    if row.dearest_s > row.plan.cpu_s:
        found.append(f"one request took {row.dearest_s:.1f} s of CPU, at most {row.plan.cpu_s:g}")
    if row.plan.answer_mib is not None and row.largest_mib > row.plan.answer_mib:
        found.append(f"an answer of {row.largest_mib:.1f} MiB, at most {row.plan.answer_mib:g}")
    if row.slowest_s > PAGE_S:
        found.append(f"a page of the other reader took {row.slowest_s:.1f} s, at most {PAGE_S:g}")
    if failed := Counter(f"{one.what} {one.status}" for one in row.visits if not one.is_served):
        found.append(f"the other reader was not served: {_counts(failed)}")
    if row.health_p95_s > HEALTH_S:
        found.append(f"health p95 {1000 * row.health_p95_s:.0f} ms, at most {1000 * HEALTH_S:.0f}")
    statuses = Counter(answer.status for answer in row.answers)
    if faults := Counter({one: statuses[one] for one in FAULTS if statuses[one]}):
        found.append(f"the server failed: {_counts(faults)}")
    passed = Counter({one: number for one, number in statuses.items() if one[0] in "23"})
    if row.plan.refused and passed:
        found.append(f"taken although it has to be refused: {_counts(passed)}")
    if lost := Counter({one: statuses[one] for one in statuses if one.startswith(LOST)}):
        found.append(f"readers of the class were not served: {_counts(lost)}")
    return [*found, row.log] if row.log else found


def start_of_table() -> str:
    """Return the first two lines of a Markdown table."""
    return f"{_line(HEADINGS)}\n{_line(['---'] * len(HEADINGS))}"


def line(row: Row) -> str:
    """Return the line of the table for an attack."""
    served = sum(one.is_served for one in row.visits)
    cells = (
        row.name,
        _counts(Counter(answer.status for answer in row.answers)),
        f"{max(row.memory, default=0):.0f}",
        f"{row.after_mib:.0f}",
        f"{row.cpu_s:.1f}",
        f"{row.dearest_s:.1f}" if row.alone else "",
        f"{row.largest_mib:.1f}",
        f"{served} of {len(row.visits)}",
        f"{row.slowest_s:.2f}",
        f"{1000 * row.health_p95_s:.0f}",
        f"{row.others_cores:.1f}",
        f"{len(broken(row))} broken" if broken(row) else "kept",
    )
    return _line(cells)


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _counts(counts: Counter[str]) -> str:
    return ", ".join(f"{number} x {what}" for what, number in sorted(counts.items()))
