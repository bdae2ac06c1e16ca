"""What the kinds of a layer cost, and the maps between the two steps of a factored one."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.lab.kinds.costs import costs_view
from app.lab.kinds.factor_maps import intermediate_png, intermediate_view
from app.lab.lab import Lab
from app.lab.state.state import State
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab, get_state, png
from app.web.route_facts import VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}/layers/{layer}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


@router.get("/costs", VIEW, name="costs")
@router.get("/costs.json", VIEW_DATA, name="costs.json")
def show_costs(request: Request, layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer one layer in each way that it could be made, side by side."""
    here = urls_of(request, state).kinds.costs(layer)
    return render(request, "costs", costs_view(state, layer, lab.passes.limits), state, here=here)


@router.get("/intermediate", VIEW, name="intermediate")
@router.get("/intermediate.json", VIEW_DATA, name="intermediate.json")
def show_intermediate(request: Request, layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer the maps between the two factors of a layer."""
    here = urls_of(request, state).kinds.intermediate(layer)
    return render(
        request, "intermediate", intermediate_view(lab.passes, state, layer), state, here=here
    )


@router.get("/intermediate.png", VIEW_FILE, name="intermediate.png")
def show_intermediate_picture(layer: int, state: OneState, lab: TheLab) -> Response:
    """Answer those maps as one picture."""
    return png(intermediate_png(lab.passes, state, layer))
