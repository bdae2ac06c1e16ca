"""Nothing: what another reader measures on this machine without any attack."""

import time

from tools.attack.plan import FLOOD_S, Answer, Plan


def nothing() -> Plan:
    """Send nothing; if a promise is broken here, the machine is busy with something else."""

    def crowd(address: str) -> list[Answer]:
        time.sleep(FLOOD_S)
        return []

    return Plan(crowd=crowd)
