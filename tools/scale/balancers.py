"""The balancers of deploy/ as processes on loopback, in front of replicas."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.request import urlopen

from tools.scale.cluster import ROOT, Replica
from tools.scale.names import name_server
from tools.scale.processes import Process, free_port, listens
from tools.scale.programs import BALANCER, PROXY, find

Balancer = Callable[[Path, Sequence[Replica]], AbstractContextManager[str]]
NAME = "app"  # of the replicas, as in the compose files
# Answers like Docker's name server: every running replica, in any order.
GETENT = """#!/bin/sh
for address in $(ls -r '{folder}'); do echo "$address STREAM app"; echo "$address DGRAM"; done
"""


def by_settings(folder: Path, replicas: Sequence[Replica]) -> AbstractContextManager[str]:
    """Run nginx and HAProxy in front of these replicas; yield the address of nginx."""
    return nginx_and_haproxy(folder, replicas_port=replicas[0].port)


@contextmanager
def nginx_and_haproxy(folder: Path, *, replicas_port: int) -> Iterator[str]:
    """Run HAProxy, and nginx in front of it, like compose.scale.yaml; yield the address of nginx."""
    with haproxy(folder, replicas_port=replicas_port) as address:
        host, port = address.removeprefix("http://").split(":")
        names = folder / "balancer"
        names.mkdir()
        (names / host).touch()
        with _nginx(folder, names, int(port)) as front:
            yield front


@contextmanager
def by_picture(folder: Path, replicas: Sequence[Replica]) -> Iterator[str]:
    """Run nginx alone; yield the address."""
    with _nginx(folder, folder / "names", replicas[0].port) as front:
        yield front


@contextmanager
def haproxy(folder: Path, *, replicas_port: int) -> Iterator[str]:
    """Run HAProxy in front of the addresses that `folder / "names"` has files for; yield the address."""
    program, port = find(BALANCER), free_port()
    address = f"http://127.0.0.1:{port}"
    with name_server(folder / "names", NAME) as names:
        given = {"DNS": names, "LISTEN": f"127.0.0.1:{port}", "REPLICA_PORT": str(replicas_port)}
        process = Process(
            [program.path, "-db", "-f", str(ROOT / "deploy/haproxy.cfg")],
            log=folder / f"haproxy-{port}.log",
            environment=program.environment | given,
            ready=lambda: _is_healthy(address),
        )
        try:
            yield address
        finally:
            process.stop()


def _is_healthy(address: str) -> bool:
    # It listens at once, and has replicas when their addresses have been looked up.
    try:
        with urlopen(f"{address}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def _nginx(folder: Path, names: Path, port_behind: int) -> Iterator[str]:
    program, port = find(PROXY), free_port()
    place = folder / f"nginx-{port}"
    programs = place / "programs"
    programs.mkdir(parents=True)
    _write_program(programs / "getent", GETENT.format(folder=names))
    # Started by root, nginx would switch to a user without access to this folder.
    user = "" if os.geteuid() else "-g 'user root;'"
    _write_program(programs / "nginx", f"#!/bin/sh\nexec '{program.path}' {user} \"$@\"\n")
    process = Process(
        ["sh", str(ROOT / "deploy/nginx.sh")],
        log=place / "log",
        environment=program.environment
        | {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "FOLDER": str(place),
            "LISTEN": f"127.0.0.1:{port}",
            "REPLICA_PORT": str(port_behind),
        },
        ready=lambda: listens(port),
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.stop()


def _write_program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)
