"""Assembles the application: routers, middleware, static files and error pages. No logic."""

import os
import sys
from pathlib import Path

from fastapi import FastAPI
from threadpoolctl import threadpool_limits

from app import __version__
from app.lab.keep.samples import Samples
from app.lab.lab import Lab
from app.settings import Settings, from_env
from app.web import errors, openapi
from app.web.address.origin import OwnOrigin
from app.web.address.subpath import SubPath
from app.web.course.folder import read_book
from app.web.embedding.cors import Preflight
from app.web.gate.admission import Admission
from app.web.gate.caching import AnswerCache, Caching
from app.web.gate.clients import StallTimeout
from app.web.gate.compression import Compress, Unpack
from app.web.gate.cross_site import RefuseOtherSites
from app.web.gate.queue_middleware import QueueMiddleware
from app.web.gate.request_limits import BodyTypes, DeclaredBodyLimit, HeadLimit
from app.web.gate.shutdown import Lifecycle, RefuseWhileStopping
from app.web.head_requests import AnswerHead
from app.web.headers import SecurityHeaders
from app.web.housekeeping import housekeeping
from app.web.language.page_language import usual_language
from app.web.language.speak_languages import SpeakLanguages
from app.web.pages import (
    crawlers,
    deep_nets,
    embed,
    exports,
    fold,
    health,
    kinds,
    lessons,
    live,
    maps,
    oembed,
    one_layer,
    pictures,
    pixel,
    projections,
    share_routes,
    stage,
    training,
    votes,
    wall,
    weights,
)
from app.web.pages.question_pages import QuestionPages
from app.web.rendering import make_environment
from app.web.route_facts import FORM_OVERHEAD
from app.web.statics import VersionedStatics
from app.web.watch.metrics import Metrics
from app.web.watch.middleware import Watch

STATIC = Path(__file__).parents[1] / "static"
GIL_SECONDS = 0.0005  # drawing releases the GIL often; a busy thread must not keep it for long


def create_app(settings: Settings | None = None) -> FastAPI:
    """Create the application."""
    if settings is None:
        settings = from_env(os.environ)
        os.environ.pop("STORE", None)  # may hold a password, and workers inherit the environment
    threadpool_limits(1, user_api="blas")  # the engine runs its own threads
    sys.setswitchinterval(GIL_SECONDS)
    app = FastAPI(
        title="Convfold",
        version=__version__,
        lifespan=housekeeping,
        docs_url=None,
        redoc_url=None,
    )
    own = Path(settings.samples_dir) if settings.samples_dir else None
    samples = Samples(STATIC / "samples", own=own)
    folder = Path(settings.lessons_dir) if settings.lessons_dir else None
    book = read_book(folder, {view.id for view in samples.views})
    lab = app.state.lab = Lab(settings, samples, book)
    admission = app.state.admission = Admission(
        {
            "cheap": lab.slots,
            "dear": lab.dear_slots,
            "files": lab.file_slots,
            "live": lab.live_slots,
        },
        queue_length=settings.queue_length,
    )
    answers = app.state.answers = AnswerCache()
    lifecycle = app.state.lifecycle = Lifecycle()
    metrics = app.state.metrics = Metrics(app.state)
    app.state.templates = make_environment()
    usual = usual_language(settings.language)
    app.state.question_pages = QuestionPages(lab)
    body_limit = settings.upload_mib * 2**20 + FORM_OVERHEAD
    app.add_middleware(OwnOrigin)
    app.add_middleware(QueueMiddleware, admission=admission, lab=lab)
    app.add_middleware(Compress)
    app.add_middleware(Caching, lab=lab, answers=answers, admission=admission)
    app.add_middleware(Unpack)
    app.add_middleware(DeclaredBodyLimit, limit=body_limit)
    app.add_middleware(BodyTypes)
    app.add_middleware(RefuseOtherSites)
    app.add_middleware(HeadLimit)
    app.add_middleware(RefuseWhileStopping, lifecycle=lifecycle)
    app.add_middleware(StallTimeout)
    app.add_middleware(Preflight)
    app.add_middleware(SpeakLanguages, usual=usual)
    app.add_middleware(Watch, metrics=metrics, lifecycle=lifecycle)
    app.add_middleware(SecurityHeaders, settings=settings)
    app.add_middleware(AnswerHead)
    app.add_middleware(SubPath, root=settings.root_path)
    errors.install(app)
    for page in (
        weights,  # before embed, which matches everything else below /embed
        share_routes,
        embed,
        oembed,
        stage,
        pictures,
        live,
        maps,
        fold,
        pixel,
        projections,
        one_layer,
        exports,
        wall,
        training,
        kinds,
        lessons,
        votes,
        deep_nets,
        health,
        crawlers,
    ):
        app.include_router(page.router.api, max_body_size=body_limit)
    openapi.install(app)
    app.mount("/static", VersionedStatics(directory=STATIC), name="static")
    return app
