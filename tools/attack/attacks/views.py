"""Requests that are allowed and dear, one at a time, many at once, and abandoned."""

import time

from tools.attack.plan import FLOOD_S, STRANGERS, Answer, Plan, Request, all_of, at_once, flood
from tools.chaos.wire import connect

MAPS = "/images/cat/layers"
LARGEST = "size=512&filters1=127&filters2=1&seed={n}"  # as many maps as MAX_PASS_MIB allows
FOLD = Request(f"{MAPS}/2/maps/0/contributions?{LARGEST}")
RUNNING_SUM = Request(f"{MAPS}/2/maps/0/sums/moving?{LARGEST}")
SHEET = Request(f"{MAPS}/1/maps.png?{LARGEST}&tile=512&weights1=random")
WALL = Request("/images/cat/layers/2/wall?size=512&filters1=64&filters2=32&seed={n}")
LAB = Request("/images/cat?size=300&filters1=128&filters2=50&weights1=random&seed={n}")
TRACE = Request(f"/images/cat/trace.npz?{LARGEST}")
PROJECTIONS = (
    # Slow activations of large maps, for each sample.
    Request(
        f"{MAPS}/2/maps/0/projections.json?samples=1&size=512&filters1=120&kernel1=5&filters2=1"
        "&kernel2=11&stride2=4&activation1=gelu&activation2=gelu&weights1=random&seed={n}"
    ),
    # A way down through a mean pool and wide kernels.
    Request(
        f"{MAPS}/2/maps/0/projections.json?samples=1&size=512&filters1=120&kernel1=11&stride1=2"
        "&activation1=gelu&pool1=average&pool_size1=8&filters2=1&kernel2=11&weights1=random&seed={n}"
    ),
)
VIEWS = (FOLD, SHEET, RUNNING_SUM, WALL, LAB)
AT_ONCE = 16


def folds() -> Plan:
    """Ask for 16 folds of 127 maps of 512 pixels at once, as a page and as the frames of its sums."""
    return Plan(requests=[FOLD, RUNNING_SUM], crowd=lambda at: at_once(at, [FOLD] * AT_ONCE))


def sheets() -> Plan:
    """Ask for 16 sheets of 127 maps at once, with `tile=512`."""
    return Plan(requests=[SHEET], crowd=lambda at: at_once(at, [SHEET] * AT_ONCE))


def dear_views() -> Plan:
    """Ask for 16 of the dearest views of every kind at once, for ten seconds."""
    return Plan(requests=[WALL, LAB, TRACE], crowd=lambda at: flood(at, VIEWS, senders=AT_ONCE))


def downloads() -> Plan:
    """Ask for 8 downloads of a whole pass at once; each has 400 MB."""
    return Plan(crowd=lambda at: at_once(at, [TRACE] * 8))


def projections_2() -> Plan:
    """Ask for two projections over all samples at once, with the dearest settings, for ten seconds."""
    return Plan(requests=PROJECTIONS, senders=2)


def projections_8() -> Plan:
    """Ask for eight projections over all samples at once, with the dearest settings, for ten seconds."""
    return Plan(crowd=lambda at: flood(at, PROJECTIONS, senders=8))


def abandoned() -> Plan:
    """Ask for dear views, 20 each second, and close each connection at once."""
    return Plan(crowd=_abandon)


def _abandon(address: str) -> list[Answer]:
    requests = (*PROJECTIONS, *VIEWS)

    def one(sender: int) -> list[Answer]:
        ends, answers = time.monotonic() + FLOOD_S, list[Answer]()
        while time.monotonic() < ends:
            number = 1 + sender + 2 * len(answers)
            with connect(address, STRANGERS[sender]) as connection:
                connection.sendall(requests[number % len(requests)].numbered(number).wire)
                time.sleep(0.1)
            answers.append(Answer("abandoned"))
        return answers

    return all_of(len(STRANGERS), one)
