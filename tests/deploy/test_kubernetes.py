"""The Kubernetes file is valid, confines its pods, and agrees with the image and the settings."""

import httpx2
import kubernetes_validate
import pytest
import yaml
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from app.web.pages.health import router
from tests.deploy.files import (
    OTHERS,
    ROOT,
    SETTINGS,
    image_environment,
    kubernetes,
    objects,
    of_image,
    services,
)

OLDEST = "1.30"  # the first version with a preStop sleep that needs no feature gate
VERSIONS = (OLDEST, kubernetes_validate.latest_version())
DEPLOYMENTS = ("convfold", "valkey")


def pod(name="convfold"):
    return kubernetes("Deployment", name)["spec"]["template"]["spec"]


def container(name="convfold"):
    (only,) = pod(name)["containers"]
    return only


@pytest.mark.parametrize("version", VERSIONS)
def test_every_object_follows_the_schema_of_kubernetes(version):
    for one in objects():
        kubernetes_validate.validate(one, version, strict=True)


def test_the_schemas_refuse_a_field_that_does_not_exist():
    wrong = kubernetes("Service") | {"spec": {"selektor": {}}}

    with pytest.raises(kubernetes_validate.ValidationError, match="selektor"):
        kubernetes_validate.validate(wrong, OLDEST, strict=True)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_pods_follow_the_restricted_pod_security_standard(name):
    confined = pod(name)["securityContext"]

    assert confined["runAsNonRoot"] is True
    assert confined["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container(name)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(container(name)["resources"]["limits"])


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_selectors_find_the_pods(name):
    deployment = kubernetes("Deployment", name)["spec"]
    labels = deployment["template"]["metadata"]["labels"]

    assert deployment["selector"]["matchLabels"] == labels
    assert kubernetes("Service", name)["spec"]["selector"] == labels


def test_pods_run_as_the_user_of_the_image_on_a_volume_where_it_writes():
    confined = pod()["securityContext"]
    mounts = {mount["mountPath"] for mount in container()["volumeMounts"]}

    assert f"{confined['runAsUser']}:{confined['runAsGroup']}" == of_image("USER")
    assert confined["fsGroup"] == confined["runAsGroup"]
    assert mounts == {image_environment()["DATA_DIR"], "/tmp"}


def test_ports_lead_from_the_ingress_to_the_image():
    (port,) = container()["ports"]
    (service,) = kubernetes("Service")["spec"]["ports"]
    (rule,) = kubernetes("Ingress")["spec"]["rules"]
    (everything,) = (one for one in rule["http"]["paths"] if one["path"] == "/")
    backend = everything["backend"]["service"]

    assert str(port["containerPort"]) == of_image("EXPOSE")
    assert service["targetPort"] == port["name"]
    assert backend == {"name": "convfold", "port": {"name": service["name"]}}


def test_what_is_for_the_operator_leads_from_the_ingress_to_a_service_without_pods():
    (rule,) = kubernetes("Ingress")["spec"]["rules"]
    closed = {
        one["path"]: one["backend"]["service"]["name"]
        for one in rule["http"]["paths"]
        if one["pathType"] == "Exact"
    }

    assert closed == {"/metrics": "closed", "/readyz": "closed"}
    assert "selector" not in kubernetes("Service", "closed")["spec"]
    assert set(closed) <= {route.path for route in router.routes().values()}


def test_probes_request_addresses_that_exist():
    paths = {route.path for route in router.routes().values()}
    requested = {
        name: container()[f"{name}Probe"]["httpGet"]["path"]
        for name in ("startup", "liveness", "readiness")
    }

    assert requested == {"startup": "/healthz", "liveness": "/healthz", "readiness": "/readyz"}
    assert set(requested.values()) <= paths


def test_every_environment_variable_of_the_server_is_used():
    assert {variable["name"] for variable in container()["env"]} <= SETTINGS | OTHERS


def test_a_pod_is_killed_only_after_the_grace_period():
    asleep = container()["lifecycle"]["preStop"]["sleep"]["seconds"]

    assert pod()["terminationGracePeriodSeconds"] > asleep + Settings().grace_seconds


def test_the_autoscaler_and_the_disruption_budget_refer_to_the_deployment():
    scaler = kubernetes("HorizontalPodAutoscaler")["spec"]
    budget = kubernetes("PodDisruptionBudget")["spec"]

    assert scaler["scaleTargetRef"] == {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": kubernetes("Deployment")["metadata"]["name"],
    }
    assert scaler["minReplicas"] > budget["minAvailable"]
    assert budget["selector"] == kubernetes("Deployment")["spec"]["selector"]


def test_keda_scales_the_same_deployment_by_a_metric_that_the_server_has():
    scaled = yaml.safe_load((ROOT / "deploy/keda.yaml").read_text("utf-8"))["spec"]
    scaler = kubernetes("HorizontalPodAutoscaler")["spec"]
    queue, cpu = scaled["triggers"]
    asked = httpx2.URL(queue["metadata"]["url"])
    service = kubernetes("Service")["metadata"]

    assert scaled["scaleTargetRef"] == scaler["scaleTargetRef"]
    assert scaled["minReplicaCount"] == scaler["minReplicas"]
    assert scaled["maxReplicaCount"] == scaler["maxReplicas"]
    assert cpu["metadata"]["value"] == str(
        scaler["metrics"][0]["resource"]["target"]["averageUtilization"]
    )
    assert asked.host == f"{service['name']}.{service['namespace']}.svc"
    assert asked.port == container()["ports"][0]["containerPort"]  # KEDA asks each pod
    with TestClient(create_app(Settings())) as client:
        given = client.get(asked.path).text
    assert f"\n{queue['metadata']['valueLocation']} 0.0\n" in given


def test_valkey_is_configured_as_in_compose_and_reachable_only_from_the_server():
    composed = services("compose.scale.yaml")["valkey"]
    (rule,) = kubernetes("NetworkPolicy", "valkey")["spec"]["ingress"]
    confined = pod("valkey")["securityContext"]

    assert container("valkey")["args"] == composed["command"]
    assert container("valkey")["image"] == composed["image"]
    assert f"{confined['runAsUser']}:{confined['runAsGroup']}" == composed["user"]
    assert rule["from"] == [{"podSelector": kubernetes("Deployment")["spec"]["selector"]}]
