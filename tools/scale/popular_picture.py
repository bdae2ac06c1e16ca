"""Checks that one popular picture is shared by all replicas, and measures what its readers wait for."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tools.image_check.report import Report
from tools.load.reader import Reader
from tools.quantiles import quantile
from tools.scale.balancers import Balancer, by_picture, by_settings
from tools.scale.system import path_of, system, upload
from tools.scale.throughput import core_seconds

REPLICAS = 3
READERS = 500
OWN_SETTINGS = 100  # different settings among the readers
MOST_SHARE = 0.6  # of the CPU time of all replicas; a third would be equal, and all of it is what must not be
NETWORK = "127.0.0.1"


@dataclass(frozen=True)
class Crowd:
    """The seconds of each reader who was served, how many were not, and the CPU seconds of each replica."""

    seconds: list[float]
    lost: int
    refusals: int
    spent: list[float]

    @property
    def largest_share(self) -> float:
        """Return the largest part of the CPU time that one replica spent."""
        return max(self.spent) / sum(self.spent)

    def in_words(self) -> str:
        """Describe the shares and the waiting time."""
        shares = " ".join(f"{100 * one / sum(self.spent):.0f}" for one in sorted(self.spent))
        again = f", {self.refusals} asked to come back" if self.refusals else ""
        return f"{shares} %, {sum(self.spent):.0f} s of cores, p95 {quantile(self.seconds, 0.95):.1f} s{again}"


def one_picture(report: Report) -> None:
    """Let 500 readers open one picture; no replica of three may do most of the work, and nobody is lost."""
    for words, settings, seconds in (
        ("one view within 1 s", 1, 1),
        (f"{OWN_SETTINGS} settings within 20 s", OWN_SETTINGS, 20),
    ):
        for name, balancer in (("by picture", by_picture), ("by settings", by_settings)):
            found = _crowd(balancer, settings, seconds)
            fine = not found.lost and (balancer is by_picture or found.largest_share <= MOST_SHARE)
            wanted = (
                "nobody lost" if balancer is by_picture else f"at most {100 * MOST_SHARE:.0f} %"
            )
            report.add(f"{words}, {name}: work of replicas", found.in_words(), wanted, fine)


def _crowd(balancer: Balancer, settings: int, seconds: float) -> Crowd:
    with system(REPLICAS, balancer=balancer) as made:
        place = path_of(upload(made.client, "popular"))
        addresses = [f"{place}?weights2=random&seed={n % settings}" for n in range(READERS)]
        readers = [Reader(made.address, NETWORK) for _ in addresses]
        before = [core_seconds(replica.id) for replica in made.replicas]
        outcomes = asyncio.run(_open(readers, addresses, seconds))
        spent = [
            core_seconds(replica.id) - start
            for replica, start in zip(made.replicas, before, strict=True)
        ]
    served = [one for one in outcomes if isinstance(one, float)]
    refusals = sum(reader.refusals for reader in readers)
    return Crowd(served, len(outcomes) - len(served), refusals, spent)


async def _open(
    readers: Sequence[Reader], addresses: Sequence[str], seconds: float
) -> list[float | BaseException]:
    async def one(number: int) -> float:
        await asyncio.sleep(number * seconds / len(readers))
        return await readers[number].look(addresses[number])

    return await asyncio.gather(*map(one, range(len(readers))), return_exceptions=True)
