"""What strongly excites one map, and what is sent back down to the image from there."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.engine.errors import SpecError
from app.lab.lab import Lab
from app.lab.state.state import State
from app.messages import sentence
from app.web import htmx
from app.web.address.params import whole_or_none
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab, get_state, png
from app.web.route_facts import VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}/layers/{layer}/maps/{channel}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


def get_samples(request: Request) -> bool:
    """Tell whether the samples are meant, not the picture of the address.

    Raises:
        SpecError: the field is something else.
    """
    given = whole_or_none("samples", request.query_params) or 0
    if given > 1:
        raise SpecError("samples", sentence("{field} is {given}; 0 and 1 would work.", given=given))
    return bool(given)


InSamples = Annotated[bool, Depends(get_samples)]


@router.get("/projections", VIEW, name="projections")
@router.get("/projections.json", VIEW_DATA, name="projections.json")
def show_projections(
    request: Request, layer: int, channel: int, samples: InSamples, state: OneState, lab: TheLab
) -> Response:
    """Answer the strongest places of one map; the page of a picture asks for those of the samples later."""
    here = urls_of(request, state).projections.page(layer, channel, samples=samples)
    view = lab.projections.view(state, layer, channel, samples=samples)
    fragment = htmx.wants_fragment(request)
    if fragment and htmx.target(request) != "projections":
        return render(request, "projected", view, state)
    response = render(request, "projections", view, state, here=here)
    if fragment:
        htmx.push_url(response, here)
    return response


@router.get("/projections.png", VIEW_FILE, name="projections.png")
def show_projections_picture(
    layer: int, channel: int, samples: InSamples, state: OneState, lab: TheLab
) -> Response:
    """Answer the patches, what is sent down and the gradients as three rows of one picture."""
    return png(lab.projections.png(state, layer, channel, samples=samples))
