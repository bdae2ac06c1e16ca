"""Lets each request be answered in its language: pages in that of the reader, data and files in English."""

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from app.engine.errors import SpecError
from app.languages import ENGLISH, Language, speaking
from app.web.errors import answer_refused
from app.web.language.page_language import PAGE_LANGUAGE, PageLanguage, choose, language_of_answer


class SpeakLanguages:
    """ASGI middleware that chooses the language of a request, and speaks it while the request is answered."""

    def __init__(self, app: ASGIApp, usual: Language | None) -> None:
        self.app = app
        self._usual = usual

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse a page in a language that is not offered."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope["state"]
        state[PAGE_LANGUAGE] = PageLanguage(self._usual or ENGLISH)
        try:
            state[PAGE_LANGUAGE] = choose(scope, self._usual)
        except SpecError as error:
            with speaking(language_of_answer(scope)):
                await answer_refused(Request(scope), error)(scope, receive, send)
            return
        with speaking(language_of_answer(scope)):
            await self.app(scope, receive, send)
