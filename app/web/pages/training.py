"""The training on one screen: the filters of layer 1 in colour, and their maps, at one step."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.lab.lab import Lab
from app.lab.maps.colour_filters import filters_png
from app.lab.stage.learning import learning_view
from app.lab.state.state import State
from app.web import htmx
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab, get_state, png
from app.web.route_facts import VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


@router.get("/training", VIEW, name="training")
@router.get("/training.json", VIEW_DATA, name="training.json")
def show_training(request: Request, state: OneState, lab: TheLab) -> Response:
    """Answer the training at the step of the address."""
    here = urls_of(request, state).training.page
    view = learning_view(lab.passes, state)
    response = render(request, "learning", view, state, here=here, picked=None)
    if htmx.wants_fragment(request):
        htmx.push_url(response, here)
    return response


@router.get("/layers/{layer}/filters.png", VIEW_FILE, name="filters.colour")
def show_filters(layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer all filters of layer 1 as one picture, a pixel a weight, in colour."""
    return png(filters_png(lab.passes, state, layer))
