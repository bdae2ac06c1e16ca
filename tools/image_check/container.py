"""A container of the image, run with the settings of compose.yaml on a loopback port."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import yaml

from tools.image_check.building import IMAGE, LIMITS, ROOT
from tools.image_check.engine import Engine, Failed

SECONDS_TO_START = 60
SHELLS = ("/usr/bin/bash", "/usr/bin/dash")


class Container:
    """A running container. `url` is its published address."""

    def __init__(self, engine: Engine, name: str) -> None:
        self.name = name
        self._engine = engine
        port = engine.podman("port", name, "8000").rpartition(":")[2]
        self.url = f"http://127.0.0.1:{port}"

    def seconds_to_health(self) -> float:
        """Wait until the container is healthy, and return how long that took, in seconds.

        Raises:
            Failed: it took too long; the message has its log.
        """
        began = time.monotonic()
        while time.monotonic() - began < SECONDS_TO_START:
            try:
                if httpx2.get(f"{self.url}/healthz", trust_env=False).status_code == 200:
                    return time.monotonic() - began
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        raise Failed(f"No health after {SECONDS_TO_START} s:\n{self._engine.log(self.name)}")

    def run(self, *command: str) -> str:
        """Run a command inside the container."""
        return self._engine.podman("exec", self.name, *command)

    def status(self) -> dict[str, str]:
        """Return the kernel's status of its first process, and the peak memory of its control group."""
        pid = self._engine.podman("inspect", "--format", "{{.State.Pid}}", self.name)
        return dict(re.findall(r"^(\w+):\s*(.*)$", Path(f"/proc/{pid}/status").read_text(), re.M))

    def stop(self) -> tuple[int, float]:
        """Send SIGTERM and return the exit code and the seconds until then."""
        began = time.monotonic()
        self._engine.podman("kill", "--signal", "TERM", self.name)
        code = int(self._engine.podman("wait", self.name))
        return code, time.monotonic() - began

    def written(self) -> list[str]:
        """Return the files that were changed or added outside volumes and temporary file systems."""
        return self._engine.podman("diff", self.name).splitlines()


@contextmanager
def running(engine: Engine, name: str, *flags: str) -> Iterator[Container]:
    """Run the image with `flags`, and remove the container at the end."""
    engine.podman(
        *("run", "--detach", "--name", name, "--publish", "127.0.0.1::8000"), *LIMITS, *flags, IMAGE
    )
    try:
        yield Container(engine, name)
    finally:
        engine.podman("rm", "--force", "--time", "0", "--volumes", name)


def as_composed() -> list[str]:
    """Return flags with the same limits as for the server in compose.yaml."""
    app = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]["app"]
    return [
        *(["--read-only"] if app["read_only"] else []),
        *(f"--tmpfs={mount}" for mount in app["tmpfs"]),
        *(f"--cap-drop={name}" for name in app["cap_drop"]),
        *(f"--security-opt={option.removesuffix(':true')}" for option in app["security_opt"]),
        f"--memory={_default(app['mem_limit'])}",
        f"--pids-limit={app['pids_limit']}",
    ]


def _default(text: str) -> str:
    return re.sub(r"^\$\{\w+:-(.+)\}$", r"\1", text)


def without_shell(folder: Path) -> list[str]:
    """Return flags that replace every shell by an empty file."""
    empty = folder / "empty"
    empty.touch()
    return [f"--volume={empty}:{shell}:ro" for shell in SHELLS]
