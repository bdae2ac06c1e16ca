"""What a page offers for a picture that is no longer kept: the same view of a sample, or an upload."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.requests import Request

from app.lab.lab import DEFAULT_SAMPLE
from app.lab.state.state import State
from app.web.address.params import state_from_query
from app.web.route_facts import RouteFacts
from app.web.watch.route_names import route_of

TOKEN = "token"  # of the picture that is gone


@dataclass(frozen=True)
class LostPicture:
    """The offers: `view` is the same view of a sample, `state` has the settings that an upload keeps."""

    view: str
    state: State


def lost_picture(request: Request) -> LostPicture | None:
    """Return the offers for a page of a picture, or None where the request is not for such a page."""
    image_id = request.path_params.get("image_id")
    facts: RouteFacts = route_of(request.scope).facts
    if image_id is None or facts.kind != "page" or request.method not in ("GET", "HEAD"):
        return None
    path = request.url.path.replace(f"/images/{image_id}", f"/images/{DEFAULT_SAMPLE}", 1)
    fields = [one for one in parse_qsl(request.url.query) if one[0] != TOKEN]
    view = f"{path}?{urlencode(fields)}" if fields else path
    return LostPicture(view=view, state=state_from_query(DEFAULT_SAMPLE, request.query_params))
