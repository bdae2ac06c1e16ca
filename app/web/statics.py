"""Static files, below the build for good and below /static for as long as they do not change."""

import re

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from app.web.build import BUILD

A_BUILD = re.compile(r"\d+\.\d+[^/]*-[0-9a-f]{10}")
FOR_GOOD = "public, max-age=31536000, immutable"


class VersionedStatics(StaticFiles):
    """Files that a page asks for below its build, so that modules which they import carry it too.

    A page that another build made gets the files of this one, to be asked for again.
    """

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer a file."""
        build, mark, below = path.partition("/")
        versioned = bool(mark and A_BUILD.fullmatch(build))
        response = await super().get_response(below if versioned else path, scope)
        lasting = versioned and build == BUILD
        response.headers["Cache-Control"] = FOR_GOOD if lasting else "no-cache"
        return response
