"""The views in a frame on another site, and the script that gives such a frame its height."""

from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Depends
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from app.web.embedding.frame import PREFIX, frame_from_query
from app.web.embedding.view_table import VIEWS
from app.web.pages import deep_nets, fold, kinds, maps, one_layer, pixel, projections, wall
from app.web.pages.pictures import delete, show_deleted, show_lab, upload

SCRIPT = Path(__file__).parents[3] / "static/js/embed.js"
ANSWERS: dict[str, Callable[..., Response]] = {
    "lab": show_lab,
    "one_layer": one_layer.show_one_layer,
    "maps": maps.show_maps,
    "map": maps.show_map,
    "fold": fold.show_fold,
    "pixel": pixel.show_pixel,
    "projections": projections.show_projections,
    "wall": wall.show_wall,
    "costs": kinds.show_costs,
    "intermediate": kinds.show_intermediate,
    "ladder": deep_nets.show_ladder,
}


async def check_frame(request: Request) -> None:
    """Refuse a choice that does not exist.

    Raises:
        SpecError: names the field, what was given and what would work.
    """
    frame_from_query(request.query_params)


async def refuse() -> None:
    """Answer that nothing is here, in a frame as well."""
    raise HTTPException(404)


router = APIRouter(include_in_schema=False)
framed = APIRouter(prefix=PREFIX, dependencies=[Depends(check_frame)])
for view in VIEWS:
    framed.add_api_route(view.path, ANSWERS[view.name], name=f"embed.{view.name}")
framed.add_api_route("/images", upload, name="embed.upload", methods=["POST"])
framed.add_api_route("/images/{image_id}/delete", delete, name="embed.delete", methods=["POST"])
framed.add_api_route("/deleted", show_deleted, name="embed.deleted")
framed.add_api_route("/{rest:path}", refuse, name="embed.nowhere")


@router.get("/embed.js", name="embed.js")
async def show_script() -> Response:
    """Answer the script of <convfold-view>."""
    headers = {"Cache-Control": "public, max-age=3600"}
    return FileResponse(SCRIPT, headers=headers, media_type="text/javascript; charset=utf-8")


router.include_router(framed)
