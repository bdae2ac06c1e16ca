"""Which language the answer to a request has: the one its address states, the operator's, or the browser's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.types import Scope

from app.engine.errors import SpecError
from app.languages import ENGLISH, Language
from app.messages import listed, sentence
from app.setting_values import refused
from app.shown_text import shown_text
from app.web import htmx
from app.web.address.params import LANG
from app.web.answer_form import wants_json
from app.web.language.accepted import best_of
from app.web.language.catalogs import offered
from app.web.watch.route_names import route_of
from app.web.weighted_list import header_list

PAGE_LANGUAGE = "language"  # in the state of the scope: the PageLanguage


@dataclass(frozen=True)
class PageLanguage:
    """The language of the pages, and why: `stated` in the address, or taken `from_browser`."""

    language: Language = ENGLISH
    stated: bool = False
    from_browser: bool = False

    @property
    def kept(self) -> str:
        """Return what the links of the page state; empty where the same language is spoken without."""
        needed = self.stated or (self.from_browser and self.language is not ENGLISH)
        return self.language.code if needed else ""


def usual_language(code: str) -> Language | None:
    """Return the operator's language, or None where readers' browsers decide.

    Raises:
        SettingsError: there is no catalog of it.
        CatalogsNotCompiled: a catalog has not been compiled.
    """
    languages = offered()
    if code and code not in languages:
        raise refused("LANGUAGE", code, f"one of those in app/locale, {', '.join(languages)},")
    return languages.get(code)


def choose(scope: Scope, usual: Language | None) -> PageLanguage:
    """Choose the language of a request; browsers are asked on the front page alone.

    Data and files have one language, so `lang` is ignored there if it names none that is offered.

    Raises:
        SpecError: the address of a page states a language that is not offered.
    """
    query = QueryParams(scope["query_string"])
    given = stated_language(query) if _is_page(scope) else _named_in(query)
    if given:
        return PageLanguage(given, stated=True)
    if usual is None and route_of(scope).name == "home":
        accepted = best_of(header_list(scope, "accept-language"), offered())
        return PageLanguage(accepted or ENGLISH, from_browser=True)
    return PageLanguage(usual or ENGLISH)


def stated_language(query: Mapping[str, str], name: str = LANG) -> Language | None:
    """Return the language that a query states in the field `name`, or None.

    Raises:
        SpecError: it is not offered.
    """
    given = query.get(name, "").strip()
    if given and not _named_in(query, name):
        raise SpecError(
            name,
            sentence(
                "{field} is {given}; {languages} would work.",
                given=shown_text(given, most=40),
                languages=listed(offered()),
            ),
        )
    return _named_in(query, name)


def page_language_of(scope: Scope) -> PageLanguage:
    """Return the language of the pages for a request."""
    return cast(PageLanguage, scope.get("state", {}).get(PAGE_LANGUAGE, PageLanguage()))


def language_of_answer(scope: Scope) -> Language:
    """Return the language of the answer to a request: data and most files are in English, whoever asks."""
    is_translated = _is_page(scope) or route_of(scope).facts.translated
    return page_language_of(scope).language if is_translated else ENGLISH


def language_of_refusal(scope: Scope) -> Language:
    """Return the language in which a request is refused.

    A script that sends a file gets JSON, and states the language of its page, since it shows the sentence there.
    """
    choice = page_language_of(scope)
    is_shown = scope["method"] == "POST" and choice.stated
    return choice.language if is_shown else language_of_answer(scope)


def vary_of(scope: Scope) -> str:
    """Return the headers of the request that an answer in several forms depends on."""
    return f"{htmx.VARY}, Accept-Language" if page_language_of(scope).from_browser else htmx.VARY


def _named_in(query: Mapping[str, str], name: str = LANG) -> Language | None:
    return offered().get(query.get(name, "").strip())


def _is_page(scope: Scope) -> bool:
    return route_of(scope).facts.kind == "page" and not wants_json(Request(scope))
