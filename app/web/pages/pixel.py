"""One pixel: its ledger as a page, part or data, and the pictures and tables that go with it."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.engine.errors import SpecError
from app.lab.fold.build import fold_view
from app.lab.lab import Lab
from app.lab.pixel.build import map_size, pixel_view
from app.lab.pixel.pictures import local_filter_png
from app.lab.pixel.table import ledger_csv
from app.lab.pixel.workbook import pixel_workbook
from app.lab.state.state import State
from app.messages import sentence
from app.shown_text import shown_text
from app.web import htmx
from app.web.address.params import WHOLE, whole_or_none
from app.web.answer_form import wants_json
from app.web.lab_answer import answer_lab, without_its_map
from app.web.rendering import render, urls_of
from app.web.route_context import TheSource, attachment, get_lab, get_state, png
from app.web.route_facts import EXPORT, VIEW, VIEW_DATA, VIEW_FILE, FactRouter

router = FactRouter(prefix="/images/{image_id}/layers/{layer}/maps/{channel}")
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


def get_place(
    request: Request, layer: int, channel: int, state: OneState, lab: TheLab
) -> tuple[int, int]:
    """Return the row and the column that the address names.

    Raises:
        SpecError: one is missing or not a whole number; the message says which would work.
    """
    if without_its_map(request, lab, state, layer, channel):
        return 0, 0  # of a map that a changed setting took away
    height, width = map_size(state, layer, channel)
    query = request.query_params
    return _place("row", query.get("row", ""), height), _place("col", query.get("col", ""), width)


ThePlace = Annotated[tuple[int, int], Depends(get_place)]


@router.get("/pixel", VIEW, name="pixel")
@router.get("/pixel.json", VIEW_DATA, name="pixel.json")
def show_pixel(
    request: Request, layer: int, channel: int, place: ThePlace, state: OneState, lab: TheLab
) -> Response:
    """Answer one pixel by hand: as a page, the lab in which its map stands folded open."""
    if gone := without_its_map(request, lab, state, layer, channel):
        return gone
    fragment = htmx.wants_fragment(request)
    value = whole_or_none("value", request.query_params)
    if wants_json(request) or (fragment and htmx.target(request) != "lab"):
        summed = lab.passes.fold(state, layer, channel).ordered(state.display.order)
        pixel = pixel_view(lab.passes, state, (layer, channel, *place), summed=summed, value=value)
        return render(request, "pixel", pixel, state)
    if fragment and not _holds(place, map_size(state, layer, channel)):
        # A changed setting made the map smaller than the pin: the fold stays open without it.
        here = urls_of(request, state).fold.page(layer, channel)
        view = lab.page.view(
            state, (layer, channel), fold=fold_view(lab.passes, state, layer, channel)
        )
        return answer_lab(request, view, state, stage=here)
    step = whole_or_none("sum", request.query_params)
    here = urls_of(request, state).pixel.page(layer, channel, *place, step=step, value=value)
    fold = fold_view(lab.passes, state, layer, channel, step=step)
    pixel = pixel_view(
        lab.passes, state, (layer, channel, *place), summed=fold.ordered, value=value
    )
    view = lab.page.view(state, (layer, channel), fold=fold, pixel=pixel)
    return answer_lab(request, view, state, stage=here)


@router.get("/pixel.csv", VIEW_FILE, name="pixel.csv")
def download_pixel(
    request: Request, layer: int, channel: int, place: ThePlace, state: OneState, lab: TheLab
) -> Response:
    """Answer the ledger as a table for a spreadsheet, at full precision."""
    value = whole_or_none("value", request.query_params)
    text = ledger_csv(pixel_view(lab.passes, state, (layer, channel, *place), value=value))
    row, col = place
    name = f"layer-{layer}-map-{channel}-row-{row}-column-{col}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-cache",
    }
    return Response(text, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/pixel/filter.png", VIEW_FILE, name="pixel.filter")
def show_pixel_filter(
    layer: int, channel: int, place: ThePlace, state: OneState, lab: TheLab
) -> Response:
    """Answer the filter through which the pixel sees the image, as a picture, a pixel a weight."""
    return png(local_filter_png(lab.passes, state, layer, channel, *place))


@router.get("/pixel.xlsx", EXPORT, name="pixel.xlsx")
def download_workbook(
    request: Request,
    layer: int,
    channel: int,
    place: ThePlace,
    state: OneState,
    lab: TheLab,
    source: TheSource,
) -> Response:
    """Answer the ledger of a pixel as a spreadsheet that computes it."""
    value = whole_or_none("value", request.query_params)
    row, col = place
    data = pixel_workbook(lab.passes, state, (layer, channel, row, col), source, value=value)
    return attachment(data, f"layer-{layer}-map-{channel}-row-{row}-column-{col}.xlsx")


def _holds(place: tuple[int, int], size: tuple[int, int]) -> bool:
    return place[0] < size[0] and place[1] < size[1]


def _place(name: str, text: str, count: int) -> int:
    given = text.strip()
    if not WHOLE.fullmatch(given):
        shown = shown_text(given, most=40) or "missing"
        raise SpecError(
            name,
            sentence("{field} is {shown}; 0 to {last} would work.", shown=shown, last=count - 1),
        )
    return int(given)
