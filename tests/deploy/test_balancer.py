"""nginx of compose.scale.yaml tracks the replicas, and its configuration agrees with the other files."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.web.route_facts import FORM_OVERHEAD
from tests.deploy.files import ROOT, caddyfile, of_image, services

CONFIGURATION = (ROOT / "deploy/nginx.conf").read_text("utf-8")
SCRIPT = ROOT / "deploy/nginx.sh"
# Stands in for Docker's name server: prints each address once per type of socket.
GETENT = """#!/bin/sh
[ "$1 $2" = "ahostsv4 app" ] || exit 2
while read -r address; do echo "$address STREAM app"; echo "$address DGRAM"; done < names
"""
# Stands in for nginx: records its arguments and signals. In Python, since a background shell ignores QUIT.
NGINX = f"""#!{sys.executable}
import os, signal, sys
def note(words):
    with open("calls", "a") as calls:
        calls.write(words + "\\n")
def end(*_):
    note("QUIT")
    sys.exit(0)
signal.signal(signal.SIGHUP, lambda *_: note("HUP"))
signal.signal(signal.SIGQUIT, end)
signal.signal(signal.SIGUSR1, lambda *_: sys.exit(3))
with open("nginx.pid", "w") as file:
    print(os.getpid(), file=file)
note(" ".join(sys.argv[1:]))
while True:
    signal.pause()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (("getent", GETENT), ("nginx", NGINX)):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "names").write_text("10.0.0.9\n10.0.0.5\n")
    return tmp_path


@pytest.fixture
def balancer(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    given = {"FOLDER": str(folder), "SECONDS_BETWEEN": "0.05", "UPLOAD_MIB": "7"}
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", **given}
    process = subprocess.Popen(["sh", SCRIPT], cwd=folder, env=environment)
    until(lambda: (folder / "calls").exists() and read(folder, "calls"))
    yield process
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.kill(int(read(folder, "nginx.pid")), signal.SIGKILL)
        process.kill()
        raise


def until(holds) -> None:
    ends = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


def read(folder: Path, name: str) -> str:
    return (folder / name).read_text()


def servers(folder: Path) -> list[str]:
    return re.findall(r"server (\S+) max_fails=0;", read(folder, "nginx.conf"))


def test_every_replica_is_a_server_in_a_stable_order(folder, balancer):
    assert servers(folder) == ["10.0.0.5:8000", "10.0.0.9:8000"]
    assert read(folder, "calls").split() == ["-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]

    (folder / "names").write_text("10.0.0.5\n10.0.0.9\n")
    time.sleep(0.3)

    assert "HUP" not in read(folder, "calls")


def test_a_new_replica_is_added_by_reloading_nginx_without_a_restart(folder, balancer):
    (folder / "names").write_text("10.0.0.9\n10.0.0.5\n10.0.0.7\n")
    until(lambda: "HUP" in read(folder, "calls"))

    assert servers(folder) == ["10.0.0.5:8000", "10.0.0.7:8000", "10.0.0.9:8000"]
    assert balancer.poll() is None


def test_if_the_name_has_no_address_the_previous_servers_stay(folder, balancer):
    (folder / "names").write_text("")
    time.sleep(0.3)

    assert servers(folder) == ["10.0.0.5:8000", "10.0.0.9:8000"]


def test_on_sigterm_it_lets_nginx_finish(folder, balancer):
    balancer.terminate()

    assert balancer.wait(10) == 0
    assert read(folder, "calls").splitlines()[-1] == "QUIT"


def test_it_exits_with_an_error_when_nginx_exits(folder, balancer):
    os.kill(int(read(folder, "nginx.pid")), signal.SIGUSR1)

    assert balancer.wait(10) != 0


def test_no_placeholder_is_left_and_the_upload_limit_is_slightly_above_that_of_the_server(
    folder, balancer
):
    text = re.sub(r"#.*", "", read(folder, "nginx.conf"))
    most = int(re.search(r"client_max_body_size (\d+)k;", text)[1]) * 1024

    assert re.findall(r"@[A-Z]+@", text) == []
    assert 7 * 2**20 + FORM_OVERHEAD < most < 8 * 2**20


def test_nginx_sends_all_views_of_a_picture_to_one_replica_like_the_proxy_in_front():
    patterns = {
        re.search(r'"?~(\^\S+/images/\S+\))', text)[1] for text in (CONFIGURATION, caddyfile())
    }

    assert len(patterns) == 1
    assert "hash $picture consistent;" in CONFIGURATION


def test_an_upload_is_retried_and_other_unsafe_requests_are_not():
    uploads = re.findall(r"location ~ (\S+) \{[^}]*non_idempotent;", CONFIGURATION)
    sent_again = ["/images", "/maps/images", "/weights", "/maps/weights/contents"]
    others = ["/images/cat", "/images/cat/delete", "/weights/8x3x3x3-/delete", "/"]

    assert CONFIGURATION.count("non_idempotent") == len(uploads)
    found = [
        path
        for path in (*sent_again, *others)
        if any(re.search(pattern, path) for pattern in uploads)
    ]
    assert found == sent_again


def next_upstream(folder: Path) -> set[str]:
    return set(re.findall(r"proxy_next_upstream (.*);", read(folder, "nginx.conf")))


def test_a_single_address_which_is_haproxy_is_asked_again_only_where_it_did_not_try_all(
    folder, balancer
):
    assert next_upstream(folder) == {
        "error timeout http_502 http_503",
        "error timeout http_502 http_503 non_idempotent",
    }

    (folder / "names").write_text("10.0.0.9\n")
    until(lambda: "HUP" in read(folder, "calls"))

    assert servers(folder) == ["10.0.0.9:8000"] * 2
    assert next_upstream(folder) == {"error http_502", "error http_502 http_503 non_idempotent"}


def test_compose_starts_it_between_the_proxy_and_the_balancer():
    scaled = services("compose.scale.yaml")
    buffer, balancer, proxy = (scaled[name] for name in ("buffer", "balancer", "proxy"))
    port = of_image("EXPOSE")

    assert proxy["environment"] == {"UPSTREAM": "buffer"}
    assert buffer["environment"]["REPLICAS"] == "balancer"
    for service, behind in ((proxy, "buffer"), (buffer, "balancer"), (balancer, "app")):
        assert service["depends_on"] == {behind: {"condition": "service_healthy"}}
    for service in (buffer, balancer):
        assert "ports" not in service
        assert service["networks"] == ["inside"]
    assert "dynamic a {$UPSTREAM:app} " + port in caddyfile()
    assert "${LISTEN:-" + port + "}" in SCRIPT.read_text()
    assert "${REPLICA_PORT:-" + port + "}" in SCRIPT.read_text()
    mounted = [volume.split(":")[0] for volume in buffer["volumes"]]
    assert {"./deploy/nginx.conf", "./deploy/nginx.sh"} < set(mounted)


def test_connections_to_the_balancer_are_never_kept_alive_since_a_reload_would_close_them():
    assert "keepalive_timeout 0;" in CONFIGURATION
    assert "keepalive off" in caddyfile()


def test_the_last_forwarded_address_is_still_the_reader_behind_the_balancer():
    # It stands behind the proxy, whose own address would be the last if it were added here.
    names = re.search(r"map \$http_x_forwarded_for (\$\w+) \{([^}]+)\}", CONFIGURATION)

    assert names[2].split() == ['""', "$remote_addr;", "default", "$http_x_forwarded_for;"]
    assert f"proxy_set_header X-Forwarded-For {names[1]};" in CONFIGURATION
