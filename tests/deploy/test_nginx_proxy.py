"""nginx with TLS as deploy/proxies/nginx.conf configures it, in front of the real server."""

import os
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.settings import Settings
from app.web.route_facts import FORM_OVERHEAD, WEIGHTS_LIMIT
from tests.deploy.files import ROOT
from tools.scale.processes import Process, free_port, listens
from tools.scale.programs import PROXY, Missing, Program, find
from tools.scale.system import SAMPLE
from tools.serving import running_server

TEXT = (ROOT / "deploy/proxies/nginx.conf").read_text("utf-8")
HOST = "maps.example.org"
MIB = 2**20
FORM_BEGINS = b'--x\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
AROUND = """
daemon off;
pid nginx.pid;
error_log stderr;
events {{}}
http {{
    client_body_temp_path bodies;
    proxy_temp_path answers;
    fastcgi_temp_path other;
    uwsgi_temp_path other;
    scgi_temp_path other;
    {text}
}}
"""


@pytest.fixture(scope="module")
def program() -> Program:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed, which makes the certificate")
    try:
        return find(PROXY)
    except Missing as reason:
        pytest.skip(f"nginx is not tested: {reason}")


@pytest.fixture(scope="module")
def address(program, tmp_path_factory) -> Iterator[str]:
    folder, port = tmp_path_factory.mktemp("nginx"), free_port()
    _make_certificate(folder)
    with running_server(folder) as server:
        (folder / "nginx.conf").write_text(_configured(folder, server, port))
        user = [] if os.geteuid() else ["-g", "user root;"]
        process = Process(
            [program.path, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr", *user],
            log=folder / "nginx.log",
            environment=program.environment,
            ready=lambda: listens(port),
        )
        try:
            yield f"https://127.0.0.1:{port}"
        finally:
            process.stop()


@pytest.fixture(scope="module")
def reader(address) -> Iterator[httpx2.Client]:
    with httpx2.Client(
        base_url=address, verify=False, headers={"Host": HOST}, timeout=30, trust_env=False
    ) as made:
        yield made


def _make_certificate(folder: Path) -> None:
    kind = "-x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    files = f"-subj /CN={HOST} -keyout key.pem -out chain.pem"
    command = ["openssl", "req", *kind.split(), *files.split()]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def _configured(folder: Path, server: str, port: int) -> str:
    """Return the file with other addresses and another certificate, and nothing else changed."""
    text = TEXT.replace("http://127.0.0.1:8000", server)
    text = re.sub(r"listen \[::\]:\d+[^;]*;", "", text)
    text = text.replace("listen 80;", f"listen 127.0.0.1:{free_port()};")
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port} ssl http2;")
    text = re.sub(r"(ssl_certificate) \S+;", rf"\1 {folder}/chain.pem;", text)
    text = re.sub(r"(ssl_certificate_key) \S+;", rf"\1 {folder}/key.pem;", text)
    return AROUND.format(text=text)


def test_a_page_and_an_upload_pass_and_links_have_the_scheme_and_host_of_the_reader(reader):
    page = reader.get("/images/cat", headers={"Accept": "text/html"})
    sent = reader.post(
        "/images", files={"file": SAMPLE.read_bytes()}, headers={"Accept": "application/json"}
    )

    assert page.status_code == 200
    assert f"https://{HOST}/" in page.text
    assert sent.status_code == 201


@pytest.mark.parametrize("path", ["/metrics", "/readyz"])
def test_metrics_and_readiness_are_not_public(reader, path):
    assert reader.get(path).status_code == 404
    assert reader.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("path", "mib", "declared"),
    [
        ("/images", 11, True),
        ("/weights", 66, True),
        ("/live", 11, True),
        ("/images", 11, False),
        ("/live", 11, False),
    ],
)
def test_a_body_that_is_too_large_gets_the_page_of_the_server(reader, path, mib, declared):
    def parts() -> Iterator[bytes]:
        yield FORM_BEGINS
        for _ in range(mib):
            yield bytes(MIB)

    whole = b"".join(parts()) if declared else parts()
    kind = "image/jpeg" if path == "/live" else "multipart/form-data; boundary=x"
    headers = {"Accept": "text/html", "Content-Type": kind}
    answer = reader.post(path, content=whole, headers=headers)

    assert answer.status_code == 413
    assert re.search(r"<title>The \w+ is too large", answer.text)


def test_weights_between_both_limits_reach_the_server(reader):
    answer = reader.post(
        "/weights", files={"file": bytes(20 * MIB)}, headers={"Accept": "text/html"}
    )

    assert answer.status_code == 415  # these are no weights
    assert "too large" not in answer.text.partition("</title>")[0]


def test_the_limits_are_slightly_above_those_of_the_server():
    pictures = int(re.search(r"client_max_body_size (\d+)k;", TEXT)[1]) * 1024
    weights = int(re.search(r"client_max_body_size (\d+)m;", TEXT)[1]) * MIB

    assert FORM_OVERHEAD < pictures - Settings().upload_mib * MIB < MIB
    assert WEIGHTS_LIMIT < weights <= WEIGHTS_LIMIT + MIB


def test_a_body_that_stalls_is_answered_by_the_server_or_the_proxy_in_10_seconds(address):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    url = httpx2.URL(address)
    head = f"POST /live HTTP/1.1\r\nHost: {HOST}\r\nContent-Type: image/jpeg\r\nContent-Length: 20000\r\n\r\n"
    with (
        socket.create_connection((url.host, url.port)) as plain,
        context.wrap_socket(plain) as sent,
    ):
        sent.settimeout(30)
        began = time.monotonic()
        sent.sendall(head.encode() + bytes(100))
        first = sent.recv(200)

    assert first.startswith(b"HTTP/1.1 408") or not first  # or nginx closes the connection
    assert time.monotonic() - began < 20
