"""`make image-check`: builds the shipped image without a container daemon, and runs it as an operator does."""

import json
import os
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2

from tools.image_check import building, proxy
from tools.image_check.container import Container, as_composed, running, without_shell
from tools.image_check.engine import Engine, Failed, engine, run
from tools.image_check.report import Report
from tools.image_check.visit import visit

FOLDER = building.ROOT / "build/image-check"
MOST_MEGABYTES = 300
SECONDS_TO_HEALTH = 30
GRACE_SECONDS = 20
HEADER_SECONDS = 12
IMPORTING_SECONDS = 0.7  # from the start of the interpreter until the server listens
SLOW = "/images/cat/layers/2/wall.png?size=384"
BOUNDARY = "piece"
TOO_LARGE = "The upload is too large"
STALLED = (
    "POST /images/cat/delete HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\n\r\ntoken="
)
STALL_SECONDS = 15
THREADS_LINE = f"Computing threads: 1 (the control group grants 0.5 of {os.cpu_count()} cores)"
LICENCES = "org.opencontainers.image.licenses"
HAS_HEIC = "from app.untrusted.pictures.plugins import HAS_HEIC; open('NOTICE'); print(HAS_HEIC)"


def main() -> int:
    """Build and use the image, print a table, and return the exit code."""
    report = Report()
    findings = run(str(Path(sys.executable).parent / "hadolint"), str(building.ROOT / "Dockerfile"))
    report.equal("hadolint's findings", findings or "none", "none")
    try:
        with engine(FOLDER) as made:
            _check_image(made, report)
            _check_without_heic(made, report)
            _check_writing(made, report)
            _check_limited(made, report)
            _check_early_end(made, report)
    except Failed as failure:
        print(failure, file=sys.stderr)
        report.add("all checks were run", "no", "yes", False)
    print(report.table())
    return 0 if report.holds() else 1


def _check_image(made: Engine, report: Report) -> None:
    began = time.monotonic()
    base = building.make_base(made)
    print(f"Stand-in for the base: {base}, {time.monotonic() - began:.0f} s", flush=True)
    began = time.monotonic()
    building.build(made)
    print(f"Built in {time.monotonic() - began:.0f} s", flush=True)
    whole = building.megabytes(made, building.IMAGE)
    report.at_most("size, unpacked", whole, MOST_MEGABYTES, "MB")
    ours = whole - building.megabytes(made, building.BASE)
    report.add("of these above the base", f"{ours:.3g} MB", "", True)
    config = json.loads(made.podman("image", "inspect", building.IMAGE))[0]
    report.equal("user", config["User"], "10001:10001")
    report.equal("volumes", ", ".join(config["Config"]["Volumes"]), "/data")
    labels = {name.rpartition(".")[2] for name in config["Labels"] if "opencontainers" in name}
    report.add(
        "labels",
        len(labels),
        "title, licenses, version",
        {"title", "licenses", "version"} <= labels,
    )


def _check_without_heic(made: Engine, report: Report) -> None:
    building.build(made, building.WITHOUT_HEIC, "HEIC=")
    report.at_most(
        "without HEIC: size", building.megabytes(made, building.WITHOUT_HEIC), MOST_MEGABYTES, "MB"
    )
    for image, wanted in ((building.IMAGE, "True, GPL"), (building.WITHOUT_HEIC, "False, no GPL")):
        licences = json.loads(made.podman("image", "inspect", image))[0]["Labels"][LICENCES]
        command = ("--entrypoint", "python", image, "-c", HAS_HEIC)
        has = made.podman("run", "--rm", "--network", "none", *building.LIMITS, *command)
        copyleft = "GPL" if "GPL-2.0-or-later" in licences.split(" AND ") else "no GPL"
        report.equal(f"{image.rpartition('/')[2]}: HEIC", f"{has}, {copyleft}", wanted)


def _check_writing(made: Engine, report: Report) -> None:
    with running(made, "writable", "--tmpfs=/tmp", "--passwd=false") as container:
        container.seconds_to_health()
        used = all(fine for *_, fine, _ in visit(container.url))
        code, _ = container.stop()
        # Podman itself touches the mount points of /etc.
        outside = [line for line in container.written() if line not in ("C /etc", "C /run")]
        report.add("used with a writable root", f"code {code}", "code 0", used and code == 0)
        report.equal("written outside /data and /tmp", ", ".join(outside) or "nothing", "nothing")


