"""HAProxy as compose.scale.yaml runs it, in front of servers that say who they are and what they were asked."""

import json
import re
import subprocess
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import pytest

from app.web.address.query import BOTH_LAYERS
from tests.deploy.files import ROOT, of_image, services
from tools.scale.balancers import haproxy, nginx_and_haproxy
from tools.scale.cluster import client
from tools.scale.processes import free_port
from tools.scale.programs import BALANCER, Missing, find

FILE = ROOT / "deploy/haproxy.cfg"
TEXT = FILE.read_text("utf-8")
REPLICAS = ("127.0.0.2", "127.0.0.3", "127.0.0.4")
READERS = 60
PLACE = "/images/cat/layers/2/maps.png"


class Server(ThreadingHTTPServer):
    """Answers with its own address and the headers that it got; `busy` is the path that it refuses."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), Answer)
        self.busy = ""
        self.gate = threading.Event()
        self.asked: Counter[str] = Counter()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def handle_error(self, *_: object) -> None:
        """Print nothing: a health check ends its connection before the whole answer is read."""


class Answer(BaseHTTPRequestHandler):
    """One connection; a path that begins with /images/slow waits for the gate."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body leave together
    server: Server

    def do_GET(self) -> None:
        """Answer; POST is answered in the same way."""
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        path = self.path.partition("?")[0]
        self.server.asked[path] += 1
        if path.startswith("/images/slow"):
            self.server.gate.wait(20)
        told = {"who": self.server.server_address[0], **dict(self.headers)}
        body = json.dumps(told).encode()
        self.send_response(503 if path == self.server.busy else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def servers() -> Iterator[dict[str, Server]]:
    port = free_port()
    made = {host: Server(host, port) for host in REPLICAS}
    yield made
    for one in made.values():
        one.shutdown()
        one.server_close()


@pytest.fixture(scope="module")
def balancer(servers, tmp_path_factory) -> Iterator[httpx2.Client]:
    folder = tmp_path_factory.mktemp("haproxy")
    (folder / "names").mkdir()
    for host in REPLICAS:
        (folder / "names" / host).touch()
    port = servers[REPLICAS[0]].server_address[1]
    try:
        with (
            haproxy(folder, replicas_port=port) as address,
            client(address) as c,
        ):
            yield c
    except Missing as reason:
        pytest.skip(f"HAProxy is not tested: {reason}")


@pytest.fixture
def nginx(servers, tmp_path) -> Iterator[httpx2.Client]:
    """Return a client of nginx, which stands in front of another HAProxy."""
    (tmp_path / "names").mkdir()
    for host in REPLICAS:
        (tmp_path / "names" / host).touch()
    _, port = servers[REPLICAS[0]].server_address
    try:
        with nginx_and_haproxy(tmp_path, replicas_port=port) as address, client(address) as c:
            yield c
    except Missing as reason:
        pytest.skip(f"nginx and HAProxy are not tested: {reason}")


@pytest.fixture(autouse=True)
def idle(servers) -> None:
    for one in servers.values():
        one.busy = ""
        one.asked.clear()
        one.gate.clear()


def who(balancer: httpx2.Client, address: str) -> str:
    return balancer.get(address).json()["who"]


def asked_in_turn(balancer: httpx2.Client) -> set[str]:
    return {who(balancer, "/static/styles.css") for _ in range(9)}


def until_asked(balancer: httpx2.Client, wanted: Iterable[str]) -> bool:
    for _ in range(100):
        if asked_in_turn(balancer) == set(wanted):
            return True
        threading.Event().wait(0.1)
    return False


def test_haproxy_accepts_the_file():
    try:
        program = find(BALANCER)
    except Missing as reason:
        pytest.skip(f"HAProxy is not tested: {reason}")
    done = subprocess.run(
        [program.path, "-c", "-f", FILE],
        env=program.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_the_key_has_every_setting_that_changes_a_map_and_no_other():
    named = re.findall(r"%\[url_param\((\w+)\)\]", TEXT)

    assert sorted(named) == sorted(BOTH_LAYERS)


def test_one_picture_with_the_same_settings_stays_at_one_replica(balancer):
    same = [
        "stride1=2&seed=3",
        "seed=3&stride1=2",
        "seed=3&row=4&col=7&sum=12&stride1=2&theme=dark&lang=de",
        "stride1=2&seed=3&scale=map&v=abc",
    ]
    places = [f"{PLACE}?{query}" for query in same]
    others = [f"/below/embed/images/cat.json?{same[0]}", f"/oembed?image=cat&{same[1]}"]

    assert len({who(balancer, address) for address in (*places, *others)}) == 1


def test_the_settings_of_one_picture_and_many_pictures_are_shared_by_all(balancer):
    settings = Counter(who(balancer, f"{PLACE}?seed={n}") for n in range(READERS))
    pictures = Counter(who(balancer, f"/images/{n:032x}") for n in range(READERS))
    neither = Counter(who(balancer, "/static/styles.css") for _ in range(READERS))

    for shares in (settings, pictures, neither):
        assert min(shares[host] for host in REPLICAS) > READERS / 10


def test_a_popular_view_is_shared_while_many_ask_for_it(balancer, servers):
    with ThreadPoolExecutor(READERS) as readers:
        asked = [readers.submit(who, balancer, "/images/slow") for _ in range(READERS)]
        ends = threading.Event()
        for _ in range(200):
            if sum(one.asked["/images/slow"] for one in servers.values()) == READERS:
                break
            ends.wait(0.05)
        for one in servers.values():
            one.gate.set()
        found = Counter(one.result() for one in asked)

    factor = int(re.search(r"hash-balance-factor (\d+)", TEXT)[1]) / 100
    assert sum(found.values()) == READERS
    assert max(found.values()) <= factor * READERS / len(REPLICAS) + 1


def test_a_busy_replica_is_replaced_for_a_get_and_not_for_a_vote(balancer, servers):
    first = who(balancer, "/images/cat")
    servers[first].busy = "/images/cat"
    got, posted = balancer.get("/images/cat"), balancer.post("/images/cat", content=b"vote")

    assert got.status_code == 200
    assert got.json()["who"] != first
    assert (posted.status_code, posted.json()["who"]) == (503, first)


def test_the_last_replica_that_is_free_answers_whatever_the_key_is(balancer, servers):
    places = [f"/images/cat?seed={seed}" for seed in range(16)]
    for free in REPLICAS:
        for host in REPLICAS:
            servers[host].busy = "" if host == free else "/images/cat"
        answers = [balancer.get(place) for place in places]

        assert [answer.status_code for answer in answers] == [200] * len(places)
        assert {answer.json()["who"] for answer in answers} == {free}


@pytest.mark.parametrize("front", ["balancer", "nginx"])
def test_a_get_that_all_refuse_is_tried_at_most_once_more_than_there_are_replicas(
    front, servers, request
):
    asking = request.getfixturevalue(front)
    assert until_asked(asking, REPLICAS)
    for host in REPLICAS:
        servers[host].busy = "/images/cat"
    answer = asking.get("/images/cat")

    assert (answer.status_code, answer.json()["who"] in REPLICAS) == (503, True)
    asked = [servers[host].asked["/images/cat"] for host in REPLICAS]
    assert min(asked) >= 1
    assert sum(asked) <= len(REPLICAS) + 1


@pytest.mark.parametrize(
    "path", ["/metrics", "/readyz", "/maps/metrics", "/%6detrics", "/read%79z", "/maps%2Fmetrics"]
)
def test_metrics_and_readiness_are_not_public(balancer, path):
    assert balancer.get(path).status_code == 404


def test_the_proxy_in_front_names_the_reader_and_the_scheme(balancer):
    given = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
    passed = balancer.get("/about", headers=given).json()
    own = balancer.get("/about").json()

    assert {name: passed[name.lower()] for name in given} == given
    assert (own["x-forwarded-for"], own["x-forwarded-proto"]) == ("127.0.0.1", "http")


def test_a_replica_that_is_not_ready_gets_nothing_and_if_none_is_all_do(balancer, servers):
    """Its own answer says when to come back, so the last of them are asked all the same."""
    servers[REPLICAS[0]].busy = "/readyz"
    assert until_asked(balancer, REPLICAS[1:])
    for host in REPLICAS:
        servers[host].busy = "/readyz"
    threading.Event().wait(3)
    assert asked_in_turn(balancer) == set(REPLICAS)
    for host in REPLICAS:
        servers[host].busy = ""
    assert until_asked(balancer, REPLICAS)


@pytest.mark.parametrize("ready", [REPLICAS[1:], REPLICAS[2:]])
def test_with_fewer_than_three_replicas_each_gets_a_request_once(balancer, servers, ready):
    for host in set(REPLICAS) - set(ready):
        servers[host].busy = "/readyz"
    assert until_asked(balancer, ready)
    for host in ready:
        servers[host].busy = "/images/cat"
    for one in servers.values():
        one.asked.clear()

    assert balancer.get("/images/cat").status_code == 503
    asked = [servers[host].asked["/images/cat"] for host in REPLICAS]
    assert asked == [int(host in ready) for host in REPLICAS]
    for host in REPLICAS:
        servers[host].busy = ""
    assert until_asked(balancer, REPLICAS)


def test_compose_runs_it_with_this_file_and_at_the_port_that_nginx_asks():
    scaled = services("compose.scale.yaml")
    port = of_image("EXPOSE")

    assert f'bind "${{LISTEN-:{port}}}"' in TEXT
    assert TEXT.count('"${REPLICAS-app}:${REPLICA_PORT-' + port) == 3
    assert f"./deploy/{FILE.name}" in scaled["balancer"]["volumes"][0]
    stops = int(re.search(r"hard-stop-after (\d+)s", TEXT)[1])
    assert stops < int(scaled["balancer"]["stop_grace_period"].removesuffix("s"))


def test_its_figures_are_documented():
    documented = (ROOT / "docs/scaling.md").read_text("utf-8")
    factor, size, seconds, falls, most = (
        int(re.search(pattern, TEXT)[1])
        for pattern in (
            r"hash-balance-factor (\d+)",
            r"tune.bufsize (\d+)",
            r" inter (\d+)s",
            r" fall (\d+)",
            r"server-template replica (\d+)",
        )
    )

    assert f"more than {factor / 100:g} times the mean" in documented
    assert f"(`hash-balance-factor {factor}`)" in documented
    assert f"no more than {size // 1024} KiB of a request" in documented
    assert f"is checked every {seconds} seconds" in documented
    assert f"after {falls * seconds} s without an answer of `/readyz`" in documented
    assert f"up to {most} replicas" in documented
