"""The stage: the page of the lab, with which `/` begins, and the about page."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.lab.lab import DEFAULT_SAMPLE, Lab
from app.lab.state.state import State
from app.web import htmx
from app.web.address.below import below, with_below
from app.web.address.params import state_from_query
from app.web.lab_answer import answer_lab
from app.web.rendering import render, urls_of
from app.web.route_context import SUBMIT_MARK, get_lab, get_state
from app.web.route_facts import DATA, FRONT_PAGE, LISTED_PAGE, VIEW, VIEW_DATA, FactRouter

router = FactRouter()


@router.get("/", FRONT_PAGE, name="home")
def show_home(request: Request, lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer the lab on a sample; settings in the query are kept."""
    state = state_from_query(DEFAULT_SAMPLE, request.query_params)
    here = urls_of(request, state).lab
    return answer_lab(request, lab.page.view(state), state, stage=here)


@router.get("/images/{image_id}", VIEW, name="lab")
@router.get("/images/{image_id}.json", VIEW_DATA, name="lab.json")
def show_lab(
    request: Request,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer the lab."""
    urls = urls_of(request, state)
    if SUBMIT_MARK in request.query_params and not htmx.wants_fragment(request):
        return RedirectResponse(with_below(urls.lab, below(request.query_params)), status_code=303)
    token = request.query_params.get("token")
    return answer_lab(request, lab.page.view(state, token=token), state, stage=urls.lab)


@router.get("/about", LISTED_PAGE, name="about")
@router.get("/about.json", DATA, name="about.json")
def show_about(request: Request, lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer what this is, the words it uses, and where the pictures come from."""
    return render(request, "about", lab.page.about(), lab.first_state())
