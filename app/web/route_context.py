"""What the routes are handed: the lab, the state that the address describes, and answers of pictures.

These are quick, and async so that they need no thread of their own.
"""

import re
from typing import cast

from fastapi import Response
from starlette.requests import Request

from app.lab.lab import DEFAULT_SAMPLE, Lab
from app.lab.state.state import State
from app.web.address.params import state_from_query
from app.web.address.weights import IMAGE

SUBMIT_MARK = "apply"  # sent by the form's button, so only where no script runs
IMAGE_ID = re.compile(r"[a-z0-9-]{1,32}")


async def get_lab(request: Request) -> Lab:
    """Return the one lab of the application."""
    return cast(Lab, request.app.state.lab)


async def get_state(request: Request, image_id: str) -> State:
    """Return the state of an address below /images/{image_id}."""
    return state_from_query(image_id, request.query_params)


async def get_upload_state(request: Request) -> State:
    """Return the settings that an upload keeps."""
    return state_from_query("", request.query_params)


async def get_import_state(request: Request) -> State:
    """Return the picture and the settings that an import of weights keeps."""
    image_id = request.query_params.get(IMAGE, "")
    known = image_id if IMAGE_ID.fullmatch(image_id) else DEFAULT_SAMPLE
    return state_from_query(known, request.query_params)


def png(data: bytes) -> Response:
    """Answer a picture; its address holds everything that it depends on (see caching)."""
    return Response(data, media_type="image/png")


def values(data: bytes) -> Response:
    """Answer the values of a map; the address holds everything that they depend on (see caching)."""
    return Response(data, media_type="application/octet-stream")
