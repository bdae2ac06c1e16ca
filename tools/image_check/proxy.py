"""The proxy of compose.yaml, with its own configuration, in front of a server on loopback."""

import json
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, cast

import httpx2

from tools.image_check.building import ROOT
from tools.image_check.engine import Failed, run

QUIET = subprocess.DEVNULL
SECONDS_TO_START = 20


@dataclass(frozen=True)
class Proxy:
    """A running proxy for the name localhost, and its root certificate."""

    http_port: int
    https_port: int
    root: Path

    @property
    def url(self) -> str:
        """Return the address of the proxy."""
        return f"https://localhost:{self.https_port}"

    def client(self) -> httpx2.Client:
        """Return a client that trusts the certificate."""
        trusted = ssl.create_default_context(cafile=str(self.root))
        return httpx2.Client(base_url=self.url, verify=trusted, timeout=60, trust_env=False)


def install(folder: Path) -> Path:
    """Return the path of Caddy: the installed one, or Debian's package unpacked into `folder`."""
    if found := shutil.which("caddy"):
        return Path(found)
    subprocess.run(
        ["apt-get", "-qq", "download", "caddy"], cwd=folder, check=True, stdout=QUIET, stderr=QUIET
    )
    run("dpkg-deb", "--extract", str(next(folder.glob("caddy_*.deb"))), str(folder / "caddy"))
    return folder / "caddy/usr/bin/caddy"


@contextmanager
def proxying(caddy: Path, folder: Path, upstreams: list[int], **settings: str) -> Iterator[Proxy]:
    """Run deploy/Caddyfile with `settings`; only its ports and the address of the server are different.

    Raises:
        Failed: it did not start.
    """
    folder.mkdir()
    file = str(ROOT / "deploy/Caddyfile")
    config = json.loads(run(str(caddy), "adapt", "--config", file, **settings))
    http_port, https_port = _free_port(), _free_port()
    config["apps"]["http"] |= {"http_port": http_port, "https_port": https_port}
    config["apps"]["http"]["servers"]["srv0"]["listen"] = [f"127.0.0.1:{https_port}"]
    for handler in _handlers(config, "reverse_proxy"):
        del handler["dynamic_upstreams"]
        handler["upstreams"] = [{"dial": f"127.0.0.1:{port}"} for port in upstreams]
    (folder / "caddy.json").write_text(json.dumps(config))
    homes = {"XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [caddy, "run", "--config", folder / "caddy.json"], stdout=log, stderr=log, env=homes
        )
    proxy = Proxy(http_port, https_port, folder / "caddy/pki/authorities/local/root.crt")
    try:
        _wait(proxy, folder / "log")
        yield proxy
    finally:
        process.terminate()
        process.wait()


@contextmanager
def two_listeners() -> Iterator[dict[int, list[str]]]:
    """Run two servers that record the requested paths, by port."""
    asked: dict[int, list[str]] = {}

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, port = cast(tuple[str, int], self.server.server_address)
            asked[port].append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Noting) for _ in range(2)]
    for server in servers:
        asked[server.server_address[1]] = []
        Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield asked
    finally:
        for server in servers:
            server.shutdown()
            server.server_close()


ENDLESS_HEAD = "GET / HTTP/1.1\r\nHost: localhost\r\n"


def seconds_of_patience(proxy: Proxy, unfinished: str = ENDLESS_HEAD) -> float:
    """Return how long the proxy waits for a request that never ends."""
    began = time.monotonic()
    trusted = ssl.create_default_context(cafile=str(proxy.root))
    with (
        socket.create_connection(("127.0.0.1", proxy.https_port)) as plain,
        trusted.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        connection.settimeout(60)
        connection.sendall(unfinished.encode())
        while connection.recv(4096):
            pass
    return time.monotonic() - began


def _wait(proxy: Proxy, log: Path) -> None:
    ends = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < ends:
        try:
            with proxy.client() as client:
                client.get("/metrics")
            return
        except (OSError, httpx2.TransportError):
            time.sleep(0.1)
    raise Failed(f"The proxy did not start:\n{log.read_text()}")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _handlers(config: Any, name: str) -> Iterator[Any]:
    if isinstance(config, dict) and config.get("handler") == name:
        yield config
    elif isinstance(config, (dict, list)):
        for part in config.values() if isinstance(config, dict) else config:
            yield from _handlers(part, name)
