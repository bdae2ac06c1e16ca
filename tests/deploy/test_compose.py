"""The compose files are valid and agree with the image, the proxy and the settings."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fastapi.routing import iter_route_contexts

from app.host_limits import HostLimits
from app.settings import Settings
from app.web.gate.bodies import BODY_SECONDS
from app.web.gate.request_limits import REFUSED_BODY
from app.web.pages import weights
from app.web.route_facts import FORM_OVERHEAD, WEIGHTS_LIMIT, declared_facts
from tests.deploy.files import (
    COMPOSE_FILES,
    OTHERS,
    ROOT,
    SETTINGS,
    caddyfile,
    image_environment,
    of_image,
    services,
)

EVERY_SERVICE = [
    pytest.param(service, id=f"{file}-{name}")
    for file in COMPOSE_FILES
    for name, service in services(file).items()
    if file == "compose.yaml"
    or name not in services("compose.yaml")  # which the other file extends
]


def test_the_files_follow_the_compose_specification():
    checker = Path(sys.executable).parent / "check-jsonschema"
    schema = ["--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run(
        [checker, *schema, *COMPOSE_FILES], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("service", EVERY_SERVICE)
def test_every_service_is_confined(service):
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["mem_limit"]
    assert service["cpus"]
    assert service["pids_limit"]


@pytest.mark.parametrize("service", EVERY_SERVICE)
def test_every_service_starts_again_and_its_logs_cannot_fill_the_disk(service):
    logging = service["logging"]

    assert service["restart"] == "unless-stopped"
    assert logging["driver"] in ("local", "json-file")
    assert re.fullmatch(r"\d+m", logging["options"]["max-size"])
    assert int(logging["options"]["max-file"]) <= 10


def test_everything_behind_the_proxy_has_a_health_check_and_is_awaited():
    scaled = services("compose.scale.yaml")

    assert services("compose.yaml")["app"]["healthcheck"]  # whose command the image has
    for name in ("balancer", "buffer", "valkey"):
        assert scaled[name]["healthcheck"]["test"][0] == "CMD"  # without a shell


def test_the_limits_of_the_server_can_be_set_in_the_file_of_settings():
    app = services("compose.yaml")["app"]

    assert app["mem_limit"] == "${MEMORY:-2g}"
    assert app["cpus"] == "${CPUS:-2}"
    assert (
        HostLimits(cores=16, quota=2, memory=2 * 2**30).threads == 2
    )  # both limits fit each other


@pytest.mark.parametrize("service", EVERY_SERVICE)
def test_external_images_are_pinned_by_tag_and_digest(service):
    if "build" not in service:
        assert re.fullmatch(r"\S+:[\d.]+-\w+@sha256:[0-9a-f]{64}", service["image"])


@pytest.mark.parametrize("file", COMPOSE_FILES)
def test_every_environment_variable_of_the_server_is_used(file):
    assert set(services(file)["app"]["environment"]) <= SETTINGS | OTHERS


def test_the_server_is_reached_through_the_proxy_only():
    app, proxy = (services("compose.yaml")[name] for name in ("app", "proxy"))

    assert "ports" not in app
    assert app["networks"] == ["inside"]
    assert proxy["depends_on"] == {"app": {"condition": "service_healthy"}}
    assert f"dynamic a {{$UPSTREAM:app}} {of_image('EXPOSE')} " in caddyfile()


def test_uploads_are_kept_on_a_volume_where_the_image_writes_them():
    first, *others = services("compose.yaml")["app"]["volumes"]

    assert first == f"uploads:{image_environment()['DATA_DIR']}"
    assert all(volume.endswith(":ro") for volume in others)


def test_own_samples_and_lessons_are_mounted_where_the_server_looks_for_them():
    app = services("compose.yaml")["app"]
    declared = yaml.safe_load((ROOT / "compose.yaml").read_text())["volumes"]

    for name in ("SAMPLES_DIR", "LESSONS_DIR"):
        inside = re.fullmatch(rf"\${{{name}:\+(/\w+)}}", app["environment"][name])[1]
        volume = f"${{{name}:-{inside[1:]}}}:{inside}:ro"
        assert volume in app["volumes"]
        assert inside[1:] in declared  # what is mounted where there is no folder


def test_the_proxy_gets_the_variables_that_its_configuration_reads():
    read = dict(re.findall(r"\{\$(\w+):(\w+)\}", caddyfile()))
    given = services("compose.yaml")["proxy"]["environment"]
    added = services("compose.scale.yaml")["proxy"]["environment"]

    assert read.pop("UPSTREAM") in services("compose.yaml")
    assert added["UPSTREAM"] in services("compose.scale.yaml")
    assert given == {name: f"${{{name}:-{default}}}" for name, default in read.items()}


def test_proxy_and_server_have_the_same_upload_limit_and_the_server_answers_first():
    app, proxy = (services("compose.yaml")[name]["environment"] for name in ("app", "proxy"))
    refused = re.search(
        r"Content-Length\}\) > \{\$UPLOAD_MIB:(\d+)\} \* 1048576 \+ (\d+)`", caddyfile()
    )
    more = re.search(r"max_size \{\$UPLOAD_MIB:(\d+)\}\.(\d+)MiB", caddyfile())

    assert app["UPLOAD_MIB"] == proxy["UPLOAD_MIB"]
    assert more is not None
    assert int(more[1]) == Settings().upload_mib
    assert float(f"0.{more[2]}") * 2**20 == int(refused[2]) > FORM_OVERHEAD
    assert refused[1] == more[1]
    assert int(re.search(r"read_body (\d+)s", caddyfile())[1]) > BODY_SECONDS


def test_the_proxies_pass_weight_files_that_the_server_accepts():
    at_proxy = re.search(r"request_body @weights \{\s*max_size (\d+\.\d+)MiB", caddyfile())
    nginx = (ROOT / "deploy/nginx.conf").read_text()
    declared = re.search(r"Content-Length\}\) > (\d+)`", caddyfile())
    at_balancer = re.search(r"location ~ (\S+) \{\s*client_max_body_size (\d+)m;", nginx)

    assert WEIGHTS_LIMIT < float(at_proxy[1]) * 2**20 < WEIGHTS_LIMIT + 2**20
    assert float(at_proxy[1]) * 2**20 == int(declared[1])
    assert WEIGHTS_LIMIT < int(at_balancer[2]) * 2**20 <= WEIGHTS_LIMIT + 2**20
    routes = iter_route_contexts(weights.router.api.routes)
    taking = [
        one.path or ""
        for one in routes
        if (facts := declared_facts(one.original_route)) and facts.body == "weights"
    ]
    assert len(taking) == 4
    for address in taking:
        assert re.search(at_balancer[1], address)
        named = [line for line in caddyfile().splitlines() if "*/weights" in line]
        assert all(any(address.endswith(end[1:]) for end in line.split()) for line in named)


def test_a_body_that_a_proxy_refuses_gets_the_page_of_the_server():
    nginx = (ROOT / "deploy/nginx.conf").read_text()
    asked = REFUSED_BODY.title()

    assert f"header_up {asked} 1" in caddyfile()
    assert f"proxy_set_header {asked} 1;" in nginx
    # A location with an error page of its own does not have those around it.
    own = [part for part in nginx.split("location ")[1:] if "error_page" in part.split("}")[0]]
    assert len(own) == 2
    assert all("error_page 413 = @too_large;" in part.split("}")[0] for part in own)


def test_the_proxy_does_not_wait_for_the_rest_of_a_body_that_was_answered():
    (sending,) = re.findall(r"@sending expression `(.+)`", caddyfile())

    assert (
        '{http.request.proto} == "HTTP/1.1"' in sending
    )  # with HTTP/2 it would end other requests
    assert "header @sending Connection close" in caddyfile()


def test_a_request_that_fails_does_not_close_the_server_to_others():
    lines = [line for line in caddyfile().splitlines() if not line.strip().startswith("#")]

    assert not [line for line in lines if "fail_duration" in line]  # a body too large would count


def test_metrics_and_readiness_are_closed_at_both_proxies():
    nginx = (ROOT / "deploy/nginx.conf").read_text()
    (closed,) = re.findall(r"location ~ (\S+) \{\s*return 404;", nginx)

    assert (
        "@numbers path /metrics */metrics /readyz */readyz\n\trespond @numbers 404" in caddyfile()
    )
    for path in ("/metrics", "/readyz", "/course/readyz"):
        assert re.search(closed, path)
    for path in ("/healthz", "/metricsx", "/images/metrics.png"):
        assert not re.search(closed, path)


def test_the_container_is_killed_only_after_the_grace_period():
    assert services("compose.yaml")["app"]["stop_grace_period"].endswith("s")
    assert int(services("compose.yaml")["app"]["stop_grace_period"][:-1]) > Settings().grace_seconds


def test_replicas_share_a_store_that_exists():
    scaled = services("compose.scale.yaml")

    assert scaled["app"]["environment"]["STORE"] == "redis://valkey:6379/0"
    assert scaled["app"]["depends_on"] == {"valkey": {"condition": "service_healthy"}}
    assert scaled["valkey"]["networks"] == ["inside"]
