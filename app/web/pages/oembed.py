"""oEmbed 1.0: what a site is told that wants to show one of our addresses."""

from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.engine.errors import SpecError
from app.lab.lab import Lab
from app.lab.stage.previews.paper import preview_height
from app.languages import ENGLISH, speaking
from app.web.address.origin import origin_of
from app.web.address.params import WHOLE
from app.web.address.subpath import root_of
from app.web.embedding.frame import PREFIX, Frame, frame_from_query
from app.web.embedding.share import HEIGHT, WIDTH
from app.web.embedding.snippets import iframe
from app.web.embedding.titles import title_of
from app.web.embedding.view_table import Place, place_at
from app.web.pages.share_routes import PREVIEW_WIDTHS, share_of
from app.web.route_context import get_lab
from app.web.route_facts import SHARED_DATA, FactRouter

router = FactRouter()
CACHE_SECONDS = 86_400  # at most; an upload may be kept for less
LEAST = 200  # pixels of a frame that shows anything


@router.get("/oembed", SHARED_DATA, name="oembed")
def show_oembed(
    request: Request, lab: Annotated[Lab, Depends(get_lab)], url: str = "", format: str = "json"
) -> Response:
    """Answer how one of our addresses is shown; `maxwidth` and `maxheight` bound the frame."""
    if format not in ("json", ""):  # as in every address, empty is the default
        raise HTTPException(501)
    place, frame = _ours(request, url, lab)
    with speaking(place.language or ENGLISH):  # as the view does
        share, title = share_of(request, place), title_of(place, lab)
    width, height = _most(request, "maxwidth", WIDTH), _most(request, "maxheight", HEIGHT)
    body = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Convfold",
        "provider_url": f"{share.urls.origin}{share.urls.root}/",
        "cache_age": int(min(CACHE_SECONDS, lab.pictures.seconds_left(place.state.image_id))),
        "width": width,
        "height": height,
        "html": iframe(share.embedded(frame), title=title, width=width, height=height),
        **_thumbnail(request, share.preview),
    }
    return JSONResponse(body, headers={"Cache-Control": "no-cache"})


def _ours(request: Request, url: str, lab: Lab) -> tuple[Place, Frame]:
    """Return what one of our addresses means; all others are not found."""
    try:
        parts = urlsplit(url)
        path = _below(parts.path, root_of(request.scope))
        query = QueryParams(parts.query)
        framed = path is not None and path.startswith(f"{PREFIX}/")
        place = (
            None if path is None else place_at(path.removeprefix(PREFIX if framed else ""), query)
        )
        frame = frame_from_query(query) if framed else Frame()
    except (SpecError, ValueError):
        raise HTTPException(404) from None
    here = urlsplit(origin_of(request.scope)).netloc.lower()
    ours = parts.scheme in ("http", "https") and parts.netloc.lower() == here
    if place is None or not ours or not lab.pictures.has(place.state.image_id):
        raise HTTPException(404)
    return place, frame


def _below(path: str, root: str) -> str | None:
    if root and path != root and not path.startswith(f"{root}/"):
        return None
    return path[len(root) :] or "/"


def _most(request: Request, name: str, usual: int) -> int:
    given = request.query_params.get(name, "")
    return max(min(int(given), usual), LEAST) if WHOLE.fullmatch(given) else usual


def _thumbnail(request: Request, preview: str) -> dict[str, Any]:
    # Within the bounds given, as oEmbed asks; none where even the smallest is too large.
    most_wide, most_high = (_bound(request, name) for name in ("maxwidth", "maxheight"))
    for width in PREVIEW_WIDTHS:
        height = preview_height(width)
        if width <= most_wide and height <= most_high:
            mark = "&" if "?" in preview else "?"
            address = preview if width == PREVIEW_WIDTHS[0] else f"{preview}{mark}width={width}"
            return {
                "thumbnail_url": address,
                "thumbnail_width": width,
                "thumbnail_height": height,
            }
    return {}


def _bound(request: Request, name: str) -> int:
    given = request.query_params.get(name, "")
    return int(given) if WHOLE.fullmatch(given) else PREVIEW_WIDTHS[0]
