"""Pictures: upload, deletion, and the square that a stack reads."""

from dataclasses import replace
from functools import partial
from typing import Annotated

import anyio.from_thread
from fastapi import Depends, File, Form, Response, UploadFile
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse

from app.lab.lab import Lab
from app.lab.pieces.tiles import TILES
from app.lab.stage.pictures import channel_png, picture_png, samples_jpeg
from app.lab.state.state import State
from app.untrusted.pool import JobAbandoned
from app.web.address.params import sent_reduced
from app.web.answer_form import wants_json
from app.web.language.in_words import in_words
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab, get_state, get_upload_state, png, tile_in
from app.web.route_facts import (
    DATA,
    FORM,
    PAGE,
    UPLOAD,
    VIEW_FILE,
    FactRouter,
)

router = FactRouter()


@router.post("/images", UPLOAD, name="upload")
def upload(
    request: Request,
    file: Annotated[UploadFile, File()],
    state: Annotated[State, Depends(get_upload_state)],
    lab: Annotated[Lab, Depends(get_lab)],
    original: Annotated[str, Form()] = "",
    notes: Annotated[str, Form()] = "",
) -> Response:
    """Take in a picture and lead to its lab; settings in the query are kept.

    A page that reduced the picture before sending states its size in `original`, such as 4032x3024, and in `notes`
    the codes of what else it read and left out.
    """
    is_gone = partial(anyio.from_thread.run, request.is_disconnected)
    before = sent_reduced(original, notes)
    try:
        added = lab.pictures.add(file.file.read(), before=before, is_abandoned=is_gone)
    except JobAbandoned:
        raise ClientDisconnect from None
    its = replace(state, image_id=added.id)
    lab.ahead.draw(its)
    urls = urls_of(request, its)
    if wants_json(request):
        body = {"id": added.id, "url": urls.lab, "height": added.height, "width": added.width}
        deletion = {"delete_token": added.token, "delete_url": urls.pictures.deletion(added.token)}
        headers = {"Location": urls.lab, "Cache-Control": "no-store"}
        return JSONResponse(
            {**body, "notes": [in_words(one) for one in added.notes], **deletion}, 201, headers
        )
    return RedirectResponse(urls.lab_with(added.token), 303, {"Cache-Control": "no-store"})


@router.post("/images/{image_id}/delete", FORM, name="delete")
def delete(
    request: Request,
    image_id: str,
    state: Annotated[State, Depends(get_upload_state)],
    lab: Annotated[Lab, Depends(get_lab)],
    token: Annotated[str, Form()] = "",
) -> Response:
    """Take an upload away and lead to what is said about it; settings in the query are kept."""
    lab.pictures.delete(image_id, token)
    urls = urls_of(request, state)
    return RedirectResponse(urls.pictures.deleted, 303, {"Clear-Site-Data": '"cache"'})


@router.delete("/images/{image_id}", DATA, name="delete.data")
def delete_by_address(
    image_id: str, lab: Annotated[Lab, Depends(get_lab)], token: str = ""
) -> Response:
    """Take an upload away."""
    lab.pictures.delete(image_id, token)
    return Response(status_code=204)


@router.get("/deleted", PAGE, name="deleted")
def show_deleted(
    request: Request,
    state: Annotated[State, Depends(get_upload_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer what a deletion did, of a picture or `of=weights`."""
    weights = request.query_params.get("of") == "weights"
    view = lab.imports.deleted() if weights else lab.pictures.deleted()
    return render(request, "deleted", view, state)


@router.get("/samples.jpg", VIEW_FILE, name="samples")
def show_samples(lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer all samples as one picture, small."""
    data = samples_jpeg(lab.passes, [view.id for view in lab.samples.views])
    return Response(data, media_type="image/jpeg")


@router.get("/images/{image_id}/picture.png", VIEW_FILE, name="picture")
def show_picture(
    request: Request,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer the working square, at most `tile` pixels a side."""
    return png(picture_png(lab.passes, state, tile_in(request, TILES[-1])))


@router.get("/images/{image_id}/channels/{channel}.png", VIEW_FILE, name="channel")
def show_channel(
    request: Request,
    channel: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer one channel of the working square, at most `tile` pixels a side."""
    return png(channel_png(lab.passes, state, channel, tile_in(request, TILES[-1])))
