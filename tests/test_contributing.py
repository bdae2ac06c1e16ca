"""The tools for contributors agree: pre-commit hooks, workflows, make targets and the changelog."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import yaml

import app

ROOT = Path(__file__).parents[1]
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))


def steps() -> list[dict[str, Any]]:
    jobs = [job for path in WORKFLOWS for job in yaml.safe_load(path.read_text())["jobs"].values()]
    return [step for job in jobs for step in job["steps"]]


def test_workflows_follow_their_schema_and_have_a_timeout():
    checker = Path(sys.executable).parent / "check-jsonschema"
    for schema in ("vendor.github-workflows", "custom.github-workflows-require-timeout"):
        done = subprocess.run(
            [checker, "--builtin-schema", schema, *WORKFLOWS], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout


def test_third_party_actions_are_pinned_by_commit():
    used = [step["uses"] for step in steps() if "uses" in step]

    assert used
    assert all(re.fullmatch(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}", one) for one in used)


def test_all_tests_run_on_the_oldest_python_and_on_the_python_of_the_image():
    workflow = yaml.safe_load((ROOT / ".github/workflows/test.yml").read_text())
    tested = workflow["jobs"]["test"]["strategy"]["matrix"]["python"]
    oldest = re.search(r"sys.version_info < \((\d+), (\d+)\)", MAKEFILE)
    served = re.search(r"python:(\d+\.\d+)\.", (ROOT / "Dockerfile").read_text())

    assert oldest is not None
    assert served is not None
    assert tested == [".".join(oldest.groups()), served[1]]
    assert {"make test", "make thorough"} <= {step.get("run") for step in steps()}


def test_pre_commit_runs_the_tools_of_make_check():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    recipe = re.search(r"^check: .* biome ##.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)

    assert recipe is not None
    by_make = re.findall(r"^\t\$\(BIN\)/([\w-]+)", recipe[1], re.MULTILINE)
    assert [hook["entry"].split()[0] for hook in hooks] == [
        "make",  # for Biome, since make finds Node.js
        *(f".venv/bin/{tool}" for tool in by_make),
    ]


def test_every_target_is_in_the_table_of_contributing():
    targets = set(re.findall(r"^([a-z-]+):.* ## ", MAKEFILE, re.MULTILINE))
    documented = set(re.findall(r"`make ([a-z-]+)", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))

    assert documented == targets


def test_the_changelog_lists_this_version_first_and_older_ones_below():
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    if headings[0] == "Unreleased":
        headings = headings[1:]
    releases = [re.fullmatch(r"(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)", one) for one in headings]
    dates = [date.fromisoformat(one[2]) for one in releases if one]

    assert len(dates) == len(headings)
    assert releases[0] is not None
    assert releases[0][1] == app.__version__
    assert dates == sorted(dates, reverse=True)


def test_the_example_for_kubernetes_runs_this_version():
    assert f"convfold:{app.__version__}\n" in (ROOT / "deploy/kubernetes.yaml").read_text()
