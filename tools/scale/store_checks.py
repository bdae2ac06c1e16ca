"""Checks of the guarantees while the store of uploads is down, slow or full."""

import time
from functools import partial
from statistics import mean

import httpx2

from tools.image_check.report import Report
from tools.scale.system import is_served, path_of, post, system, until, upload

PATIENT_S = 5  # the longest wait for a store that does not answer
WRITTEN_S = 1.5  # after this the store has written to disk, and cached answers have expired
FILLING = 30  # uploads, more than fit in the store


def store_comes_back(report: Report) -> None:
    """Stop and restart the store, empty or with its data; check that samples work throughout."""
    for persistent in (False, True):
        words = "store with persistence" if persistent else "store without persistence"
        with system(1, persistent=persistent) as made:
            place = path_of(upload(made.client, words))
            time.sleep(WRITTEN_S)
            made.store.kill()
            _is_told(report, f"{words} killed", made.client, place)
            made.store.start()
            back = until(partial(_takes_uploads, made.client))
            report.equal(f"{words} again: uploads work", back, True)
            wanted = 200 if persistent else 404
            status = made.client.get(place).status_code
            report.equal(f"{words} again: the picture from before", status, wanted)


def store_is_slow(report: Report) -> None:
    """Check the answers while the store accepts connections but does not answer."""
    with system(1) as made:
        place = path_of(upload(made.client, "slow"))
        time.sleep(WRITTEN_S)
        made.store.suspend()
        _is_told(report, "store held up", made.client, place)
        made.store.resume()
        back = until(lambda: made.client.get(place).status_code == 200)
        report.equal("store let go: the picture from before", back, True)


def store_refuses_when_full(report: Report) -> None:
    """Check that without eviction new uploads are refused, and the existing ones are unchanged."""
    with system(1, mebibytes=8, policy="noeviction") as made:
        answers = [post(made.client, f"full {number}") for number in range(FILLING)]
        added = [one.json() for one in answers if one.status_code == 201]
        refused = [one for one in answers if one.status_code == 507]
        told = refused and "samples still work" in refused[-1].json()["message"]
        words = f"{len(added)} taken, {len(refused)} answered 507"
        every = len(added) + len(refused) == FILLING
        report.add("store full, noeviction: uploads", words, "507", bool(told and every))
        served = sum(is_served(made.client, path_of(one)) for one in added)
        report.equal("store full, noeviction: pictures served", served, len(added))
        status = made.client.delete(added[0]["delete_url"]).status_code
        report.equal("store full, noeviction: a deletion", status, 204)
        report.equal("store full, noeviction: an upload after it", _posts(made.client), 201)


def store_makes_room_when_full(report: Report) -> None:
    """Check that with eviction uploads are accepted, and the ones that expire next are deleted."""
    with system(1, mebibytes=8, policy="volatile-ttl") as made:
        answers = [post(made.client, f"room {number}") for number in range(FILLING)]
        taken = [one.json() for one in answers if one.status_code == 201]
        report.equal("store full, volatile-ttl: uploads taken", len(taken), FILLING)
        served = [is_served(made.client, path_of(one)) for one in taken]
        kept = sum(served)
        # The server evicts by sampling its keys, so the order is not exact; the newest one is safe.
        gone = [number for number, one in enumerate(served) if not one]
        stay = [number for number, one in enumerate(served) if one]
        older = bool(gone and stay) and served[-1] and mean(gone) < mean(stay)
        words = f"{kept} of {FILLING}"
        report.add("store full, volatile-ttl: kept", words, "the last, and newer ones", older)


def _is_told(report: Report, words: str, asked: httpx2.Client, place: str) -> None:
    began = time.monotonic()
    page = asked.get(place)
    seconds = time.monotonic() - began
    told = "retry-after" in page.headers and "samples still work" in page.text
    status = page.status_code
    report.add(f"{words}: a picture", status, "503, when to return", told and status == 503)
    report.at_most(f"{words}: told so after", seconds, PATIENT_S, "s")
    report.equal(f"{words}: an upload", _posts(asked), 503)
    report.equal(f"{words}: a sample", asked.get("/images/cat").status_code, 200)
    ready = asked.get("/readyz")
    message = f"{ready.status_code}, {ready.json()['uploads']}"
    report.equal(f"{words}: /readyz", message, "200, unreachable")


def _takes_uploads(asked: httpx2.Client) -> bool:
    return _posts(asked) == 201


def _posts(asked: httpx2.Client) -> int:
    return post(asked, f"again {time.monotonic()}").status_code
