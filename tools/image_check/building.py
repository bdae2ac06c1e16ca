"""Builds the unchanged Dockerfile on a substitute for its base image, made of Debian's packages."""

import re
import shutil
import ssl
import sys
from pathlib import Path

from tools.image_check.engine import Engine, Failed, run

ROOT = Path(__file__).parents[2]
BASE = "localhost/python"
IMAGE = "localhost/convfold"
WITHOUT_HEIC = "localhost/convfold-without-heic"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"  # same path in the base image and in Debian
PACKAGES = (
    "ca-certificates",
    "netbase",
    "python-is-python3",
    "python3-pip",
    "python3-venv",
    "tzdata",
)
UNREAD = ("man", "doc", "locale")  # the slim images have none either
PIP_SETTINGS = ("index-url", "extra-index-url", "proxy", "trusted-host", "timeout")
NPM_SETTINGS = ("registry", "proxy", "https-proxy", "noproxy")


def make_base(engine: Engine) -> str:
    """Make the substitute base image; return its Debian release and Python version, as in the Dockerfile."""
    wanted = re.search(r"^ARG PYTHON=\S+:(3\.\d+)\.\d+-slim-(\w+)@", dockerfile(), re.M)
    if not wanted:
        raise Failed("The Dockerfile's base is not python:3.x.y-slim-RELEASE@DIGEST.")
    tar = engine.folder / "base.tar"
    excluded = [
        "--dpkgopt=force-unsafe-io",
        *(f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in UNREAD),
    ]
    included = f"--include={','.join(PACKAGES)}"
    run("mmdebstrap", "--quiet", "--variant=minbase", included, *excluded, wanted[2], str(tar))
    engine.podman("import", "--quiet", str(tar), BASE)
    tar.unlink()
    version = run_in(engine, BASE, "python", "--version").split()[1]
    if not version.startswith(f"{wanted[1]}."):
        raise Failed(f"The stand-in has Python {version}, the Dockerfile's base {wanted[1]}.")
    return f"Debian {wanted[2]}, Python {version}"


def build(engine: Engine, image: str = IMAGE, *arguments: str) -> None:
    """Build an image with build arguments, and with this machine's settings for package registries."""
    volumes = [
        f"--volume={host}:{inside}:ro" for host, inside in _registries(engine.folder).items()
    ]
    given = [f"--build-arg={argument}" for argument in (f"PYTHON={BASE}", *arguments)]
    engine.buildah(
        *("bud", "--format", "docker", "--pull-never", *given, *volumes, "--tag", image, str(ROOT))
    )


def megabytes(engine: Engine, image: str) -> float:
    """Return the uncompressed size of an image in megabytes."""
    return int(engine.podman("image", "inspect", "--format", "{{.Size}}", image)) / 1e6


def run_in(engine: Engine, image: str, *command: str) -> str:
    """Run a command in a new container and return its output."""
    return engine.podman("run", "--rm", "--network", "none", *LIMITS, image, *command)


def dockerfile() -> str:
    """Return the text of the Dockerfile."""
    return (ROOT / "Dockerfile").read_text("utf-8")


LIMITS = ("--no-healthcheck", "--ulimit=nofile=1024:4096", "--ulimit=nproc=4096:4096")


def _registries(folder: Path) -> dict[Path, str]:
    pip, npm = folder / "pip.conf", folder / "npmrc"
    pip.write_text("\n".join(["[global]", f"cert = {CERTIFICATES}", *_pip_settings(), ""]))
    npm.write_text("\n".join([f"cafile={CERTIFICATES}", *_npm_settings(), ""]))
    bundle = Path(ssl.get_default_verify_paths().cafile or CERTIFICATES)
    return {pip: "/etc/pip.conf", npm: "/page/.npmrc", bundle.resolve(): CERTIFICATES}


def _pip_settings() -> list[str]:
    listed = run(sys.executable, "-m", "pip", "config", "list")
    found = dict(re.findall(r"^(?:global|:env:)\.([a-z-]+)='(.*)'$", listed, re.M))
    return [
        f"{name} = {found[name]}"
        for name in PIP_SETTINGS
        if "file:" not in found.get(name, "file:")
    ]


def _npm_settings() -> list[str]:
    npm = shutil.which("npm") or shutil.which("npm", path=str(Path(sys.executable).parent))
    if npm is None:
        return []
    given = {name: run(npm, "config", "get", name) for name in NPM_SETTINGS}
    return [
        f"{name}={value}" for name, value in given.items() if value not in ("null", "undefined", "")
    ]
