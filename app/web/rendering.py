"""One view, three forms: a page, the partial in it, or JSON, all from the same dataclass."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response

from app import __version__
from app.lab.stage.lessons.table import LESSONS
from app.lab.state.state import State
from app.languages import spoken
from app.web import htmx
from app.web.address.origin import origin_of
from app.web.address.subpath import root_of
from app.web.address.urls import Urls
from app.web.answer_form import wants_json
from app.web.embedding.frame import frame_of
from app.web.embedding.locking import locked
from app.web.embedding.qr import fits
from app.web.embedding.share import Share
from app.web.filters.table import FILTERS
from app.web.language.in_words import Pages, in_words, install_sentences
from app.web.language.links import language_links
from app.web.language.page_language import page_language_of, vary_of
from app.web.legal_links import legal_links
from app.web.picture_rules import offers_a_drop, picture_rules
from app.web.script_words import script_words

TEMPLATES = Path(__file__).parents[2] / "templates"


@cache
def make_environment() -> Environment:
    """Return the templates, one set for the process; a name that a view does not have is an error."""
    environment = Pages(
        loader=FileSystemLoader(TEMPLATES),
        auto_reload=False,  # a template from an update must not meet the code and ETags from before it
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        finalize=in_words,
    )
    install_sentences(environment)
    environment.filters |= {**FILTERS, "fits_qr": fits}
    environment.globals |= {"version": __version__, "spoken": spoken, "script_words": script_words}
    environment.globals["lesson_titles"] = {one.name: one.title for one in LESSONS}
    return environment


def compile_all(environment: Environment) -> None:
    """Compile every template now: the largest take 20 ms, and no other request is answered meanwhile."""
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def render(
    request: Request,
    name: str,
    view: Any,
    state: State,
    *,
    page: str | None = None,
    status: int = 200,
    **context: Any,
) -> Response:
    """Answer `view` as the request wants it.

    `name` is the partial and its variable; `page` the page around it, by default of the same name.
    """
    if wants_json(request):
        return _json(view, status)
    fragment = htmx.wants_fragment(request)
    template = _paths()[f"{name}.html" if fragment else f"{page or name}_page.html"]
    urls = urls_of(request, state)
    shown = locked(view, urls)
    share = Share(urls, context["here"]) if context.get("here") else None
    rules = _rules(request, urls) if status == 200 and not fragment else None
    text = (
        request.app.state.templates.get_template(template)
        .render(
            {
                name: shown,
                "urls": urls,
                "share": share,
                "fragment": fragment,
                "picture_rules": rules,
                "legal_links": legal_links(request.app.state.lab.settings),
                "languages": () if fragment else language_links(request, urls),
            }
            | context
        )
        .encode()
    )
    headers = {"Vary": vary_of(request.scope), "Cache-Control": "no-cache"}
    return Response(text, status, headers, media_type="text/html; charset=utf-8")


def urls_of(request: Request, state: State) -> Urls:
    """Return the addresses of a state below the operator's sub-path, embedded as the request is."""
    scope = request.scope
    kept = page_language_of(scope).kept
    return Urls(root_of(scope), state, origin_of(scope), frame_of(scope), kept)


def _rules(request: Request, urls: Urls) -> dict[str, Any] | None:
    lab = request.app.state.lab
    return picture_rules(lab.settings) if offers_a_drop(request, urls) else None


@cache
def _paths() -> dict[str, str]:
    """Return where each template lies, in the folder of its feature; no two have the same name."""
    names = make_environment().list_templates()
    return {name.rpartition("/")[2]: name for name in names}


def _as_json(value: Any) -> Any:
    worded = in_words(value)
    return vars(value) if worded is value else worded


def _json(view: Any, status: int) -> Response:
    text = json.dumps(view, default=_as_json, allow_nan=False, ensure_ascii=False).encode()
    headers = {"Vary": htmx.VARY, "Cache-Control": "no-cache"}
    return Response(text, status, headers, media_type="application/json")
