"""What the operator can set, read from the environment here and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


class SettingsError(Exception):
    """An environment variable has a value that cannot work."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The operator's settings. Each is the environment variable of the same name in capitals."""

    data_dir: Path = Path("var")
    image_hours: int = 24
    image_store_mib: int = 512
    trace_cache_mib: int = 256
    upload_mib: int = 10
    upload_megapixels: int = 25
    upload_side: int = 10_000
    max_multiply_adds: int = 8_000_000_000
    max_pass_mib: int = 256
    threads: int = 2


MEANINGS = {
    "data_dir": "folder for uploaded pictures; made if missing",
    "image_hours": "hours that an upload is kept",
    "image_store_mib": "MiB that all uploads together may take; the oldest go first",
    "trace_cache_mib": "MiB of computed maps kept in memory",
    "upload_mib": "MiB that one upload may have",
    "upload_megapixels": "megapixels that one picture may have",
    "upload_side": "pixels that one side of a picture may have",
    "max_multiply_adds": "multiply-adds that one pass may cost",
    "max_pass_mib": "MiB that the maps of one pass may take",
    "threads": "threads that compute one pass",
}


def from_env(environment: Mapping[str, str]) -> Settings:
    """Read the settings from environment variables.

    Raises:
        SettingsError: a value is not what its setting takes.
    """
    given = {}
    for field in fields(Settings):
        text = environment.get(field.name.upper(), "")
        if text:
            given[field.name] = (
                Path(text) if field.name == "data_dir" else _positive(field.name, text)
            )
    return Settings(**given)  # type: ignore[arg-type]


def _positive(name: str, text: str) -> int:
    if text.isascii() and text.isdigit() and int(text) > 0:
        return int(text)
    raise SettingsError(f"{name.upper()} is {text!r}; a whole number above 0 would work.")
