"""The sample photographs: those that are shipped, and those of the operator."""

import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from app.lab.errors import SamplesUnusable
from app.lab.keep.shipped_samples import SHIPPED
from app.lab.keep.views import SampleView
from app.messages import Message, sentence
from app.untrusted.pictures.decode import decode
from app.untrusted.pictures.errors import PictureError

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
        shipped = {view.id: folder / file for file, view in SHIPPED.items()}
        self._own: dict[str, Path] = {}
        own_views: list[SampleView] = []
        if own:
            self._own, own_views = _read_own(own, set(shipped))
        self._files: dict[str, Path] = {**self._own, **shipped}
        self.views = (*own_views, *SHIPPED.values())
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
        fault = _fault(entry, taken | set(files)) or _fault_of_file(folder, str(entry["file"]))
        if fault:
            named = entry.get("id", sentence("without an id"))
            raise SamplesUnusable(fault.having(number=number, id=named, list=folder / OWN_LIST))
        files[entry["id"]] = folder / entry["file"]
        texts = {name: entry[name] for name in ("id", "title", "credit")}
        views.append(
            SampleView(
                **texts, terms=entry["licence"], source=sentence("the operator of this server")
            )
        )
    return files, views


def _entries(folder: Path) -> list[dict[str, Any]]:
    path = folder / OWN_LIST
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("sample", [])
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise SamplesUnusable(
            sentence("SAMPLES_DIR: {path} cannot be read ({what}).", path=path, what=what)
        ) from error
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise SamplesUnusable(
            sentence(
                "SAMPLES_DIR: {path} has no pictures; a table [[sample]] for each would work.",
                path=path,
            )
        )
    return list(entries)


def _fault(entry: Mapping[str, Any], taken: set[str]) -> Message | None:
    wrong = sorted(KEYS ^ set(entry))
    if wrong:
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} should have {keys} and nothing else; look at {wrong}.",
            keys=", ".join(sorted(KEYS)),
            wrong=", ".join(wrong),
        )
    empty = sorted(name for name in KEYS if not (isinstance(entry[name], str) and entry[name]))
    if empty:
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} has no text for {keys}.",
            keys=", ".join(empty),
        )
    if not ID.fullmatch(entry["id"]) or len(entry["id"]) > LONGEST:
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} has the id {id!r}; up to {longest} of a-z, 0-9 and - "
            "would work.",
            longest=LONGEST,
        )
    if entry["id"] in taken:
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} has an id that another picture has."
        )
    return None


def _fault_of_file(folder: Path, name: str) -> Message | None:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} names {name}, which is not in the folder.",
            name=name,
        )
    try:
        decode(path.read_bytes())
    except OSError as error:
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} names {name}, which cannot be read ({reason}).",
            name=name,
            reason=error.strerror,
        )
    except PictureError as error:
        return sentence(
            "SAMPLES_DIR: entry {number} ({id}) of {list} names {name}, which cannot be shown: {reason}",
            name=name,
            reason=str(error),
        )
    return None
