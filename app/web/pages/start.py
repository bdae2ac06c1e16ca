"""The start page and the about page."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from starlette.requests import Request

from app.lab.lab import DEFAULT_SAMPLE, Lab
from app.web.address.params import state_from_query
from app.web.lab_answer import answer_lab
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab

router = APIRouter()


@router.get("/", name="home")
def show_home(request: Request, lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer the lab on a sample; settings in the query are kept."""
    state = state_from_query(DEFAULT_SAMPLE, request.query_params)
    here = urls_of(request, state).lab
    return answer_lab(request, lab.page.view(state), state, stage=here)


@router.get("/about", name="about")
@router.get("/about.json", name="about.json")
def show_about(request: Request, lab: Annotated[Lab, Depends(get_lab)]) -> Response:
    """Answer what this is, the words it uses, and where the pictures come from."""
    return render(request, "about", lab.page.about(), lab.first_state())
