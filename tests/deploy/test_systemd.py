"""The unit for systemd starts what `make install` made, with the limits of the container."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import Settings
from tests.deploy.files import OTHERS, ROOT, SETTINGS, image_command, image_environment, services

FOLDER = "/opt/convfold"
TEXT = (ROOT / "deploy/convfold.service").read_text("utf-8")


def values(name: str) -> list[str]:
    return re.findall(rf"^{name}=(.*)$", TEXT, re.M)


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for line in values("Environment") for pair in line.split())


def test_systemd_accepts_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd is not installed")
    bin_folder = tmp_path / "checkout/.venv/bin"
    bin_folder.mkdir(parents=True)
    (bin_folder / "python").symlink_to(Path(sys.executable).resolve())
    unit = tmp_path / "convfold.service"
    unit.write_text(TEXT.replace(FOLDER, str(tmp_path / "checkout")))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--recursive-errors=no", unit],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_it_has_the_limits_and_the_environment_of_the_container():
    app = services("compose.yaml")["app"]
    quota = int(values("CPUQuota")[0].removesuffix("%")) / 100
    image = image_environment()

    assert values("MemoryMax")[0].lower() == app["mem_limit"].split(":-")[1].rstrip("}")
    assert quota == float(app["cpus"].split(":-")[1].rstrip("}"))
    assert int(values("TasksMax")[0]) == app["pids_limit"]
    assert int(values("TimeoutStopSec")[0]) > Settings().grace_seconds
    assert set(environment()) <= SETTINGS | OTHERS | set(image)
    for name in image.keys() - {"PATH", "DATA_DIR", "TMPDIR", "PYTHONUNBUFFERED"}:
        assert environment()[name] == image[name]


def test_it_starts_the_command_of_the_image_on_this_computer_only():
    (command,) = values("ExecStart")

    expected = " ".join(image_command()).replace("0.0.0.0", "127.0.0.1")
    assert command == f"{FOLDER}/.venv/bin/{expected}"
    assert values("WorkingDirectory") == [FOLDER]


def test_data_and_temporary_files_are_in_the_state_directory_of_a_read_only_system():
    (folder,) = values("StateDirectory")

    assert environment()["DATA_DIR"] == environment()["TMPDIR"] == f"/var/lib/{folder}"
    assert values("ProtectSystem") == ["strict"]


def test_the_system_calls_of_landlock_are_allowed_by_name():
    """Old releases of systemd do not have these calls in @system-service."""
    assert "landlock_create_ruleset" in values("SystemCallFilter")[1]
    assert "landlock_restrict_self" in values("SystemCallFilter")[1]


def test_it_is_started_again_unless_it_exited_with_status_2():
    assert values("Restart") == ["always"]
    assert values("RestartPreventExitStatus") == ["2"]


def test_every_documented_command_for_the_checkout_of_root_uses_sudo():
    documented = "".join(
        (ROOT / f"docs/{name}.md").read_text("utf-8") for name in ("operating", "self-hosting")
    )
    blocks = re.findall(r"```sh\n(.*?)```", documented, re.S)
    commands = [
        command
        for block in blocks
        if "systemctl" in block
        for line in block.splitlines()
        for command in line.partition("#")[0].split("&&")
    ]

    assert {command.split()[0] for command in commands} == {"sudo"}
    assert f"sudo git -C {FOLDER} checkout" in documented
    assert f"sudo make -C {FOLDER} install" in documented
