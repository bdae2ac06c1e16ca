"""The files for Prometheus and Grafana, and the list of metrics in docs/operating.md, name what the server has."""

import json
import platform
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from app import __version__
from app.main import create_app
from app.settings import Settings
from tests.deploy.files import ROOT
from tools.scale.programs import RULES, Missing, find

FOLDER = ROOT / "deploy/monitoring"
OF_PROMETHEUS = {"up"}
NAME = re.compile(r"\b(?:convfold|process)_\w+|\bup\b")
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ?(.*?) ?\| (.+) \|$", re.M)


@pytest.fixture(scope="module")
def families(tmp_path_factory):
    """Every metric after a page, a refusal and a computation."""
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    with TestClient(app) as client:
        for path in ("/about", "/images/nothing", "/images/cat?size=32"):
            client.get(path)
        return list(text_string_to_metric_families(client.get("/metrics").text))


@pytest.fixture(scope="module")
def names(families) -> set[str]:
    return {sample.name for family in families for sample in family.samples}


def alerts() -> list[dict]:
    (group,) = yaml.safe_load((FOLDER / "alerts.yaml").read_text("utf-8"))["groups"]
    return group["rules"]


def queries() -> list[str]:
    board = json.loads((FOLDER / "grafana.json").read_text("utf-8"))
    return [target["expr"] for panel in board["panels"] for target in panel["targets"]]


def promtool(*arguments: str | Path) -> str:
    try:
        program = find(RULES)
    except Missing as reason:
        pytest.skip(f"Rules of Prometheus are not checked: {reason}")
    done = subprocess.run(
        [program.path, *arguments],
        env=program.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_list_of_metrics_is_that_of_the_server(families):
    documented = ROW.findall((ROOT / "docs/operating.md").read_text("utf-8"))
    real = {
        (
            family.name + ("_total" if family.type == "counter" else ""),
            family.type,
            ", ".join(f"`{name}`" for name in sorted(_labels(family))),
            family.documentation,
        )
        for family in families
    }

    assert sorted(documented) == sorted(real)


def test_the_build_is_told(families):
    (build,) = (one for one in families if one.name == "convfold_build_info")
    (sample,) = build.samples

    assert sample.labels == {"version": __version__, "python": platform.python_version()}
    assert sample.value == 1


def test_alerts_and_dashboard_name_metrics_that_exist(names):
    for text in (*(rule["expr"] for rule in alerts()), *queries()):
        found = set(NAME.findall(text))
        assert found
        assert found <= names | OF_PROMETHEUS
    assert len(alerts()) == 3


def test_the_dashboard_groups_by_labels_that_exist(families):
    labels = {name for family in families for sample in family.samples for name in sample.labels}

    for text in queries():
        for grouped in re.findall(r"by \(([^)]+)\)", text):
            assert set(grouped.split(", ")) <= labels | {"instance"}


def test_the_panels_do_not_overlap_and_have_their_own_ids():
    panels = json.loads((FOLDER / "grafana.json").read_text("utf-8"))["panels"]
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in panels)
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]

    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24
    assert len({panel["id"] for panel in panels}) == len(panels)


def test_prometheus_accepts_its_files():
    assert "3 rules found" in promtool("check", "config", FOLDER / "prometheus.yaml")


def test_the_alerts_fire_when_they_should():
    promtool("test", "rules", "tests/deploy/alerts_test.yaml")


def test_prometheus_understands_every_query_of_the_dashboard(tmp_path):
    rules = [
        {"record": f"panel:{number}", "expr": text.replace("$job", "convfold")}
        for number, text in enumerate(queries())
    ]
    file = tmp_path / "panels.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "panels", "rules": rules}]}))

    assert f"{len(rules)} rules found" in promtool("check", "rules", file)


def test_the_alerts_are_documented():
    text = (ROOT / "docs/operating.md").read_text("utf-8")

    for rule in alerts():
        assert f"`{rule['alert']}`" in text


def _labels(family) -> set[str]:
    return {name for sample in family.samples for name in sample.labels} - {"le"}
