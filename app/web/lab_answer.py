"""The answer of every address that shows the stage: its page or the part that htmx swaps in."""

from fastapi import Response
from starlette.requests import Request

from app.lab.stage.views import LabView
from app.lab.state.state import State
from app.web import htmx
from app.web.address.below import below, with_below
from app.web.rendering import render


def answer_lab(request: Request, view: LabView, state: State, *, stage: str) -> Response:
    """Answer the lab; `stage` is its address with nothing below it.

    Raises:
        SpecError: the address names a thing below that there is not.
    """
    name = below(request.query_params)
    here = with_below(stage, name)
    response = render(request, "lab", view, state, here=here, stage=stage, below=name)
    if htmx.wants_fragment(request):
        htmx.push_url(response, here)
    return response
