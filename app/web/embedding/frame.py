"""The options of an embedded view: locked settings, hidden parts and the theme."""

from dataclasses import dataclass

from starlette.datastructures import QueryParams
from starlette.types import Scope

from app.engine.errors import SpecError
from app.messages import Message, listed, sentence
from app.shown_text import shown_text
from app.web.address.params import PARSERS
from app.web.watch.route_names import route_of

PREFIX = "/embed"
ALL = "all"
HIDEABLE = {
    "heading": sentence("the headline and the text below it"),
    "upload": sentence("the upload and the samples"),
    "legend": sentence("the colour scales"),
    "numbers": sentence("the table of numbers"),
}
THEMES = ("light", "dark")
FIELDS = ("lock", "hide", "theme")


@dataclass(frozen=True)
class Frame:
    """The options that an embedding page chooses. With an empty theme, the reader's own theme applies."""

    lock: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    theme: str = ""

    @property
    def locked(self) -> tuple[str, ...]:
        """Return the settings whose fields are not shown."""
        return tuple(PARSERS) if ALL in self.lock else self.lock

    def query(self) -> dict[str, str]:
        """Return the options as query fields."""
        given = {"lock": ",".join(self.lock), "hide": ",".join(self.hide), "theme": self.theme}
        return {name: text for name, text in given.items() if text}


def frame_of(scope: Scope) -> Frame | None:
    """Return the options of the requested view, or None if it is not embedded.

    Invalid options are ignored here, since `frame_from_query` refuses them.
    """
    if not route_of(scope).facts.framed:
        return None
    try:
        return frame_from_query(QueryParams(scope["query_string"]))
    except SpecError:
        return Frame()


def frame_from_query(query: QueryParams) -> Frame:
    """Parse the options. A list is one field with commas, or a repeated field.

    Raises:
        SpecError: names the field, the given value and values that would work.
    """
    lock, hide = (_words(query, name) for name in ("lock", "hide"))
    theme = query.get("theme", "")
    _check("lock", lock, (ALL, *PARSERS), sentence("all, and the names of settings"))
    _check("hide", hide, tuple(HIDEABLE), listed(HIDEABLE))
    _check("theme", (theme,) if theme else (), THEMES, listed(THEMES))
    return Frame(lock=(ALL,) if ALL in lock else lock, hide=hide, theme=theme)


def _words(query: QueryParams, name: str) -> tuple[str, ...]:
    given = (word.strip() for text in query.getlist(name) for word in text.split(","))
    return tuple(dict.fromkeys(word for word in given if word))


def _check(name: str, given: tuple[str, ...], known: tuple[str, ...], words: Message | str) -> None:
    for word in given:
        if word not in known:
            raise SpecError(
                name,
                sentence(
                    "{field} is {given}; {words} would work.",
                    given=shown_text(word, most=40),
                    words=words,
                ),
            )
