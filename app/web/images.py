"""Pictures: upload, the lab of one, and what can be fetched of it."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, File, Response, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, StreamingResponse

from app.lab.lab import Lab
from app.lab.state import State
from app.web import htmx
from app.web.context import SUBMIT_MARK, get_lab, get_state, get_upload_state, png
from app.web.rendering import render, urls_of, wants_json

router = APIRouter()


@router.post("/images", name="upload")
def upload(
    request: Request,
    file: Annotated[UploadFile, File()],
    state: Annotated[State, Depends(get_upload_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Take in a picture and lead to its lab; settings in the query are kept."""
    added = lab.add_image(file.file.read())
    its = replace(state, image_id=added.id)
    lab.drawings.ahead(its)
    url = urls_of(request, its).lab
    if wants_json(request):
        body = {"id": added.id, "url": url, "height": added.height, "width": added.width}
        return JSONResponse(
            {**body, "notes": added.notes}, status_code=201, headers={"Location": url}
        )
    return RedirectResponse(url, status_code=303)


@router.get("/images/{image_id}", name="lab")
@router.get("/images/{image_id}.json", name="lab.json")
def show_lab(
    request: Request,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer the lab."""
    urls = urls_of(request, state)
    if SUBMIT_MARK in request.query_params and not htmx.wants_fragment(request):
        return RedirectResponse(urls.lab, status_code=303)
    response = render(request, "lab", lab.lab(state), state, here=urls.lab)
    if htmx.wants_fragment(request):
        htmx.push_url(response, urls.lab)
    return response


@router.get("/images/{image_id}/picture.png", name="picture")
def show_picture(
    state: Annotated[State, Depends(get_state)], lab: Annotated[Lab, Depends(get_lab)]
) -> Response:
    """Answer the working square."""
    return png(lab.drawings.picture(state))


@router.get("/images/{image_id}/channels/{channel}.png", name="channel")
def show_channel(
    channel: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer one channel of the working square."""
    return png(lab.drawings.channel(state, channel))


@router.get("/images/{image_id}/trace.npz", name="trace")
def download_trace(
    state: Annotated[State, Depends(get_state)], lab: Annotated[Lab, Depends(get_lab)]
) -> Response:
    """Answer every array of the pass."""
    headers = {"Content-Disposition": 'attachment; filename="trace.npz"'}
    pieces = lab.drawings.trace(state)
    return StreamingResponse(pieces, headers=headers, media_type="application/octet-stream")
