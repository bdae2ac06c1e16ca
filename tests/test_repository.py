"""Properties of the whole checkout: versions, lock files, and what it must not contain."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = (
    "requirements.lock",
    "requirements-dev.lock",
    "requirements-node.lock",
    "requirements-translations.lock",
)
REGISTRIES = {
    f"{name}.{domain}"
    for name, domain in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb.debian", "org"),
    ]
}

EVERYWHERE = {"/", "/app", "/opt", "/srv", "/src", "/tmp", "/usr", "/usr/local", "/var"}


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Return the files that git tracks or would add, relative to the checkout."""
    if not shutil.which("git"):
        pytest.skip("git is not installed, so nothing says which files belong to the checkout")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("this folder is not a git checkout, so nothing says which files belong to it")
    return [Path(name) for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_mypy_checks_every_folder_that_contains_python(files):
    folders = {file.parts[0] for file in files if file.suffix == ".py" and len(file.parts) > 1}

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert folders == set(settings["tool"]["mypy"]["files"])


def test_no_file_contains_a_path_of_this_machine(files):
    here = {str(place) for place in (ROOT, ROOT.parent, Path.home(), sys.base_prefix)}
    homes = {f"/{name}" for name in ("home", "Users")}

    assert _naming(files, {f"{place}/" for place in here - EVERYWHERE | homes}) == []


def test_no_file_contains_the_host_of_a_package_registry(files):
    assert _naming(files, REGISTRIES) == []


def test_installed_packages_are_not_in_git(files):
    installed = [
        str(file)
        for file in files
        if {"node_modules", ".venv"} & set(file.parts)
        or file.is_relative_to("static/built")
        or file.name.endswith((".min.js", ".pyc"))
    ]

    assert installed == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_requirement_is_pinned_and_hashed(name):
    requirements = _requirements(name)

    assert requirements
    for requirement in requirements:
        assert re.match(r"[a-z0-9-]+==[0-9][^ ]*( ;| --hash)", requirement)
        assert re.search(r" --hash=sha256:[0-9a-f]{64}\b", requirement)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_does_not_say_where_packages_come_from(name):
    lock = (ROOT / name).read_text()

    assert "://" not in lock
    assert not re.search(r"^--|^-f|^-i| @ ", lock, re.M)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_file_contains_every_package_of_its_source(name):
    source = (ROOT / name).with_suffix(".in").read_text()
    requested = set(re.findall(r"^[a-z0-9-]+", source, re.M)) - {"-r", "-c"}

    assert requested <= {re.split("==", requirement)[0] for requirement in _requirements(name)}


def test_development_uses_the_same_versions_as_production():
    served, developed = (
        {requirement.split(" --hash")[0] for requirement in _requirements(name)}
        for name in ("requirements.lock", "requirements-dev.lock")
    )

    assert served <= developed
    assert set(_requirements("requirements-translations.lock")) <= set(
        _requirements("requirements-dev.lock")
    )


def test_torch_is_never_installed():
    assert not any(re.search("^torch|^nvidia", (ROOT / name).read_text(), re.M) for name in LOCKS)


@pytest.mark.parametrize("folder", [".", "tools/lighthouse"])
def test_every_npm_package_is_pinned_and_hashed_without_an_address(folder):
    packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]

    assert set(packages) > {""}

    for name, package in packages.items():
        if name:
            assert package["integrity"].startswith("sha512-")
            assert "resolved" not in package


def test_the_served_htmx_is_the_locked_one():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    served = (ROOT / "static/built/htmx.min.js").read_text("utf-8")

    assert packages["node_modules/htmx.org"]["version"] in served


def _requirements(name: str) -> list[str]:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = (re.sub(" +", " ", line) for line in text.splitlines())
    return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]


def _naming(files: list[Path], words: set[str]) -> list[str]:
    return [
        f"{file} names {word}"
        for file in files
        for word in words
        if word.encode() in (ROOT / file).read_bytes()
    ]


def test_the_audit_fails_when_a_package_could_not_be_looked_up():
    makefile = (ROOT / "Makefile").read_text("utf-8")

    assert re.search(r"pip_audit .*--strict", makefile)
