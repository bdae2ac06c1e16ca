"""Imports follow the contracts between packages, and `make run` installs everything that is imported."""

import re
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import grimp
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parents[1]


def test_the_import_contracts_hold(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)

    assert lint_imports(cache_dir=str(tmp_path)) == EXIT_STATUS_SUCCESS


def test_the_app_imports_only_what_its_lock_installs():
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.M))
    distributions = packages_distributions()

    for package in sorted(_third_party_packages()):
        names = {_normal(name) for name in distributions[package]}
        assert names & locked, f"app imports {package}, which requirements.lock does not install"


def _third_party_packages() -> set[str]:
    graph = grimp.build_graph("app", include_external_packages=True, cache_dir=None)
    tops = {module.partition(".")[0] for module in graph.modules}
    return tops - {"app"} - sys.stdlib_module_names


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