def _check_limited(made: Engine, report: Report) -> None:
    flags = [*as_composed(), "--cpus=0.5", *without_shell(made.folder)]
    print("Run with", *as_composed(), "and no shell", flush=True)
    with running(made, "limited", *flags) as container:
        report.at_most("seconds to health", container.seconds_to_health(), SECONDS_TO_HEALTH, "s")
        _check_process(made, container, report)
        line = json.loads(made.log(container.name).splitlines()[0])["message"]
        report.equal("threads on half a core", line, THREADS_LINE)
        for step, status, fine, nbytes in visit(container.url):
            report.add(step, f"{status}, {nbytes:,} bytes", "200 or 201", fine and status < 300)
        _check_proxy(made, container, report)
        peak = int(container.status()["VmHWM"].split()[0]) / 1024
        report.add("memory at most", f"{peak:.0f} MiB", "", True)
        _check_end(container, report)


def _check_process(made: Engine, container: Container, report: Report) -> None:
    status = container.status()
    ids = {*status["Uid"].split(), *status["Gid"].split(), *status["Groups"].split()}
    report.equal("user and group ids", " ".join(ids), "10001")
    report.equal("capabilities", int(status["CapEff"], 16) | int(status["CapBnd"], 16), 0)
    report.equal("no new privileges", status["NoNewPrivs"], "1")
    health = json.loads(made.podman("image", "inspect", building.IMAGE))[0]["Healthcheck"]["Test"]
    container.run(*health[1:])
    report.equal("HEALTHCHECK, run inside", health[0], "CMD")


def _check_proxy(made: Engine, container: Container, report: Report) -> None:
    caddy = proxy.install(made.folder)
    print("In front of it", run(str(caddy), "version"), "with deploy/Caddyfile", flush=True)
    port = int(container.url.rpartition(":")[2])
    with (
        proxy.proxying(caddy, made.folder / "proxy", [port], UPLOAD_MIB="1") as front,
        front.client() as client,
    ):
        report.equal("proxy: page by TLS", client.get("/images/cat").status_code, 200)
        for path in ("/metrics", "/readyz"):
            report.equal(f"proxy: {path}", client.get(path).status_code, 404)
        plain = httpx2.get(f"http://localhost:{front.http_port}/about", trust_env=False)
        report.equal("proxy: without TLS", plain.status_code, 308)
        kind = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
        for words, body in (("declared", b"".join(_upload(2))), ("endless", _upload(2))):
            large = client.post("/images", content=body, headers=kind)
            found = (
                f"{large.status_code}, {'our page' if TOO_LARGE in large.text else 'another page'}"
            )
            report.equal(f"proxy: 2 MiB where 1 is allowed, {words}", found, "413, our page")
        seconds = proxy.seconds_of_patience(front, STALLED)
        report.at_most("proxy: a small body that stalls", seconds, STALL_SECONDS, "s")
        seconds = proxy.seconds_of_patience(front)
        report.at_most("proxy: headers that never end", seconds, HEADER_SECONDS, "s")
    _check_balance(made, caddy, report)


def _upload(mib: int) -> Iterator[bytes]:
    yield f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'.encode()
    yield from [bytes(2**16)] * (16 * mib)


def _check_balance(made: Engine, caddy: Path, report: Report) -> None:
    views = ("", "/layers/1/maps", "/layers/2/maps/7.json?kernel1=5")
    with (
        proxy.two_listeners() as asked,
        proxy.proxying(caddy, made.folder / "balance", list(asked)) as front,
        front.client() as client,
    ):
        for picture in range(20):
            for view in views:
                client.get(f"/images/{picture:032x}{view}")
            client.get(f"/embed/images/{picture:032x}")
    of = [{path.rpartition("images/")[2][:32] for path in paths} for paths in asked.values()]
    report.equal("proxy: pictures asked from two replicas", len(of[0] & of[1]), 0)
    report.add("proxy: pictures a replica", [*map(len, of)], "20 in all", min(map(len, of)) > 0)


def _check_end(container: Container, report: Report) -> None:
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(httpx2.get, f"{container.url}{SLOW}", timeout=60, trust_env=False)
        time.sleep(0.1)
        code, seconds = container.stop()
        report.equal("SIGTERM: exit code", code, 0)
        report.at_most("SIGTERM: time", seconds, GRACE_SECONDS, "s")
        report.equal("SIGTERM: the request under way", asked.result().status_code, 200)


def _check_early_end(made: Engine, report: Report) -> None:
    with running(made, "early") as container:
        time.sleep(IMPORTING_SECONDS)
        code, seconds = container.stop()
        report.equal("SIGTERM while it starts: exit code", code, 0)
        report.at_most("SIGTERM while it starts: time", seconds, GRACE_SECONDS, "s")


if __name__ == "__main__":
    sys.exit(main())
