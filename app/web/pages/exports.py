"""What a reader takes along: the page that offers it, and each file."""

from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.lab.lab import Lab
from app.lab.stage.lab_page import first_map
from app.lab.state.state import State
from app.languages import ENGLISH, speaking
from app.web.address.params import whole_or_none
from app.web.embedding.share import Share
from app.web.rendering import render, urls_of
from app.web.route_context import TheSource, attachment, get_lab, get_state
from app.web.route_facts import DOWNLOAD, EXPORT, VIEW, FactRouter, RouteFacts

router = FactRouter(prefix="/images/{image_id}")
EXPORTS_DATA = RouteFacts(kind="data", computes=True, kept=True)  # no embedded view reads it
OneState = Annotated[State, Depends(get_state)]
TheLab = Annotated[Lab, Depends(get_lab)]


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
    with speaking(ENGLISH):  # it shows files, which are the same in every language
        view = lab.exports.view(state, source, chosen, row, col)
    urls = urls_of(request, state)
    return render(request, "exports", view, state, words=Share(urls, urls.exports.page).words)


@router.get("/export/stack_{framework}.py", EXPORT, name="export.code")
def download_code(framework: str, state: OneState, lab: TheLab, source: TheSource) -> Response:
    """Answer the stack as a script."""
    return attachment(lab.exports.code(state, framework, source), f"stack_{framework}.py")


@router.get("/export/stack.ipynb", EXPORT, name="export.notebook")
def download_notebook(state: OneState, lab: TheLab, source: TheSource) -> Response:
    """Answer the notebook that rebuilds the stack on this picture."""
    return attachment(lab.exports.notebook(state, source), "stack.ipynb")


@router.get("/export/weights.{form}", EXPORT, name="export.weights")
def download_weights(form: str, state: OneState, lab: TheLab) -> Response:
    """Answer the weights of both layers."""
    return attachment(lab.exports.weights(state, form), f"weights.{form}")


@router.get("/export/maps.csv", EXPORT, name="export.maps")
def download_maps(state: OneState, lab: TheLab) -> Response:
    """Answer the statistics of all maps."""
    return attachment(lab.exports.maps(state), "maps.csv")


@router.get("/trace.npz", DOWNLOAD, name="trace")
def download_trace(state: OneState, lab: TheLab) -> Response:
    """Answer every array of the pass."""
    headers = {"Content-Disposition": 'attachment; filename="trace.npz"'}
    pieces = lab.exports.trace(state)
    return StreamingResponse(pieces, headers=headers, media_type="application/octet-stream")
