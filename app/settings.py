"""The operator's settings. This is the only module that reads them from the environment."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from app.host_limits import host_limits
from app.setting_values import (
    WEIGHT_FORMATS,
    read_cors_origins,
    read_frame_ancestors,
    read_language,
    read_level,
    read_link,
    read_path,
    read_public_url,
    read_root_path,
    read_store,
    read_text,
    read_weight_formats,
    read_whole,
)


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
    compute_mib: int = 400
    threads: int = field(default_factory=lambda: host_limits().threads)
    queue_length: int = 128
    grace_seconds: int = 20
    log_level: str = "info"
    root_path: str = ""
    public_url: str = ""
    frame_ancestors: str = "*"
    cors_origins: str = "*"
    samples_dir: str = ""
    lessons_dir: str = ""
    imprint_url: str = ""
    privacy_url: str = ""
    accessibility_url: str = ""
    language: str = ""


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
    "upload_megapixels": "largest number of megapixels of one picture; "
    "a JPEG counts as it is decoded, at a reduced size",
    "upload_side": "longest side decoded of one picture, in pixels",
    "decode_megapixels": "largest number of megapixels decoded at the same time",
    "max_multiply_adds": "largest number of multiply-adds in one forward pass",
    "max_pass_mib": "largest size of all maps of one forward pass, in MiB",
    "compute_mib": "memory for all that is computed at the same time, and for one view at most, in MiB",
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
    "imprint_url": "address of your imprint, a link at the foot of each page; if empty, there is none",
    "privacy_url": "address of your privacy statement, a link at the foot of each page; if empty, there is none",
    "accessibility_url": "address of your accessibility statement, a link at the foot of each page; "
    "if empty, there is none",
    "language": "language of pages whose address states none: en, es, de, fr or zh-Hans; "
    "if empty, the browser chooses on the start page, and other pages are in English; "
    "a value as systems set it, such as it, C or en_US:en, is ignored, and the log says so",
}
READERS: dict[str, Callable[[str, str], Any]] = {
    "data_dir": read_path,
    "store": read_store,
    "log_level": read_level,
    "root_path": read_root_path,
    "weight_formats": read_weight_formats,
    "public_url": read_public_url,
    "frame_ancestors": read_frame_ancestors,
    "cors_origins": read_cors_origins,
    "samples_dir": read_text,
    "lessons_dir": read_text,
    "imprint_url": read_link,
    "privacy_url": read_link,
    "accessibility_url": read_link,
    "language": read_language,
}


def from_env(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: a setting has an invalid value.
    """
    given: dict[str, Any] = {}
    for setting in fields(Settings):
        text = environment.get(setting.name.upper(), "")
        if text:
            given[setting.name] = READERS.get(setting.name, read_whole)(setting.name, text)
    return Settings(**given)
