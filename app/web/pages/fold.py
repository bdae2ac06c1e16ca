"""The fold: one map from its contributions, with their pictures."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.lab.fold.build import fold_view
from app.lab.fold.figure_files import figure_file
from app.lab.fold.pictures import (
    contribution_values,
    contributions_png,
    moving_sums,
    sum_png,
    wrong_png,
)
from app.lab.lab import Lab
from app.lab.state.state import State
from app.web import htmx
from app.web.address.params import whole_or_none
from app.web.answer_form import wants_json
from app.web.lab_answer import answer_lab, without_its_map
from app.web.rendering import render, urls_of
from app.web.route_context import (
    SUBMIT_MARK,
    TheSource,
    asks_half,
    attachment,
    get_lab,
    get_state,
    png,
    values,
)
from app.web.route_facts import EXPORT, VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}/layers/{layer}/maps/{channel}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


@router.get("/contributions", VIEW, name="fold")
@router.get("/contributions.json", VIEW_DATA, name="fold.json")
def show_fold(request: Request, layer: int, channel: int, state: OneState, lab: TheLab) -> Response:
    """Answer the fold: as a page, the lab in which it stands open."""
    if gone := without_its_map(request, lab, state, layer, channel):
        return gone
    step = whole_or_none("sum", request.query_params)
    opened = whole_or_none("input", request.query_params)
    urls = urls_of(request, state)
    here = urls.fold.page(layer, channel, step=step, opened=opened)
    fragment = htmx.wants_fragment(request)
    if SUBMIT_MARK in request.query_params and not fragment:
        return RedirectResponse(here, status_code=303)
    fold = fold_view(lab.passes, state, layer, channel, step=step, opened=opened)
    if wants_json(request) or (fragment and htmx.target(request) != "lab"):
        return render(request, "fold", fold, state)
    view = lab.page.view(state, (layer, channel), fold=fold)
    return answer_lab(request, view, state, stage=here)


@router.get("/contributions.png", VIEW_FILE, name="contributions")
def show_contributions(
    request: Request, layer: int, channel: int, state: OneState, lab: TheLab
) -> Response:
    """Answer all contributions as one picture."""
    half = asks_half(request)
    return png(contributions_png(lab.passes, state, layer, channel, half=half))


@router.get("/sums/{step}.png", VIEW_FILE, name="sum")
def show_sum(layer: int, channel: int, step: int, state: OneState, lab: TheLab) -> Response:
    """Answer one step of the running sum as a picture."""
    return png(sum_png(lab.passes, state, layer, channel, step))


@router.get("/sums/moving", VIEW_FILE, name="sums.moving")
def show_moving_sums(layer: int, channel: int, state: OneState, lab: TheLab) -> Response:
    """Answer all steps of the running sum, small, as they are shown while it moves."""
    return values(moving_sums(lab.passes, state, layer, channel))


@router.get("/wrong/{kind}.png", VIEW_FILE, name="wrong")
def show_wrong(layer: int, channel: int, kind: str, state: OneState, lab: TheLab) -> Response:
    """Answer a tempting wrong answer, or the true map to compare it with."""
    return png(wrong_png(lab.passes, state, layer, channel, kind))


@router.get("/contributions/{number}/values", VIEW_FILE, name="contribution.values")
def show_contribution_values(
    layer: int, channel: int, number: int, state: OneState, lab: TheLab
) -> Response:
    """Answer the values of one contribution: float32, little-endian, row by row."""
    return values(contribution_values(lab.passes, state, layer, channel, number))


@router.get("/contributions/figure.{form}", EXPORT, name="figure")
def download_figure(
    layer: int, channel: int, form: str, state: OneState, lab: TheLab, source: TheSource
) -> Response:
    """Answer the fold of a map as a figure for slides."""
    data = figure_file(lab.passes, state, layer, channel, form, source)
    return attachment(data, f"layer-{layer}-map-{channel}.{form}")
