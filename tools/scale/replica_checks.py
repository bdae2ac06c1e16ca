"""Checks of the guarantees of several replicas: they answer as one, and any of them may stop at any moment."""

import time
from functools import partial

import httpx2

from tools.bench.client import sheets_in
from tools.image_check.report import Report
from tools.scale.balancers import by_settings
from tools.scale.cluster import Replica, client
from tools.scale.readers import reading
from tools.scale.system import SAMPLE, System, is_served, path_of, system, until, upload
from tools.scale.throughput import Throughput, measure

PICTURES = 12
SOON_S = 2  # the longest until a deletion takes effect on other replicas
LOADED_S = 3  # of load before and after a replica stops


def replicas_agree(report: Report) -> None:
    """Check that an image uploaded to one replica, and its deletion, are visible on the other."""
    with system(2) as made, client(made.replicas[1].url) as other:
        one = made.client
        added = upload(one, "agree")
        place = path_of(added)
        page = other.get(place)
        report.equal("uploaded through one, page through the other", page.status_code, 200)
        for number, sheet in enumerate(sheets_in(page.text), 1):
            same = one.get(sheet).content == other.get(sheet).content
            report.equal(f"sheet {number} of both is the same", same, True)
        one.delete(added["delete_url"])
        began = time.monotonic()
        gone = until(lambda: other.get(place).status_code == 404)
        seconds = time.monotonic() - began if gone else float("inf")
        report.at_most("deleted through one, gone from the other", seconds, SOON_S, "s")


def throughput(report: Report) -> None:
    """Measure the throughput of 1 and 2 replicas, and check that no answer is a failure."""
    for count in (1, 2):
        with system(count, balancer=by_settings) as made:
            places = [path_of(upload(made.client, f"many {n}")) for n in range(PICTURES)]
            kept = [f"{place}?size=128" for place in places]
            for page in kept:
                made.client.get(page)
            new = [f"{place}/layers/2/maps.png?seed=TURN&weights1=random" for place in places]
            ids = [replica.id for replica in made.replicas]
            for what, paths in (("kept pages", kept), ("new passes", new)):
                found = measure(made.address, paths, made.folder, ids)
                _add(report, f"{what} a second, replicas: {count}", found)


def nothing_is_lost(report: Report) -> None:
    """Stop and restart a replica under load; check that every request is answered and every upload kept."""
    with system(2, balancer=by_settings, mebibytes=512) as made:
        for words, end in (("killed (-9)", Replica.kill), ("stopped (SIGTERM)", Replica.stop)):
            pictures = [path_of(upload(made.client, f"{words} {n}")) for n in range(PICTURES)]
            make = partial(client, made.address)
            with reading(make, pictures, SAMPLE.read_bytes(), name=words) as outcome:
                time.sleep(LOADED_S)
                end(made.replicas[0])
                time.sleep(LOADED_S)
                made.replicas[0].start()
                time.sleep(LOADED_S)
            report.add(f"replica {words}: requests lost", outcome.in_words(), "0", not outcome.lost)
            _look_at_uploads(report, words, made, outcome.uploaded)


def _look_at_uploads(report: Report, words: str, made: System, uploaded: list[str]) -> None:
    places = [httpx2.URL(url).path for url in uploaded]
    kept = sum(is_served(made.client, place) for place in places)
    report.add(
        f"replica {words}: uploads kept", kept, str(len(places)), kept == len(places) and kept > 0
    )


def _add(report: Report, what: str, found: Throughput) -> None:
    bad = f", {found.bad} bad" if found.bad else ""
    words = f"{found.a_second:.0f}, {found.core_ms:.2g} ms of a core each{bad}"
    report.add(what, words, "none bad", found.bad == 0 and found.a_second > 0)
