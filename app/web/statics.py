"""Serves static files: immutable below the current build, otherwise revalidated on each request."""

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
    """Static files below a folder named after the build, so that relative imports of modules contain it too.

    A page from another build gets the files of this build, which it must revalidate. The imports of the style
    sheet `sheet` are inlined, since they would be half of the requests of a page.
    """

    def __init__(self, *, directory: Path, sheet: str) -> None:
        super().__init__(directory=directory)
        self._folder = directory
        self._sheet = sheet

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the answer for a file."""
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
