"""The sample photographs, which need no upload: the shipped ones and those of the operator."""

import json
import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.lab.errors import SamplesUnusable
from app.lab.keep.views import SampleView
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import PictureError

LIST = "samples.json"
OWN_LIST = "samples.toml"
KEYS = {"id", "file", "title", "credit", "licence"}
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST = 31  # characters of an id; the ids of uploads have 32


class Samples:
    """Samples by readable id, in the order of their list; those of the operator's folder come first.

    `digest` changes whenever one of the operator's samples does.

    Raises:
        SamplesUnusable: `own` has no list, or an entry of it cannot work; the message names it.
    """

    def __init__(self, folder: Path, *, own: Path | None = None) -> None:
        entries = json.loads((folder / LIST).read_text(encoding="utf-8"))
        shipped = {entry["id"]: folder / entry.pop("file") for entry in entries}
        views = [SampleView(**entry) for entry in entries]
        self._own: dict[str, Path] = {}
        own_views: list[SampleView] = []
        if own:
            self._own, own_views = _read_own(own, set(shipped))
        self._files: dict[str, Path] = {**self._own, **shipped}
        self.views = (*own_views, *views)
        own_files = [own / OWN_LIST, *self._own.values()] if own else []
        self.digest = sha256(b"".join(path.read_bytes() for path in own_files)).hexdigest()

    def __contains__(self, sample_id: str) -> bool:
        return sample_id in self._files

    def may_change(self, sample_id: str) -> bool:
        """Return whether the picture with this id may change when the server restarts."""
        return sample_id in self._own

    def view(self, sample_id: str) -> SampleView:
        """Return the title and the credit of a sample."""
        return next(view for view in self.views if view.id == sample_id)

    def read(self, sample_id: str) -> bytes:
        """Return the file of a sample."""
        return self._files[sample_id].read_bytes()


def _read_own(folder: Path, taken: set[str]) -> tuple[dict[str, Path], list[SampleView]]:
    files: dict[str, Path] = {}
    views: list[SampleView] = []
    for number, entry in enumerate(_entries(folder), 1):
        name = f"entry {number} ({entry.get('id', 'without an id')})"
        fault = _fault(entry, taken | set(files)) or _fault_of_file(folder, str(entry["file"]))
        if fault:
            raise SamplesUnusable(f"SAMPLES_DIR: {name} of {folder / OWN_LIST} {fault}")
        files[entry["id"]] = folder / entry["file"]
        texts = {name: entry[name] for name in ("id", "title", "credit")}
        views.append(
            SampleView(**texts, terms=entry["licence"], source="the operator of this server")
        )
    return files, views


def _entries(folder: Path) -> list[dict[str, Any]]:
    path = folder / OWN_LIST
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("sample", [])
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise SamplesUnusable(f"SAMPLES_DIR: {path} cannot be read ({what}).") from error
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise SamplesUnusable(
            f"SAMPLES_DIR: {path} has no pictures; a table [[sample]] for each would work."
        )
    return list(entries)


def _fault(entry: Mapping[str, Any], taken: set[str]) -> str | None:
    wrong = sorted(KEYS ^ set(entry))
    if wrong:
        return (
            f"should have {', '.join(sorted(KEYS))} and nothing else; look at {', '.join(wrong)}."
        )
    empty = sorted(name for name in KEYS if not (isinstance(entry[name], str) and entry[name]))
    if empty:
        return f"has no text for {', '.join(empty)}."
    if not ID.fullmatch(entry["id"]) or len(entry["id"]) > LONGEST:
        return f"has the id {entry['id']!r}; up to {LONGEST} of a-z, 0-9 and - would work."
    return "has an id that another picture has." if entry["id"] in taken else None


def _fault_of_file(folder: Path, name: str) -> str | None:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return f"names {name}, which is not in the folder."
    try:
        decode(path.read_bytes())
    except OSError as error:
        return f"names {name}, which cannot be read ({error.strerror})."
    except PictureError as error:
        return f"names {name}, which cannot be shown: {error}"
    return None
