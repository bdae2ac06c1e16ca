"""Dependencies of the routes (the lab, the state in the address) and helpers that build answers of files.

The dependencies are quick, and async so that FastAPI does not run them in a thread.
"""

from dataclasses import replace
from typing import Annotated, cast

from fastapi import Depends, Response
from starlette.requests import Request

from app.engine.errors import check_range
from app.lab.lab import Lab
from app.lab.pieces.stack_facts import Source
from app.lab.pieces.tiles import TILES
from app.lab.state.state import State
from app.web.address.params import image_in, state_from_query, whole
from app.web.media_types import media_type
from app.web.rendering import urls_of

SUBMIT_MARK = "apply"  # sent by the submit button, which is only used without JavaScript


async def get_lab(request: Request) -> Lab:
    """Return the one lab of the application."""
    return cast(Lab, request.app.state.lab)


async def get_state(request: Request, image_id: str) -> State:
    """Return the state of an address below /images/{image_id}."""
    return state_from_query(image_id, request.query_params)


async def get_upload_state(request: Request) -> State:
    """Return the settings that are kept after an upload."""
    return state_from_query("", request.query_params)


async def get_import_state(request: Request) -> State:
    """Return the picture and the settings that are kept after an import of weights."""
    return state_from_query(image_in(request.query_params), request.query_params)


async def get_source(
    request: Request,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Source:
    """Return the source of the numbers in a file, in English, with absolute addresses."""
    urls = replace(urls_of(request, state), lang="")
    return Source(
        title=str(lab.pictures.title(state.image_id)),
        page=f"{urls.origin}{urls.lab}",
        trace=f"{urls.origin}{urls.exports.trace}",
    )


TheSource = Annotated[Source, Depends(get_source)]


def tile_in(request: Request, default: int) -> int:
    """Return how many pixels a side a picture may have at most, `tile` in the query.

    Raises:
        SpecError: it is not a number of pixels that works.
    """
    tile = whole("tile", request.query_params.get("tile", str(default)))
    check_range("tile", tile, TILES)
    return tile


def attachment(data: str | bytes, name: str) -> Response:
    """Answer with a file to save. `name` must be safe in a header: letters, digits, - and _."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=media_type(name))


def asks_half(request: Request) -> bool:
    """Tell whether a sheet is asked for in half its size."""
    shrink = whole("shrink", request.query_params.get("shrink", "1"))
    check_range("shrink", shrink, range(1, 3))
    return shrink == 2


def png(data: bytes) -> Response:
    """Answer with a picture. Its address contains everything it depends on (see caching)."""
    return Response(data, media_type="image/png")


def values(data: bytes) -> Response:
    """Answer with the values of a map. The address contains everything they depend on (see caching)."""
    return Response(data, media_type="application/octet-stream")
