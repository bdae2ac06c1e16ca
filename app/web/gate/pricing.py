"""What the view of a request costs, from its address alone."""

from starlette.requests import Request
from starlette.types import Scope

from app.engine.errors import SpecError
from app.lab.compute.prices import LESSON, Asked, Price
from app.lab.errors import NoSuchLesson
from app.lab.lab import Lab
from app.lab.pieces.tiles import TILE, TILES
from app.lab.stage.lessons.build import lesson_state
from app.web.address.params import image_in, open_map, state_from_query, whole_or_none
from app.web.watch.route_names import route_of

LIVE = ("live", "live.frame")
SNAPSHOT = ".snapshot"


def price_of_request(scope: Scope, lab: Lab) -> Price:
    """Return what a request costs; nothing where its address cannot work, which its route tells.

    Raises:
        SpecError: it costs more than one view may.
    """
    try:
        asked = _asked(scope, lab)
    except (SpecError, NoSuchLesson):
        return Price()
    return lab.passes.price(asked)


def _asked(scope: Scope, lab: Lab) -> Asked:
    route, query = route_of(scope), Request(scope).query_params
    view = route.name.removeprefix("embed.").removesuffix(".json")
    as_file = view.endswith(SNAPSHOT)
    view = view.removesuffix(".preview").removesuffix(SNAPSHOT)
    name, layer = route.given.get("name"), route.given.get("layer", "2")
    state = state_from_query(route.image_id, query)
    if name is not None:
        view = LESSON
        given = state_from_query(image_in(query), query)
        state, _ = lesson_state(lab.lessons.lesson(name), given)
    if view in LIVE and (opened := open_map(query)):
        view, layer = "fold", str(opened[0])
    return Asked(
        view=view,
        state=state,
        layer=int(layer) if layer in ("1", "2") else 0,
        tile=min(whole_or_none("tile", query) or TILE, TILES[-1]),
        samples=lab.projections.shipped if whole_or_none("samples", query) == 1 else 0,
        column="column" in query,
        row="row" in query,
        as_file=as_file,
    )
