"""The same page in the other languages: what a page links to at its foot."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from starlette.requests import Request

from app.languages import spoken
from app.web.address.params import LANG
from app.web.address.urls import Urls
from app.web.language.catalogs import offered
from app.web.watch.route_names import NO_ROUTE, route_of

LEFT_OUT = (LANG, "token")  # a token that deletes an upload stands in no address of a page


@dataclass(frozen=True, kw_only=True)
class LanguageLink:
    """A language by its name in itself, and the address of the page in it."""

    code: str
    name: str
    address: str
    spoken: bool


def language_links(request: Request, urls: Urls) -> tuple[LanguageLink, ...]:
    """Return the page in each language; none where there is only one, or in a page of another site."""
    languages = offered()
    if len(languages) == 1 or urls.frame is not None:
        return ()
    path, fields = _here(request, urls)
    return tuple(
        LanguageLink(
            code=code,
            name=one.name,
            address=f"{path}?{urlencode([*fields, (LANG, code)], safe=',')}",
            spoken=one is spoken(),
        )
        for code, one in languages.items()
    )


def _here(request: Request, urls: Urls) -> tuple[str, list[tuple[str, str]]]:
    """Return the address of the page without its language; what was sent by a form leads to the front page."""
    if request.method not in ("GET", "HEAD") or route_of(request.scope) == NO_ROUTE:
        return f"{urls.root}/", []
    fields = parse_qsl(request.url.query, keep_blank_values=True)
    return quote(request.url.path), [one for one in fields if one[0] not in LEFT_OUT]
