"""The answer of every address that shows the stage: its page or the part that htmx swaps in."""

from fastapi import Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.lab.lab import Lab
from app.lab.stage.views import LabView
from app.lab.state.state import LAYERS, State
from app.web import htmx
from app.web.address.below import below, with_below
from app.web.rendering import render, urls_of
from app.web.route_context import SUBMIT_MARK


def answer_lab(
    request: Request, view: LabView, state: State, *, stage: str, live: object = None
) -> Response:
    """Answer the lab; `stage` is its address with nothing below it, and `live` what a live page needs.

    Raises:
        SpecError: the address names a thing below that there is not.
    """
    name = "" if live else below(request.query_params)
    here = with_below(stage, name)
    page = "live" if live else None
    response = render(
        request, "lab", view, state, page=page, here=here, stage=stage, below=name, live=live
    )
    if htmx.wants_fragment(request):
        htmx.push_url(response, here)
    return response


def without_its_map(
    request: Request, lab: Lab, state: State, layer: int, channel: int
) -> Response | None:
    """Answer the lab with no map open where a changed setting took the open one away; else None."""
    if not was_taken_away(request, state, layer, channel):
        return None
    here = urls_of(request, state).lab
    if htmx.wants_fragment(request):
        in_lab = htmx.target(request) == "lab"
        return answer_lab(request, lab.page.view(state), state, stage=here) if in_lab else None
    changed = SUBMIT_MARK in request.query_params
    return RedirectResponse(here, status_code=303) if changed else None


def was_taken_away(request: Request, state: State, layer: int, channel: int) -> bool:
    """Tell whether a changed setting took an open map away; without a change there is no such address."""
    if layer not in LAYERS or channel < state.stack.layers[layer - 1].filters:
        return False
    return f"filters{layer}" in request.query_params
