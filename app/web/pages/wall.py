"""The wall: all contributions of a layer at once."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.engine.errors import SpecError
from app.lab.lab import Lab
from app.lab.stage.wall_page import wall_view
from app.lab.state.state import State
from app.lab.wall.pictures import sums_png, wall_png
from app.messages import sentence
from app.web import htmx
from app.web.address.params import whole_or_none
from app.web.rendering import render, urls_of
from app.web.route_context import SUBMIT_MARK, get_lab, get_state, png
from app.web.route_facts import VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}/layers/{layer}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


@router.get("/wall", VIEW, name="wall")
@router.get("/wall.json", VIEW_DATA, name="wall.json")
def show_wall(request: Request, layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer the wall, with a column, a row or a cell of it open."""
    column = whole_or_none("column", request.query_params)
    row = whole_or_none("row", request.query_params)
    folded = whole_or_none("folded", request.query_params) or 0
    if folded > 1:
        raise SpecError(
            "folded", sentence("{field} is {folded}; 0 and 1 would work.", folded=folded)
        )
    here = urls_of(request, state).wall.page(layer, column=column, row=row, folded=bool(folded))
    fragment = htmx.wants_fragment(request)
    if SUBMIT_MARK in request.query_params and not fragment:
        return RedirectResponse(here, status_code=303)
    view = wall_view(lab.passes, state, layer, column=column, row=row)
    response = render(request, "wall", view, state, here=here, folded=bool(folded))
    if fragment:
        htmx.push_url(response, here)
    return response


@router.get("/wall.png", VIEW_FILE, name="wall.png")
def show_wall_picture(layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer all contributions, the heads of the columns and the ends of the rows as one picture."""
    return png(wall_png(lab.passes, state, layer))


@router.get("/wall/sums.png", VIEW_FILE, name="wall.sums")
def show_wall_sums(layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer what the rows add up to while their columns arrive, as one picture."""
    return png(sums_png(lab.passes, state, layer))
