"""Buildah and Podman with their own temporary storage."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PACKAGES = ("buildah", "containernetworking-plugins", "iptables", "mmdebstrap", "podman", "runc")
TOOLS = ("buildah", "iptables", "mmdebstrap", "podman", "runc")
BRIDGE = "cni-podman0"  # created by Podman for the first container, and left behind
QUIET = subprocess.DEVNULL


class Failed(Exception):
    """A command failed; the message is the end of its output."""


class Engine:
    """Runs Buildah and Podman on the storage in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._storage = [
            *("--root", str(folder / "storage"), "--runroot", str(folder / "run")),
            *("--storage-driver", _driver(folder)),
        ]

    def buildah(self, *arguments: str) -> str:
        """Run a command of Buildah; a build needs no namespaces, only root."""
        return run("buildah", *self._storage, *arguments, BUILDAH_ISOLATION="chroot")

    def podman(self, *arguments: str) -> str:
        """Run a command of Podman."""
        flags = ("--runtime", "runc", "--cgroup-manager", "cgroupfs")
        return run("podman", *self._storage, *flags, *arguments)

    def log(self, name: str) -> str:
        """Return what a container wrote, its errors included."""
        return run("sh", "-c", 'podman "$@" 2>&1', "podman", *self._storage, "logs", name)


@contextmanager
def engine(folder: Path) -> Iterator[Engine]:
    """Yield an engine with its storage in `folder`, and remove everything that it made afterwards.

    Raises:
        Failed: this is not Debian or Ubuntu, or not run as root.
    """
    _install()
    had_bridge = (Path("/sys/class/net") / BRIDGE).exists()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    made = Engine(folder)
    try:
        yield made
    finally:
        made.podman("rm", "--all", "--force", "--time", "0", "--volumes")
        if not had_bridge and (Path("/sys/class/net") / BRIDGE).exists():
            run("ip", "link", "delete", BRIDGE)
        shutil.rmtree(folder)


def run(*command: str, **environment: str) -> str:
    """Run a command and return its output.

    Raises:
        Failed: its exit code is not 0.
    """
    done = subprocess.run(
        command,
        stdin=QUIET,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | environment,
    )
    if done.returncode:
        words = (done.stdout + done.stderr).strip()[-2000:]
        raise Failed(f"{' '.join(command)} ended with {done.returncode}:\n{words}")
    return done.stdout.strip()


def _driver(folder: Path) -> str:
    inside = run("stat", "--file-system", "--format=%T", str(folder)) == "overlayfs"
    overlays = "\toverlay\n" in Path("/proc/filesystems").read_text()
    return "overlay" if overlays and not inside else "vfs"


def _install() -> None:
    if all(map(shutil.which, TOOLS)):
        return _need_root()
    if not Path("/etc/debian_version").exists():
        raise Failed(f"This needs Debian or Ubuntu, or these programs: {', '.join(TOOLS)}.")
    _need_root()
    apt = ("apt-get", "-qq")
    run(*apt, "update")
    run(
        *apt,
        "install",
        "-y",
        "--no-install-recommends",
        *PACKAGES,
        DEBIAN_FRONTEND="noninteractive",
    )


def _need_root() -> None:
    if os.geteuid():
        raise Failed("Building without a container engine needs root: sudo make image-check")
