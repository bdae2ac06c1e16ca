"""The limits in docs/self-hosting.md agree with the deployment files."""

import re

from app.settings import Settings, usable_cores
from app.web.gate.clients import BODY_SECONDS, GAP_SECONDS
from tests.deploy.files import ROOT, caddyfile, of_image, services

TEXT = (ROOT / "docs/self-hosting.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([^|`]+) \| ([^|]+) \|", TEXT, re.M))


def test_the_proxy_has_the_documented_limits():
    documented = ROWS["time for the headers of a request"], ROWS["size of the headers"]
    header, size = re.search(
        r"max_header_size (\d+)KB[^}]*read_header (\d+)s", caddyfile()
    ).groups()

    assert documented == (f"{size} s", f"{header} KB")
    assert ROWS["time for a body"] == (
        f"{BODY_SECONDS:.0f} s, with no pause above {GAP_SECONDS:.0f} s; "
        f"{re.search(r'read_body (.+)s', caddyfile())[1]} s at the proxy"
    )


def test_the_documented_defaults_are_those_of_the_settings():
    settings = Settings()

    assert ROWS["size of a picture"] == (
        f"{settings.upload_megapixels} megapixels, {settings.upload_side:,} pixels a side"
    )
    assert ROWS["work and memory of one forward pass"] == (
        f"{settings.max_multiply_adds // 10**9} G multiply-adds, {settings.max_pass_mib} MiB"
    )
    assert ROWS["computations at the same time"] == "one for each core"
    assert settings.threads == usable_cores()
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
    assert f"--memory {app['mem_limit']}" in flags
    assert f"--pids-limit {app['pids_limit']}" in flags
    assert f"--stop-timeout {app['stop_grace_period'].removesuffix('s')}" in flags
    assert ROWS["time to finish when stopped"] == (
        f"{Settings().grace_seconds} s; the container is killed after "
        f"{app['stop_grace_period'].removesuffix('s')} s"
    )


def test_the_user_and_the_memory_of_both_services_are_documented():
    limits = {name: one["mem_limit"] for name, one in services("compose.yaml").items()}

    assert f"user {of_image('USER').partition(':')[0]}" in TEXT
    assert limits == {"app": "2g", "proxy": "256m"}
    assert ROWS["memory"] == "2 GiB for the server, 256 MiB for the proxy"
