"""What a reader takes along: the page that offers it, and each file."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from app.lab.fold.figure_files import figure_file
from app.lab.lab import Lab
from app.lab.pieces.stack_facts import Source
from app.lab.pixel.workbook import pixel_workbook
from app.lab.stage.lab_page import first_map
from app.lab.state.state import State
from app.web.address.params import whole_or_none
from app.web.embedding.share import Share
from app.web.pages.pixel import ThePlace
from app.web.rendering import render, urls_of
from app.web.route_context import get_lab, get_state
from app.web.route_facts import EXPORT, VIEW, FactRouter, RouteFacts

router = FactRouter(prefix="/images/{image_id}")
EXPORTS_DATA = RouteFacts(kind="data", computes=True, kept=True)  # no embedded view reads it
MAP = "/layers/{layer}/maps/{channel}"
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]
TYPES = {
    "py": "text/x-python; charset=utf-8",
    "ipynb": "application/x-ipynb+json",
    "safetensors": "application/octet-stream",
    "npz": "application/octet-stream",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "svg": "image/svg+xml",
    "png": "image/png",
}


async def get_source(request: Request, state: OneState, lab: TheLab) -> Source:
    """Return where the numbers of an export are from, as whole addresses."""
    urls = urls_of(request, state)
    return Source(
        title=lab.pictures.title(state.image_id),
        page=f"{urls.origin}{urls.lab}",
        trace=f"{urls.origin}{urls.exports.trace}",
    )


TheSource = Annotated[Source, Depends(get_source)]


@router.get("/export", VIEW, name="exports")
@router.get("/export.json", EXPORTS_DATA, name="exports.json")
def show_exports(request: Request, state: OneState, lab: TheLab, source: TheSource) -> Response:
    """Answer everything that is offered, for the map and the pixel of the query."""
    query = request.query_params
    layer, channel, row, col = (
        whole_or_none(one, query) for one in ("layer", "channel", "row", "col")
    )
    usual = first_map(state)
    chosen = (usual[0] if layer is None else layer, usual[1] if channel is None else channel)
    view = lab.exports.view(state, source, chosen, row, col)
    urls = urls_of(request, state)
    return render(request, "exports", view, state, words=Share(urls, urls.exports.page).words)


@router.get("/export/stack_{framework}.py", EXPORT, name="export.code")
def download_code(framework: str, state: OneState, lab: TheLab, source: TheSource) -> Response:
    """Answer the stack as a script."""
    return _file(lab.exports.code(state, framework, source), f"stack_{framework}.py")


@router.get("/export/stack.ipynb", EXPORT, name="export.notebook")
def download_notebook(state: OneState, lab: TheLab, source: TheSource) -> Response:
    """Answer the notebook that rebuilds the stack on this picture."""
    return _file(lab.exports.notebook(state, source), "stack.ipynb")


@router.get("/export/weights.{form}", EXPORT, name="export.weights")
def download_weights(form: str, state: OneState, lab: TheLab) -> Response:
    """Answer the weights of both layers."""
    return _file(lab.exports.weights(state, form), f"weights.{form}")


@router.get("/export/maps.csv", EXPORT, name="export.maps")
def download_maps(state: OneState, lab: TheLab) -> Response:
    """Answer the statistics of all maps."""
    return _file(lab.exports.maps(state), "maps.csv")


@router.get(f"{MAP}/pixel.xlsx", EXPORT, name="pixel.xlsx")
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
    return _file(data, f"layer-{layer}-map-{channel}-row-{row}-column-{col}.xlsx")


@router.get(f"{MAP}/contributions/figure.{{form}}", EXPORT, name="figure")
def download_figure(
    layer: int, channel: int, form: str, state: OneState, lab: TheLab, source: TheSource
) -> Response:
    """Answer the fold of a map as a figure for slides."""
    data = figure_file(lab.passes, state, layer, channel, form, source)
    return _file(data, f"layer-{layer}-map-{channel}.{form}")


def _file(data: str | bytes, name: str) -> Response:
    """Answer a file to be saved; `name` is made of our own words and numbers."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=TYPES[name.rpartition(".")[2]])
