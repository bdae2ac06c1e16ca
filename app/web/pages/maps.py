"""The grids of maps, and one map with its filter."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse

from app.lab.lab import Lab
from app.lab.maps import kernel_editor
from app.lab.maps.build import map_view, maps_view
from app.lab.maps.pictures import filter_png, filters_png, map_png, map_values
from app.lab.pieces.tiles import TILE
from app.lab.state.state import LAYERS, State
from app.web import htmx
from app.web.address.params import numbers, whole_or_none
from app.web.answer_form import wants_json
from app.web.lab_answer import answer_lab, without_its_map
from app.web.rendering import render, urls_of
from app.web.route_context import (
    SUBMIT_MARK,
    asks_half,
    get_lab,
    get_state,
    png,
    tile_in,
    values,
)
from app.web.route_facts import VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}/layers/{layer}/maps")


@router.get("", VIEW, name="maps")
@router.get(".json", VIEW_DATA, name="maps.json")
def show_maps(
    request: Request,
    layer: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer the grid of one layer."""
    here = urls_of(request, state).maps.grid(layer)
    return render(
        request, "maps", maps_view(lab.passes, state, layer), state, picked=None, here=here
    )


@router.get(".png", VIEW_FILE, name="sheet")
def show_sheet(
    request: Request,
    layer: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer all maps of one layer as one picture."""
    return png(lab.sheets.png(state, layer, tile_in(request, TILE), half=asks_half(request)))


@router.get("/filters.png", VIEW_FILE, name="filters")
def show_filters(
    layer: int, state: Annotated[State, Depends(get_state)], lab: Annotated[Lab, Depends(get_lab)]
) -> Response:
    """Answer all filters of one layer as a picture, a block for each, a pixel a weight."""
    return png(filters_png(lab.passes, state, layer))


@router.get("/{channel}.png", VIEW_FILE, name="map.png")
def show_map_picture(
    layer: int,
    channel: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer one map as a picture of its full size."""
    return png(map_png(lab.passes, state, layer, channel))


@router.get("/{channel}/filter.png", VIEW_FILE, name="filter")
def show_filter(
    layer: int,
    channel: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer all kernels of one filter as a picture, a pixel a weight."""
    return png(filter_png(lab.passes, state, layer, channel))


@router.get("/{channel}/values", VIEW_FILE, name="values")
def show_values(
    layer: int,
    channel: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer the shown values of one map: float32, little-endian, row by row."""
    return values(map_values(lab.passes, state, layer, channel))


@router.get("/{channel}", VIEW, name="map")
@router.get("/{channel}.json", VIEW_DATA, name="map.json")
def show_map(
    request: Request,
    layer: int,
    channel: int,
    state: Annotated[State, Depends(get_state)],
    lab: Annotated[Lab, Depends(get_lab)],
) -> Response:
    """Answer one map with its filter: as a page, the lab in which it stands open.

    With `kernel`, that of its kernels can be set by hand: `w` are its weights row by row as a form sends them,
    and `was` what they were when the form was made.
    """
    if gone := without_its_map(request, lab, state, layer, channel):
        return gone
    kernel = whole_or_none("kernel", request.query_params)
    state = _as_typed(request.query_params, state, layer, channel, kernel)
    urls = urls_of(request, state)
    here = urls.maps.one(layer, channel, kernel=kernel)
    fragment = htmx.wants_fragment(request)
    if SUBMIT_MARK in request.query_params and not fragment:
        return RedirectResponse(here, status_code=303)
    if wants_json(request) or (fragment and htmx.target(request) != "lab"):
        return render(
            request, "map", map_view(lab.passes, state, layer, channel, kernel=kernel), state
        )
    view = lab.page.view(state, (layer, channel), kernel=kernel)
    return answer_lab(request, view, state, stage=here)


def _as_typed(
    query: QueryParams, state: State, layer: int, channel: int, kernel: int | None
) -> State:
    typed, was = query.getlist("w"), query.get("was", "")
    if kernel is None or not typed or layer not in LAYERS:
        return state
    weights = numbers("kernel", ",".join(one.strip() or "0" for one in typed))
    if was and weights == numbers("kernel", was):
        return state  # the form was sent for another of its fields
    return kernel_editor.setting(state, (layer, channel, kernel), weights)
