"""The operator's settings. This is the only module that reads them from the environment."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.messages import Refusal, sentence

WEIGHT_FORMATS = ("npz", "npy", "safetensors", "keras", "hdf5", "onnx")


class SettingsError(Refusal):
    """An environment variable has a value that cannot work."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The operator's settings. Each is the environment variable of the same name in capitals."""

    data_dir: Path = Path("var")
    store: str = field(default="", repr=False)  # it may contain a password
    image_hours: int = 24
    image_store_mib: int = 512
    weights_store_mib: int = 256
    weight_formats: str = ", ".join(WEIGHT_FORMATS)
    trace_cache_mib: int = 256
    upload_mib: int = 10
    upload_megapixels: int = 25
    upload_side: int = 10_000
    decode_megapixels: int = 32
    max_multiply_adds: int = 8_000_000_000
    max_pass_mib: int = 256
    threads: int = field(default_factory=lambda: usable_cores())  # defined below
    queue_length: int = 128
    grace_seconds: int = 20
    log_level: str = "info"
    root_path: str = ""
    public_url: str = ""
    frame_ancestors: str = "*"
    cors_origins: str = "*"
    samples_dir: str = ""
    lessons_dir: str = ""


MEANINGS = {
    "data_dir": "folder for uploaded pictures and imported weights; created if it does not exist",
    "store": "address of a Valkey or Redis server that keeps the uploads of several replicas: redis://host:6379/0 "
    "(or rediss, valkey, valkeys); its maxmemory limits their size",
    "image_hours": "hours for which an upload is kept",
    "image_store_mib": "largest size of all uploaded pictures together, in MiB; beyond it the oldest are deleted",
    "weights_store_mib": "largest size of all imported weights together, in MiB; beyond it the oldest are deleted",
    "weight_formats": "formats of weight files that are accepted, any of the default",
    "trace_cache_mib": "memory for computed maps that are kept for later requests, in MiB",
    "upload_mib": "largest size of one picture file, in MiB",
    "upload_megapixels": "largest number of megapixels in one picture",
    "upload_side": "longest side of one picture, in pixels",
    "decode_megapixels": "largest number of megapixels decoded at the same time",
    "max_multiply_adds": "largest number of multiply-adds in one forward pass",
    "max_pass_mib": "largest size of all maps of one forward pass, in MiB",
    "threads": "number of computations at the same time, and of threads that share one computation",
    "queue_length": "number of requests that may wait for a computation; others get 503 with Retry-After",
    "grace_seconds": "longest time to finish accepted requests when the server is stopped, in seconds",
    "log_level": "lowest level of messages in the log: debug, info, warning or error",
    "root_path": "path under which a proxy serves the pages, such as /convfold; "
    "the proxy may remove it or pass it on",
    "public_url": "scheme and host that readers use, such as https://convfold.example.org; "
    "if empty, they come from each request",
    "frame_ancestors": "sites that may embed a view, as in a Content-Security-Policy: *, 'self', 'none' or hosts",
    "cors_origins": "origins whose scripts may read the data of embedded views: * or a list; "
    "null means sandboxed frames",
    "samples_dir": "folder with your own sample pictures and a samples.toml; "
    "they come before the built-in samples; if empty, there are none",
    "lessons_dir": "folder with your own lessons and course plans, read when the server starts (see "
    "docs/lessons.md); if empty, there are none",
}
STORES = ("redis", "rediss", "valkey", "valkeys")  # rediss and valkeys use TLS
LOG_LEVELS = ("debug", "info", "warning", "error")


def usable_cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def from_env(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: a setting has an invalid value.
    """
    given: dict[str, Any] = {}
    for setting in fields(Settings):
        text = environment.get(setting.name.upper(), "")
        if text:
            given[setting.name] = READERS.get(setting.name, _positive)(setting.name, text)
    return Settings(**given)


def _positive(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise SettingsError(
        sentence(
            "{name} is {text!r}; a whole number above 0 would work.", name=name.upper(), text=text
        )
    )


def _formats(name: str, text: str) -> str:
    given = text.lower().replace(",", " ").split()
    if given and set(given) <= set(WEIGHT_FORMATS):
        return ", ".join(each for each in WEIGHT_FORMATS if each in given)
    raise SettingsError(
        sentence(
            "{name} is {text!r}; some of {formats} would work.",
            name=name.upper(),
            text=text,
            formats=", ".join(WEIGHT_FORMATS),
        )
    )


def _path(name: str, text: str) -> Path:
    return Path(text)


def _store(name: str, text: str) -> str:
    try:
        parts = urlsplit(text)
        good = parts.scheme in STORES and parts.hostname and parts.port != 0
    except ValueError:  # the port is not a number
        good = False
    if good and re.fullmatch(r"(/\d*)?", parts.path):
        return text
    # The value is not quoted, since it may contain a password.
    raise SettingsError(
        sentence(
            "{name} is not a valid address; redis://valkey:6379/0 would work.",
            name=name.upper(),
        )
    )


def _level(name: str, text: str) -> str:
    if text.lower() in LOG_LEVELS:
        return text.lower()
    raise SettingsError(
        sentence(
            "{name} is {text!r}; {levels} would work.",
            name=name.upper(),
            text=text,
            levels=", ".join(LOG_LEVELS),
        )
    )


def _text(name: str, text: str) -> str:
    return text


def _matching(pattern: str, words: str) -> Callable[[str, str], str]:
    def read(name: str, text: str) -> str:
        given = " ".join(text.replace(",", " ").split()).removesuffix("/")
        if re.fullmatch(pattern, given):
            return given
        raise SettingsError(
            sentence(
                "{name} is {text!r}; {words} would work.", name=name.upper(), text=text, words=words
            )
        )

    return read


ORIGIN = r"https?://[A-Za-z0-9._\-\[\]:]+"
SOURCE = r"[A-Za-z0-9.*:/_-]+"
READERS: dict[str, Callable[[str, str], Any]] = {
    "data_dir": _path,
    "store": _store,
    "log_level": _level,
    "weight_formats": _formats,
    "root_path": _matching(r"(/[A-Za-z0-9._~-]+)*", "a path such as /convfold"),
    "public_url": _matching(ORIGIN, "scheme and host such as https://convfold.example.org"),
    "frame_ancestors": _matching(
        rf"'none'|('self'|{SOURCE})( ('self'|{SOURCE}))*", "*, 'self', 'none' or hosts"
    ),
    "cors_origins": _matching(
        rf"\*|(null|{ORIGIN})( (null|{ORIGIN}))*", "* or origins such as https://course.example.org"
    ),
    "samples_dir": _text,
}
