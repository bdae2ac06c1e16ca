"""The limits in docs/self-hosting.md agree with the deployment files."""

import re

import yaml

from app.host_limits import BASE_MIB, THREAD_MIB, HostLimits
from app.lab.keep.decoding import decode_limits
from app.settings import Settings
from app.web.gate.bodies import BODY_SECONDS, LEAST_BYTES, WINDOW_SECONDS
from tests.deploy.files import ROOT, caddyfile, kubernetes, of_image, services

TEXT = (ROOT / "docs/self-hosting.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([^|`]+) \| ([^|]+) \|", TEXT, re.M))


def test_the_proxy_has_the_documented_limits():
    documented = ROWS["time for the headers of a request"], ROWS["size of the headers"]
    header, size = re.search(
        r"max_header_size (\d+)KB[^}]*read_header (\d+)s", caddyfile()
    ).groups()

    assert documented == (f"{size} s", f"{header} KB")
    assert ROWS["time for a body"] == (
        f"{BODY_SECONDS:.0f} s, with at least {LEAST_BYTES // 2**10} KiB in each {WINDOW_SECONDS:.0f} s; "
        f"{re.search(r'read_body (.+)s', caddyfile())[1]} s at the proxy"
    )


def test_the_documented_defaults_are_those_of_the_settings():
    settings = Settings()

    assert ROWS["size of a picture, as it is decoded"] == (
        f"{settings.upload_megapixels} megapixels, {settings.upload_side:,} pixels a side"
    )
    limits, million = decode_limits(settings), 1_000_000
    of_jpeg = next(limit for name, limit in ROWS.items() if name.startswith("size of a JPEG"))
    assert re.findall(r"\d+", of_jpeg) == [
        str(most // million)
        for most in (
            limits.max_jpeg_pixels,
            limits.most_coefficients * 4 // 6,  # three components, two of them with a quarter
            limits.most_coefficients // 3,
        )
    ]
    of_heic = next(limit for name, limit in ROWS.items() if name.startswith("size of a HEIC"))
    assert of_heic == f"{limits.max_heic_pixels // million} megapixels"
    assert ROWS["work and memory of one forward pass"] == (
        f"{settings.max_multiply_adds // 10**9} G multiply-adds, {settings.max_pass_mib} MiB"
    )
    assert ROWS["computations at the same time"] == "as many as the host grants"
    fitting = HostLimits(cores=64, memory=2 * 2**30).threads
    told = f"{BASE_MIB} MiB for the server and {THREAD_MIB} MiB for each thread, so {fitting} threads in"
    assert told in " ".join(TEXT.split())
    assert ROWS["memory of all that is computed at the same time, and of one view"] == (
        f"{settings.compute_mib} MiB"
    )
    assert ROWS["waiting requests"] == f"{settings.queue_length}, then 503 with `Retry-After`"
    assert ROWS["disk space for uploads, and how long they are kept"] == (
        f"{settings.image_store_mib} MiB, {settings.image_hours} hours"
    )


def test_the_documented_docker_flags_confine_the_container_as_compose_does():
    app = services("compose.yaml")["app"]
    flags = re.search(r"docker run .*--read-only(.*?) convfold\n", TEXT, re.S)[1]

    assert f"--tmpfs {app['tmpfs'][0]}" in flags
    assert f"--cap-drop {app['cap_drop'][0]}" in flags
    assert f"--security-opt {app['security_opt'][0].removesuffix(':true')}" in flags
    assert f"--memory {default(app['mem_limit'])} --cpus {default(app['cpus'])}" in flags
    assert f"--pids-limit {app['pids_limit']}" in flags
    assert f"--stop-timeout {app['stop_grace_period'].removesuffix('s')}" in flags
    assert ROWS["time to finish when stopped"] == (
        f"{Settings().grace_seconds} s; the container is killed after "
        f"{app['stop_grace_period'].removesuffix('s')} s"
    )


def test_the_user_and_the_memory_of_both_services_are_documented():
    limits = {name: default(one["mem_limit"]) for name, one in services("compose.yaml").items()}

    assert f"user {of_image('USER').partition(':')[0]}" in TEXT
    assert limits == {"app": "2g", "proxy": "256m"}
    assert ROWS["memory"] == "2 GiB for the server, 256 MiB for the proxy"
    cores = {name: default(str(one["cpus"])) for name, one in services("compose.yaml").items()}
    assert cores == {"app": "2", "proxy": "1"}
    assert ROWS["cores"] == "2 for the server, 1 for the proxy"


def test_the_size_of_the_logs_is_documented():
    for service in services("compose.yaml").values():
        options = service["logging"]["options"]
        assert ROWS["logs of a container"] == (
            f"{options['max-file']} files of {options['max-size'].removesuffix('m')} MB"
        )


def test_what_is_restarted_is_documented():
    text = (ROOT / "docs/scaling.md").read_text("utf-8")
    (pod,) = kubernetes("Deployment")["spec"]["template"]["spec"]["containers"]
    alive, ready = pod["livenessProbe"], pod["readinessProbe"]
    store = services("compose.scale.yaml")["valkey"]

    assert (
        f"restarts it after {alive['periodSeconds'] * alive.get('failureThreshold', 3)} s" in text
    )
    assert f"takes it out after {ready['periodSeconds'] * ready['failureThreshold']} s" in text
    assert f"Valkey is full ({store['command'][2].removesuffix('mb')} MiB)" in text
    assert f"its limit is {store['mem_limit'].removesuffix('m')} MiB" in text


def default(text: str) -> str:
    """Return the value that compose takes where a variable is not set."""
    return re.sub(r"^\$\{\w+:-(.+)\}$", r"\1", text)


def test_the_proxies_that_are_documented_are_there_and_none_is_missing():
    folder = ROOT / "deploy/proxies"
    section = TEXT.split("### Another proxy\n")[1].split("\n## ")[0]

    assert set(re.findall(r"^- `([\w.]+)`", section, re.M)) == {
        one.name for one in folder.iterdir()
    }


def test_traefik_closes_what_is_not_public_and_leads_to_the_port_of_the_server():
    http = yaml.safe_load((ROOT / "deploy/proxies/traefik.yaml").read_text("utf-8"))["http"]
    (router,) = http["routers"].values()
    (service,) = http["services"].values()
    closed = re.search(r"!PathRegexp\(`([^`]+)`\)", router["rule"])[1]

    assert all(re.search(closed, path) for path in ("/metrics", "/readyz", "/maps/metrics"))
    assert not any(re.search(closed, path) for path in ("/", "/images/cat", "/metrics/x"))
    assert service["loadBalancer"]["servers"] == [{"url": f"http://127.0.0.1:{of_image('EXPOSE')}"}]
    assert service["loadBalancer"]["serversTransport"] in http["serversTransports"]
