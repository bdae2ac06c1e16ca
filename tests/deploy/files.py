"""Parses the container files: Dockerfile, compose files, Kubernetes objects, Caddyfile."""

import json
import re
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from app.settings import Settings

ROOT = Path(__file__).parents[2]
COMPOSE_FILES = ("compose.yaml", "compose.scale.yaml")
KUBERNETES = ROOT / "deploy/kubernetes.yaml"
SETTINGS = {field.name.upper() for field in fields(Settings)}
# Variables of uvicorn, Python and the system.
OTHERS = {
    "FORWARDED_ALLOW_IPS",
    "PATH",
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONUNBUFFERED",
    "TMPDIR",
}


def stages() -> list[list[tuple[str, str]]]:
    """Return the stages of the Dockerfile as pairs (instruction, arguments). The first precedes any FROM."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.M)
    found: list[list[tuple[str, str]]] = [[]]
    for line in filter(None, re.sub(r"\s*\\\n\s*", " ", text).splitlines()):
        name, _, rest = line.partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append((name, rest))
    return found


def of_image(name: str) -> str:
    """Return the arguments of an instruction that occurs once in the final stage."""
    (rest,) = (rest for found, rest in stages()[-1] if found == name)
    return rest


def image_environment() -> dict[str, str]:
    """Return the environment variables of the image."""
    return dict(pair.split("=", 1) for pair in of_image("ENV").split())


def image_command() -> list[str]:
    """Return the entrypoint of the image."""
    return list(json.loads(of_image("ENTRYPOINT")))


@cache
def services(name: str) -> dict[str, Any]:
    """Return the services of a compose file."""
    return dict(yaml.safe_load((ROOT / name).read_text("utf-8"))["services"])


@cache
def objects() -> list[dict[str, Any]]:
    """Return the objects of the Kubernetes file."""
    return list(yaml.safe_load_all(KUBERNETES.read_text("utf-8")))


def kubernetes(kind: str, name: str = "convfold") -> dict[str, Any]:
    """Return one object of the Kubernetes file."""
    (found,) = (o for o in objects() if o["kind"] == kind and o["metadata"]["name"] == name)
    return found


def caddyfile() -> str:
    """Return the configuration of the proxy."""
    return (ROOT / "deploy/Caddyfile").read_text("utf-8")
