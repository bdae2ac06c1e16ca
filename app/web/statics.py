"""Static files, below the build for good and below /static for as long as they do not change."""

import hashlib
import re
from pathlib import Path

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from app.web.address.version import BUILD

BUILD_FOLDER = re.compile(r"\d+\.\d+[^/]*-[0-9a-f]{10}")
IMMUTABLE = "public, max-age=31536000, immutable"
IMPORT = re.compile(r'^@import "([^"]+)";$', re.MULTILINE)


class VersionedStatics(StaticFiles):
    """Files that a page asks for below its build, so that modules which they import carry it too.

    A page that another build made gets the files of this one, to be asked for again. What the style sheet `sheet`
    imports is answered with it: one by one, they would be half of a page's requests.
    """

    def __init__(self, *, directory: Path, sheet: str) -> None:
        super().__init__(directory=directory)
        self._folder = directory
        self._sheet = sheet

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a file."""
        build, mark, below = path.partition("/")
        versioned = bool(mark and BUILD_FOLDER.fullmatch(build))
        name = below if versioned else path
        joined = name == self._sheet and scope["method"] in ("GET", "HEAD")
        response = self._join(scope) if joined else await super().get_response(name, scope)
        current = versioned and build == BUILD
        response.headers["Cache-Control"] = IMMUTABLE if current else "no-cache"
        return response

    def _join(self, scope: Scope) -> Response:
        sheet = self._folder / self._sheet
        folder = sheet.parent
        text = IMPORT.sub(
            lambda found: (folder / found[1]).read_text("utf-8"), sheet.read_text("utf-8")
        )
        tag = f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'
        if Headers(scope=scope).get("if-none-match") == tag:
            return NotModifiedResponse(Headers({"ETag": tag}))
        return Response(text, headers={"ETag": tag}, media_type="text/css")
