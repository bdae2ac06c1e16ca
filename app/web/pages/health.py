"""What the operator asks: alive, ready, and the numbers. No thread is needed, so load delays none of it."""

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from app.web.route_facts import STATUS, FactRouter

router = FactRouter()
FRESH = {"Cache-Control": "no-store"}


@router.get("/healthz", STATUS, name="healthz")
async def show_health() -> Response:
    """Answer that the server is alive."""
    return JSONResponse({"status": "alive"}, headers=FRESH)


@router.get("/readyz", STATUS, name="readyz")
async def show_readiness(request: Request) -> Response:
    """Answer whether more work can be taken now, with the numbers of the queue.

    A store of uploads that does not answer is told and does not change the status: all replicas share it,
    and without them the samples would not work either.
    """
    admission, lifecycle = request.app.state.admission, request.app.state.lifecycle
    phase = "full" if lifecycle.phase == "serving" and admission.is_full else lifecycle.phase
    body = {
        "status": phase,
        "waiting": admission.waiting,
        "running": admission.running,
        "slots": admission.slots,
        "uploads": "reachable"
        if request.app.state.lab.pictures.store.is_reachable
        else "unreachable",
    }
    return JSONResponse(body, 200 if phase == "serving" else 503, FRESH)


@router.get("/metrics", STATUS, name="metrics")
async def show_metrics(request: Request) -> Response:
    """Answer the numbers in the text format of Prometheus."""
    text = request.app.state.metrics.text()
    return Response(text, headers=FRESH, media_type=CONTENT_TYPE_LATEST)
