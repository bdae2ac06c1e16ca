"""The options of an embedded view: locked settings, hidden parts and the theme."""

from dataclasses import dataclass
from functools import cached_property

from starlette.datastructures import QueryParams
from starlette.types import Scope

from app.engine.errors import SpecError
from app.messages import Message, listed, sentence
from app.shown_text import shown_text
from app.web.address.params import PARSERS
from app.web.watch.route_names import route_of

PREFIX = "/embed"
PICTURE = "picture"
LOCKABLE = (*PARSERS, "layers", PICTURE)  # the settings, the layers of a deep net, the picture
ALL = "all"
SETTINGS = "settings"
GROUPS = {ALL: LOCKABLE, SETTINGS: tuple(name for name in LOCKABLE if name != PICTURE)}
# Muted maps are one choice in two fields: a lock on one holds both.
TOGETHER = ({"mute", "solo"},)
HIDEABLE = {
    "heading": sentence("the headline and the text below it"),
    "upload": sentence("the upload and the samples"),
    "legend": sentence("the colour scales"),
    "numbers": sentence("the table of numbers"),
}
AUTO = "auto"  # as on the reader's device, or as the embedding page says: the same as no theme
THEMES = ("light", "dark")
FIELDS = ("lock", "hide", "theme")


@dataclass(frozen=True)
class Frame:
    """The options that an embedding page chooses. With an empty theme, the reader's own theme applies."""

    lock: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    theme: str = ""

    @cached_property
    def locked(self) -> frozenset[str]:
        """Return everything that readers cannot change."""
        names = {name for word in self.lock for name in GROUPS.get(word, (word,))}
        return frozenset(names.union(*(both for both in TOGETHER if both & names)))

    @property
    def locks_settings(self) -> bool:
        """Tell whether no setting at all can be changed."""
        return self.locked.issuperset(GROUPS[SETTINGS])

    def query(self) -> dict[str, str]:
        """Return the options as query fields."""
        given = {"lock": ",".join(self.lock), "hide": ",".join(self.hide), "theme": self.theme}
        return {name: text for name, text in given.items() if text}


def frame_of(scope: Scope) -> Frame | None:
    """Return the options of the requested view, or None if it is not embedded.

    `frame_from_query` refuses invalid options. The page that says so offers nothing, in case one was a lock.
    """
    if not route_of(scope).facts.framed:
        return None
    try:
        return frame_from_query(QueryParams(scope["query_string"]))
    except SpecError:
        return Frame(lock=(ALL,))


def frame_from_query(query: QueryParams) -> Frame:
    """Parse the options. A list is one field with commas, or a repeated field.

    Raises:
        SpecError: names the field, the given value and values that would work.
    """
    lock, hide = (_words(query, name) for name in ("lock", "hide"))
    theme = query.get("theme", "")
    theme = "" if theme == AUTO else theme
    known = sentence("all, settings, picture, layers, and the names of settings")
    _check("lock", lock, (*GROUPS, *LOCKABLE), known)
    _check("hide", hide, tuple(HIDEABLE), listed(HIDEABLE))
    _check("theme", (theme,) if theme else (), THEMES, listed((AUTO, *THEMES)))
    return Frame(lock=_shortest(lock), hide=hide, theme=theme)


def _shortest(lock: tuple[str, ...]) -> tuple[str, ...]:
    if ALL in lock or {SETTINGS, PICTURE} <= set(lock):
        return (ALL,)
    return (SETTINGS,) if SETTINGS in lock else lock


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
