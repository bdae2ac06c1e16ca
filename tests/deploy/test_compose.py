"""The compose files are valid and agree with the image, the proxy and the settings."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts

from app.settings import Settings
from app.web.gate.bodies import BODY_SECONDS
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
    assert service["pids_limit"]


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
    assert services("compose.yaml")["app"]["volumes"] == [
        f"uploads:{image_environment()['DATA_DIR']}"
    ]


def test_the_proxy_gets_the_variables_that_its_configuration_reads():
    read = dict(re.findall(r"\{\$(\w+):(\w+)\}", caddyfile()))
    given = services("compose.yaml")["proxy"]["environment"]
    added = services("compose.scale.yaml")["proxy"]["environment"]

    assert read.pop("UPSTREAM") in services("compose.yaml")
    assert added["UPSTREAM"] in services("compose.scale.yaml")
    assert given == {name: f"${{{name}:-{default}}}" for name, default in read.items()}


def test_proxy_and_server_have_the_same_upload_limit_and_the_server_answers_first():
    app, proxy = (services("compose.yaml")[name]["environment"] for name in ("app", "proxy"))
    more = re.search(r"max_size \{\$UPLOAD_MIB:(\d+)\}\.(\d+)MiB", caddyfile())

    assert app["UPLOAD_MIB"] == proxy["UPLOAD_MIB"]
    assert more is not None
    assert int(more[1]) == Settings().upload_mib
    assert float(f"0.{more[2]}") * 2**20 > FORM_OVERHEAD
    assert int(re.search(r"read_body (\d+)s", caddyfile())[1]) > BODY_SECONDS


def test_the_proxies_pass_weight_files_that_the_server_accepts():
    at_proxy = re.search(r"request_body @weights \{\s*max_size (\d+\.\d+)MiB", caddyfile())
    nginx = (ROOT / "deploy/nginx.conf").read_text()
    at_balancer = re.search(r"location ~ (\S+) \{\s*client_max_body_size (\d+)m;", nginx)

    assert WEIGHTS_LIMIT < float(at_proxy[1]) * 2**20 < WEIGHTS_LIMIT + 2**20
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


def test_the_container_is_killed_only_after_the_grace_period():
    assert services("compose.yaml")["app"]["stop_grace_period"].endswith("s")
    assert int(services("compose.yaml")["app"]["stop_grace_period"][:-1]) > Settings().grace_seconds


def test_replicas_share_a_store_that_exists():
    scaled = services("compose.scale.yaml")

    assert scaled["app"]["environment"]["STORE"] == "redis://valkey:6379/0"
    assert scaled["app"]["depends_on"] == {"valkey": {"condition": "service_healthy"}}
    assert scaled["valkey"]["networks"] == ["inside"]
