"""Runs one attack against a server of its own, and measures."""

import os
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tools.attack.plan import ANSWER_S, Answer, Plan, sent
from tools.attack.row import Row
from tools.bench import memory
from tools.load.other_reader import reading
from tools.load.probe import watched
from tools.serving import ServerFailed, running_server
from tools.usage import cpu_s, machine_cpu_s, memory_mib, memory_watched

PICTURE = (Path(__file__).parents[2] / "static/samples/cat.jpg").read_bytes()
ALONE = 1_000_000  # numbers of these requests, which the crowd does not reach
QUIET_S = 0.25  # without CPU time, after which nothing is computed any more
SETTLE_S = 2.0  # until memory is measured that stayed
RAISED = re.compile(r"\\n((?:\w+\.)*\w+(?:Error|Exception): [^\\\"]{0,60})")  # in a log of JSON


def measured(name: str, plan: Plan) -> Row:
    """Run an attack against a new server and return what was measured."""
    done: list[Row] = []
    log = ""
    try:
        with (
            TemporaryDirectory() as folder,
            running_server(Path(folder), plan.environment) as address,
        ):
            server = memory.newest_child()
            assert server
            done.append(_measured(name, plan, address, server))
    except ServerFailed as failure:
        if not done:
            raise
        log = "the server logged " + ", ".join(sorted(set(RAISED.findall(str(failure)))))
    return Row(**{**vars(done[0]), "log": log})


def _measured(name: str, plan: Plan, address: str, server: int) -> Row:
    started, began, others = cpu_s(server), time.monotonic(), _others_s()
    with memory_watched(server) as memory_:
        alone = [_alone(address, server, plan, index) for index in range(len(plan.requests))]
        with (
            watched(address) as health,
            reading(address, PICTURE if plan.uploads else None) as visits,
        ):
            crowd = plan.attack(address)
        time.sleep(SETTLE_S)
    return Row(
        name=name,
        plan=plan,
        memory=memory_,
        after_mib=memory_mib(server),
        cpu_s=cpu_s(server) - started,
        others_cores=(_others_s() - others) / (time.monotonic() - began),
        alone=alone,
        crowd=crowd,
        visits=visits,
        health=health,
    )


def _others_s() -> float:
    """Return the CPU seconds of everything that does not belong to this tool and its server."""
    return machine_cpu_s() - cpu_s(os.getpid())


def _alone(address: str, server: int, plan: Plan, index: int) -> tuple[Answer, float]:
    """Send one request and return its CPU seconds, with those of work that goes on after its answer."""
    before = _at_rest(server)
    answer = sent(address, plan.requests[index].numbered(ALONE + index))
    return answer, _at_rest(server) - before


def _at_rest(server: int) -> float:
    ends, last = time.monotonic() + ANSWER_S, cpu_s(server)
    while time.monotonic() < ends:
        time.sleep(QUIET_S)
        now = cpu_s(server)
        if now - last <= 0.01 * QUIET_S + 0.01:
            return now
        last = now
    return last
