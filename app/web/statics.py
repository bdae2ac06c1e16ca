"""Serves static files: compressed at set-up, immutable below the current build, else revalidated each time."""

import os
import re
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

from app.web.address.version import BUILD
from app.web.gate.codings import accepted_codings
from app.web.media_types import is_text_file, media_type

BUILT = "built"
NEEDED = ("htmx.min.js", "live.js", "main.js", "print.css", "screen.css", "wall.js")
BUILD_FOLDER = re.compile(r"\d+\.\d+[^/]*-[0-9a-f]{10}")
IMMUTABLE = "public, max-age=31536000, immutable"
CODINGS = {"br": ".br", "gzip": ".gz"}  # the smaller first


class NotBuilt(Exception):
    """The scripts and style sheets of the pages are not there."""


def check_built(static: Path) -> None:
    """Check that the scripts and style sheets of the pages are there.

    Raises:
        NotBuilt: a file is missing.
    """
    missing = [name for name in NEEDED if not (static / BUILT / name).is_file()]
    if missing:
        raise NotBuilt(
            f"{static / BUILT / missing[0]} is missing: `make run` builds it, then starts the server,"
            " and `make build` only builds it."
        )


class VersionedStatics(StaticFiles):
    """Static files below a folder named after the build, so that relative imports of modules contain it too.

    A page from another build gets the files of this build, which it must revalidate. A file that has changed since
    the start, as while an update is installed, must be revalidated too: the address names the build before it.
    Of a file that was compressed when the scripts were built, a client gets the smallest copy that it accepts.
    """

    def __init__(self, *, directory: Path) -> None:
        super().__init__(directory=directory)
        found = [path.resolve() for path in directory.rglob("*") if path.is_file()]
        self._at_start = {str(path): _stamp(path.stat()) for path in found}
        copies = [path for end in CODINGS.values() for path in directory.rglob(f"*{end}")]
        self._copies = {path.relative_to(directory).as_posix() for path in copies}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the answer for a file."""
        build, mark, below = path.partition("/")
        versioned = bool(mark and BUILD_FOLDER.fullmatch(build))
        name = below if versioned else path
        response = await self._answer(name, scope)
        current = versioned and build == BUILD
        response.headers.setdefault("Cache-Control", IMMUTABLE if current else "no-cache")
        return response

    def file_response(
        self,
        full_path: PathLike,
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """Return the answer with a file, or that the client already has it."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        if self._at_start.get(str(full_path)) != _stamp(stat_result):
            response.headers["Cache-Control"] = "no-cache"
        return response

    async def _answer(self, name: str, scope: Scope) -> Response:
        codings = {one: f"{name}{end}" for one, end in CODINGS.items()}
        copies = {one: copy for one, copy in codings.items() if copy in self._copies}
        if not copies:
            response = await super().get_response(name, scope)
            if is_text_file(name):  # it may be packed on its way, so other bytes have the same tag
                response.headers["ETag"] = f"W/{response.headers['ETag']}"
            return response
        accepted = accepted_codings(scope)
        coding = next((one for one in copies if one in accepted), None)
        response = await super().get_response(copies[coding] if coding else name, scope)
        if coding and response.status_code == 200:
            response.headers["Content-Encoding"] = coding
            response.headers["Content-Type"] = media_type(name)
        return response


def _stamp(found: os.stat_result) -> tuple[int, int]:
    return found.st_size, found.st_mtime_ns
