"""Wires routers, static files, headers and error pages together. No logic."""

import os
import sys
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles
from threadpoolctl import threadpool_limits

from app import __version__
from app.lab.lab import Lab
from app.lab.samples import Samples
from app.settings import Settings, from_env
from app.web import errors, fold, images, maps, pages, pixels, wall
from app.web.head import AnswerHead
from app.web.headers import SecurityHeaders
from app.web.housekeeping import housekeeping
from app.web.limits import FORM_OVERHEAD, DeclaredBodyLimit
from app.web.rendering import make_environment

STATIC = Path(__file__).parents[1] / "static"
GIL_SECONDS = 0.0005  # a thread that draws waits often and shortly; others may not keep it longer


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application."""
    settings = settings or from_env(os.environ)
    threadpool_limits(1, user_api="blas")  # the engine shares strips between threads of its own
    sys.setswitchinterval(GIL_SECONDS)
    app = FastAPI(
        title="Convfold",
        version=__version__,
        lifespan=housekeeping,
        docs_url=None,
        redoc_url=None,
    )
    app.state.lab = Lab(settings, Samples(STATIC / "samples"))
    app.state.templates = make_environment()
    body_limit = settings.upload_mib * 2**20 + FORM_OVERHEAD
    app.add_middleware(DeclaredBodyLimit, limit=body_limit)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(AnswerHead)
    errors.install(app)
    for routes in (pages, images, maps, fold, pixels, wall):
        app.include_router(routes.router, max_body_size=body_limit)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app
