"""The Dockerfile passes the linter and agrees with the application. `make image-check` builds and runs it."""

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import app
from app.web.pages.health import router
from tests.deploy.files import (
    OTHERS,
    ROOT,
    SETTINGS,
    image_command,
    image_environment,
    of_image,
    stages,
)

DIGEST = r"@sha256:[0-9a-f]{64}"


@pytest.mark.skipif(sys.platform == "win32", reason="hadolint has no wheel for Windows")
def test_hadolint_finds_nothing():
    hadolint = Path(sys.executable).parent / "hadolint"
    done = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )

    assert done.stdout + done.stderr == ""


def test_all_stages_use_one_base_image_pinned_by_tag_and_digest():
    (argument, _), *built = stages()

    assert re.fullmatch(rf"PYTHON=\S+:3\.\d+\.\d+-slim-\w+{DIGEST}", argument[1])
    assert {stage[0][1].split()[0] for stage in built} == {"${PYTHON}"}


def test_the_label_names_the_pinned_base():
    argument, _ = stages()[0]
    base = re.sub(f"^PYTHON=|{DIGEST}$", "", argument[1])

    assert f'org.opencontainers.image.base.name="{base}"' in of_image("LABEL")


def test_the_label_carries_the_version():
    assert f'org.opencontainers.image.version="{app.__version__}"' in of_image("LABEL")


def test_the_label_and_the_notice_name_the_licences_of_all_packages():
    (label,) = re.findall(r'image\.licenses="([^"]+)"', of_image("LABEL"))
    with_heic = re.sub(r"\$\{HEIC:\+([^}]+)\}", r"\1", label).split(" AND ")
    without = re.sub(r"\$\{HEIC:\+[^}]+\}", "", label).split(" AND ")

    assert {"GPL-2.0-or-later", "LGPL-3.0-or-later"} == set(with_heic) - set(without)
    for licences in noticed().values():
        for name in re.split(r" AND ", licences):
            assert name in with_heic


def test_the_notice_names_every_package_of_the_image_with_the_licence_that_it_declares():
    locked = set(re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements.lock").read_text(), re.M))

    assert set(noticed()) == locked
    for name, licences in noticed().items():
        try:
            declared = metadata.metadata(name).json.get("license_expression")
        except metadata.PackageNotFoundError:
            continue  # not for this version of Python
        assert declared in (None, licences), name


def test_the_notice_names_the_libraries_inside_the_package_for_heic():
    bundled = metadata.files("pillow-heif") or []
    libraries = {
        found[1] for file in bundled if (found := re.match(r".*/lib([a-z0-9]+)-", str(file)))
    }

    assert libraries == {"heif", "de265", "x265"}
    text = (ROOT / "NOTICE").read_text("utf-8")
    assert all(re.search(rf"\b(lib)?{name}\b", text) for name in libraries)


def test_an_image_can_be_built_without_heic():
    (removes,) = (rest for name, rest in stages()[2] if name == "RUN" and "HEIC" in rest)

    assert ("ARG", "HEIC=on") in stages()[0]
    assert '[ -z "$HEIC" ]' in removes
    assert removes.endswith("uninstall --quiet --yes pillow-heif; fi")


def noticed() -> dict[str, str]:
    """Return the licence of each Python package in NOTICE."""
    section = (
        (ROOT / "NOTICE").read_text("utf-8").split("Python packages\n")[1].split("Others\n")[0]
    )
    return dict(re.findall(r"^([a-z0-9-]+) +([^;,\n]+)", section, re.M))


def test_the_build_context_contains_exactly_what_is_copied():
    copied = {
        source
        for stage in stages()
        for name, rest in stage
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    seen = re.findall(r"^!(.+)$", (ROOT / ".dockerignore").read_text("utf-8"), re.M)

    assert copied == set(seen)
    assert all((ROOT / name).exists() for name in copied)


def test_packages_are_installed_with_their_hashes():
    installs = re.findall(r"pip .*?install .*?-r ([\w.-]+)", str(stages()))

    assert set(installs) == {
        "requirements.lock",
        "requirements-node.lock",
        "requirements-translations.lock",
    }
    assert str(stages()).count("--require-hashes") == len(installs)


def test_the_image_runs_as_a_numbered_user_without_a_shell():
    names = [name for name, _ in stages()[-1]]

    assert "RUN" not in names
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", of_image("USER"))
    assert image_command()[:3] == ["python", "-m", "app"]
    assert 'CMD ["python"' in of_image("HEALTHCHECK")


def test_every_variable_that_the_image_sets_is_used():
    environment = image_environment()

    # That of NumPy is not ours.
    ours = environment.keys() - {"OPENBLAS_NUM_THREADS"}

    assert ours <= SETTINGS | OTHERS
    assert environment["DATA_DIR"] == environment["TMPDIR"] == of_image("VOLUME")


def test_the_volume_belongs_to_the_user():
    chowned = [rest for name, rest in stages()[-1] if name == "COPY" and "--chown" in rest]

    assert chowned == [
        f"--from=server --chown={of_image('USER')} {of_image('VOLUME')} {of_image('VOLUME')}"
    ]


def test_the_health_check_requests_an_existing_address_on_the_served_port():
    port = image_command()[image_command().index("--port") + 1]
    requested = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", of_image("HEALTHCHECK"))

    assert requested is not None
    assert requested[1] == of_image("EXPOSE") == port
    assert requested[2] in {route.path for route in router.routes().values()}
