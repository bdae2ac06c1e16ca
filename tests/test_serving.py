"""The server as a process: how it starts and how it stops."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.host_limits import host_limits

ROOT = Path(__file__).parents[1]
SAMPLE = (ROOT / "static/samples/cat.jpg").read_bytes()
COMMAND = [sys.executable, "-m", "app", "--port", "0"]
PATIENCE = 60


def start(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    environment = os.environ | {"DATA_DIR": str(folder / "data")} | settings
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env=environment,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    process = start(folder, **settings)
    try:
        for line in process.stderr:
            if found := re.search(
                r"running on http://127\.0\.0\.1:(\d+)", json.loads(line)["message"]
            ):
                yield process, int(found[1])
                return
        raise AssertionError("the server did not start")
    finally:
        process.kill()
        process.communicate()


def status(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}") as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        error.close()
        return error.code


def half_an_upload(port: int) -> tuple[socket.socket, bytes]:
    """Send the first half of an upload; return the connection and the second half."""
    start = b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
    body = start + SAMPLE + b"\r\n--b--\r\n"
    head = (
        "POST /images HTTP/1.1\r\nHost: here\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(head.encode() + body[: len(body) // 2])
    return connection, body[len(body) // 2 :]


def wait_until(ready) -> None:
    deadline = time.monotonic() + PATIENCE
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def in_progress(port: int) -> int:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        text = answer.read().decode()
    return int(float(re.search(r"^convfold_requests_in_progress (\S+)$", text, re.MULTILINE)[1]))


def test_on_sigterm_the_server_finishes_the_upload_it_is_receiving_and_exits_with_0(
    tmp_path,
):
    with serving(tmp_path) as (process, port):
        connection, rest = half_an_upload(port)
        wait_until(lambda: in_progress(port) == 2)  # the upload, and the request for the metrics
        process.send_signal(signal.SIGTERM)
        wait_until(lambda: status(port, "/readyz") == 503)
        alive, page = status(port, "/healthz"), status(port, "/")

        connection.sendall(rest)
        answer = connection.recv(4096).decode()
        connection.close()

        assert process.wait(PATIENCE) == 0
    assert (alive, page) == (200, 503)
    assert answer.startswith("HTTP/1.1 303")
    assert len(list((tmp_path / "data/images").glob("*.npz"))) == 1


def test_on_sigterm_the_server_does_not_wait_longer_than_its_grace_period(tmp_path):
    with serving(tmp_path, GRACE_SECONDS="1") as (process, port):
        connection, _ = half_an_upload(port)
        wait_until(lambda: in_progress(port) == 2)
        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0  # although the upload never ends
        connection.close()
    assert [path.suffix for path in (tmp_path / "data/images").iterdir()] == []


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"THREADS": "99999999999"}, "THREADS is '99999999999'; a whole number from 1 to 1,024"),
        ({"ROOT_PATH": "/a/../b"}, "ROOT_PATH is '/a/../b'"),
        ({"DATA_DIR": "/dev/null/data"}, "DATA_DIR: the folder /dev/null/data/images"),
    ],
    ids=["number", "path", "folder"],
)
def test_an_invalid_setting_prevents_the_start_with_exit_code_2_and_one_line_that_names_it(
    tmp_path, settings, words
):
    process = start(tmp_path, **settings)
    _, log = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert log.count("\n") == 1
    assert words in log


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_workers_start_with_the_server_without_its_password_and_end_with_it(tmp_path):
    store = "redis://:secret@127.0.0.1:9/0"
    with serving(tmp_path, STORE=store) as (process, _):
        workers = children(process.pid)

        assert workers
        for worker in workers:
            folder = Path(f"/proc/{worker}")
            assert "anyio.to_process" in (folder / "cmdline").read_text()
            assert b"secret" not in (folder / "environ").read_bytes()
            opened = {os.readlink(one) for one in (folder / "fd").iterdir()}
            assert not any(one.startswith("socket:") for one in opened)
        process.send_signal(signal.SIGTERM)

        wait_until(lambda: not any(Path(f"/proc/{worker}/fd/0").exists() for worker in workers))


def children(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task").iterdir()
    return [int(one) for task in tasks for one in (task / "children").read_text().split()]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("--port", "99999"),
        ("--port", "-1"),
        ("--port", "9" * 5000),
        ("--host", "[::"),
        ("--host", "256.1.1.1"),
        ("--host", "a" * 70),  # no name: its part is too long
        ("--root-path", "/a/../b"),
    ],
)
def test_an_argument_that_cannot_work_prevents_the_start_in_the_same_way(tmp_path, name, text):
    process = start(tmp_path, name, text)
    _, log = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert log.count("\n") == 1
    assert re.search(f"^Convfold cannot start. ({name}|ROOT_PATH) is '", log)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"THREADS": ""}, f"{host_limits().threads} ({host_limits().reason()})"),
        ({"THREADS": "3"}, "3 (THREADS)"),
    ],
    ids=["default", "set"],
)
def test_the_start_says_how_many_threads_compute_and_why(tmp_path, settings, words):
    process = start(tmp_path, **settings)
    line = json.loads(process.stderr.readline())
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert line["level"] == "info"
    assert line["message"] == f"Computing threads: {words}"


def test_the_start_says_that_the_language_of_the_system_is_ignored(tmp_path):
    process = start(tmp_path, LANGUAGE="sr@latin")
    lines = [json.loads(process.stderr.readline()) for _ in range(2)]
    process.terminate()
    process.communicate(timeout=PATIENCE)

    assert lines[1]["level"] == "info"
    assert lines[1]["message"] == (
        "LANGUAGE is 'sr@latin', as systems set it, and is ignored; "
        "en, es, de, fr, zh-Hans would set the language of pages"
    )


TOLD = "os.kill(os.getpid(), signal.SIGTERM)"
PLACES = {  # where Python drops an exit, or puts it off
    "in a finaliser": f"type('Ending', (), {{'__del__': lambda self: {TOLD}}})()",
    "while a thread does not end": f"threading.Thread(target=time.sleep, args=(60,)).start(); {TOLD}",
}


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
def test_a_sigterm_ends_a_start_at_once(place):
    program = f"""
import os, signal, threading, time
from app.__main__ import exit_when_told
exit_when_told()
{place}
print("went on")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE / 2
    )

    assert (done.returncode, done.stdout) == (0, "")
