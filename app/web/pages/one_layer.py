"""The one layer that two linear layers equal."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.lab.lab import Lab
from app.lab.one_layer.build import one_layer_view
from app.lab.one_layer.pictures import one_layer_png
from app.lab.state.state import State
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab, get_state, png
from app.web.route_facts import VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


@router.get("/one_layer", VIEW, name="one_layer")
@router.get("/one_layer.json", VIEW_DATA, name="one_layer.json")
def show_one_layer(request: Request, state: OneState, lab: TheLab) -> Response:
    """Answer the one layer: the lab asks for it after everything else."""
    here = urls_of(request, state).one_layer.page
    return render(request, "one_layer", one_layer_view(lab.passes, state), state, here=here)


@router.get("/one_layer.png", VIEW_FILE, name="one_layer.png")
def show_one_layer_picture(state: OneState, lab: TheLab) -> Response:
    """Answer all filters of the one layer as one picture, a pixel a weight."""
    return png(one_layer_png(lab.passes, state))
