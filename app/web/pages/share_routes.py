"""What goes with every view: its QR code, its preview, how to embed it, and the view as one file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import isinf
from typing import Annotated

from fastapi import Depends, Response
from starlette.exceptions import HTTPException
from starlette.requests import Request

from app.engine.errors import SpecError, check_range
from app.lab.errors import UnknownImage
from app.lab.lab import Lab
from app.lab.stage.previews.by_view import ladder_preview_png, preview_png
from app.languages import speaking, spoken
from app.messages import enumerated, sentence
from app.web.address.params import whole
from app.web.address.subpath import local_path
from app.web.embedding.frame import frame_from_query
from app.web.embedding.qr import qr_svg
from app.web.embedding.share import FRAME_LANG, HEIGHT, HEIGHTS, Share, embedding_view
from app.web.embedding.titles import title_of
from app.web.embedding.view_table import VIEWS, Place, place_at
from app.web.language.page_language import stated_language
from app.web.pages.deep_nets import ladder_of
from app.web.rendering import render, urls_of
from app.web.route_context import attachment, get_lab, png
from app.web.route_facts import FactRouter, RouteFacts
from app.web.snapshot.document import name_of, snapshot
from app.web.snapshot.making import Making

TheLab = Annotated[Lab, Depends(get_lab)]
PREVIEW_WIDTHS = (1200, 600, 300)
# Of one reader or one class, and a guess opens the answer.
NOT_IN_A_FILE = ("guess", "room", "present")


async def get_place(request: Request, lab: TheLab) -> Place:
    """Return the view that the address belongs to.

    Raises:
        SpecError: a setting cannot work.
        UnknownImage: nothing has this id.
        HTTPException: 404, a layer or a map in the path is no number.
    """
    path, _, _ = local_path(request.scope).rpartition("/")
    place = place_at(path, request.query_params)
    if place is None:
        raise HTTPException(404)
    if not lab.pictures.has(place.state.image_id):
        raise UnknownImage(sentence("No picture has this address."))
    if place.name:
        lab.lessons.lesson(place.name)  # or NoSuchLesson
    return place


ThePlace = Annotated[Place, Depends(get_place)]


def show_qr(request: Request, place: ThePlace) -> Response:
    """Answer the QR code of the view's address."""
    return Response(qr_svg(share_of(request, place).address), media_type="image/svg+xml")


def show_preview(request: Request, place: ThePlace, lab: TheLab) -> Response:
    """Answer a picture of the view, for those who link to it."""
    width = whole("width", request.query_params.get("width", str(PREVIEW_WIDTHS[0])))
    if width not in PREVIEW_WIDTHS:
        words = enumerated(PREVIEW_WIDTHS)
        raise SpecError(
            "width", sentence("{field} is {width}; {words} would work.", width=width, words=words)
        )
    if place.view.name == "ladder":
        ladder = ladder_of(request.query_params)
        return png(ladder_preview_png(lab.passes, place.state, ladder, width=width))
    numbers = place.numbers
    layer, channel = numbers.get("layer", 0), numbers.get("channel")
    return png(preview_png(lab.passes, place.state, place.view.name, layer, channel, width=width))


def show_embedding(request: Request, place: ThePlace, lab: TheLab) -> Response:
    """Answer how the view is embedded with the choices of the query."""
    height = whole("height", request.query_params.get("height") or str(HEIGHT))
    check_range("height", height, HEIGHTS)
    share = share_of(request, place)
    chosen = stated_language(request.query_params, FRAME_LANG)
    with speaking(chosen or spoken()):
        frame_title = title_of(place, lab)
    view = embedding_view(
        share_of(request, replace(place, language=chosen or place.language)),
        frame_from_query(request.query_params),
        title=title_of(place, lab),
        frame_title=frame_title,
        language=chosen,
        height=height,
        settings={**share.urls.all_given, **{name: str(n) for name, n in place.extras.items()}},
        kept_until=_until(lab.pictures.seconds_left(place.state.image_id)),
        kept_hours=lab.settings.image_hours,
    )
    return render(request, "embedding", view, place.state, here=share.here)


def show_snapshot(request: Request, place: ThePlace, lab: TheLab) -> Response:
    """Answer the view as one file that needs no server."""
    extras = {name: given for name, given in place.extras.items() if name not in NOT_IN_A_FILE}
    place = replace(place, extras=extras)
    share = share_of(request, place)
    making = Making(
        place=place,
        lab=lab,
        urls=share.urls,
        query=request.query_params,
        templates=request.app.state.templates,
    )
    theme = frame_from_query(request.query_params).theme
    return attachment(snapshot(making, share, theme=theme), name_of(making))


def share_of(request: Request, place: Place) -> Share:
    """Return what others are given of a place."""
    lang = place.language.code if place.language else ""
    urls = replace(urls_of(request, place.state), lang=lang)
    here = urls.at(place.path, {name: str(number) for name, number in place.extras.items()})
    return Share(urls, here)


def _until(seconds_left: float) -> str:
    """Write when a picture is deleted, to the minute, the same in every language; empty for one that stays."""
    if isinf(seconds_left):
        return ""
    ends = datetime.now(UTC) + timedelta(seconds=seconds_left)
    return f"{ends:%Y-%m-%d %H:%M} UTC"


router = FactRouter(include_in_schema=False)
for view in VIEWS:
    qr = RouteFacts(kind="file", computes=True, kept=view.of_picture, shared=True)
    preview = RouteFacts(kind="file", computes=True, kept=view.of_picture, shared=True)
    embedding = RouteFacts(kind="page", kept=view.of_picture)
    router.get(f"{view.path}/qr.svg", qr, name=f"{view.name}.qr")(show_qr)
    router.get(f"{view.path}/preview.png", preview, name=f"{view.name}.preview")(show_preview)
    file = RouteFacts(kind="file", computes=True, kept=view.of_picture, translated=True)
    router.get(f"{view.path}/snapshot.html", file, name=f"{view.name}.snapshot")(show_snapshot)
    router.get(f"{view.path}/embedding", embedding, name=f"{view.name}.embedding")(show_embedding)
