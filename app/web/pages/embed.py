"""The views in a frame on another site, and the script that gives such a frame its height."""

from pathlib import Path

from fastapi import Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.web.embedding.frame import PREFIX, frame_from_query
from app.web.embedding.locking import check_locks
from app.web.embedding.view_table import VIEWS
from app.web.pages import (
    deep_nets,
    fold,
    kinds,
    lessons,
    live,
    maps,
    one_layer,
    pictures,
    pixel,
    projections,
    stage,
    training,
    votes,
    wall,
)
from app.web.route_facts import FORM, FRAME, PAGE, SHARED_FILE, UPLOAD, FactRouter

SCRIPT = Path(__file__).parents[3] / "static/js/embed.js"
PAGES = (
    stage,
    live,
    one_layer,
    maps,
    fold,
    pixel,
    projections,
    wall,
    training,
    kinds,
    lessons,
    deep_nets,
)


async def check_frame(request: Request) -> None:
    """Refuse a choice that does not exist, and a request that a lock forbids.

    Raises:
        SpecError: names the field, what was given and what would work.
        Locked: likewise, for what is locked.
    """
    check_locks(request, frame_from_query(request.query_params))


async def refuse() -> None:
    """Answer that nothing is here, in a frame as well."""
    raise HTTPException(404)


def framed_views() -> FactRouter:
    """Return the routes of the views, and of what is sent from them, in a frame."""
    framed = FactRouter(prefix=PREFIX, embedded=True, dependencies=[Depends(check_frame)])
    whole = {name: route for page in PAGES for name, route in page.router.routes().items()}
    for view in VIEWS:
        its = whole[view.name]
        framed.get(view.path, its.facts, name=f"embed.{view.name}")(its.endpoint)
    room = votes.router.routes()["room"]
    framed.get(room.path, room.facts, name="embed.room")(room.endpoint)
    framed.post("/lessons/{name}/rooms/{code}/ballots", FORM, name="embed.vote")(votes.cast_ballot)
    framed.post("/live", FRAME, name="embed.live.frame")(live.answer_frame)
    framed.post("/images", UPLOAD, name="embed.upload")(pictures.upload)
    framed.post("/images/{image_id}/delete", FORM, name="embed.delete")(pictures.delete)
    framed.get("/deleted", PAGE, name="embed.deleted")(pictures.show_deleted)
    framed.get("/{rest:path}", PAGE, name="embed.nowhere")(refuse)
    return framed


router = FactRouter(include_in_schema=False)


@router.get("/embed.js", SHARED_FILE, name="embed.js")
async def show_script() -> Response:
    """Answer the script of <convfold-view>."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return FileResponse(SCRIPT, headers=headers, media_type="text/javascript; charset=utf-8")


router.include(framed_views())
