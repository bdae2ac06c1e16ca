"""The table of all views, used for sharing, embedding, previews and oEmbed.

To add a view, add a line here with the name of its route.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from re import Pattern

from app.engine.errors import SpecError
from app.lab.lab import DEFAULT_SAMPLE
from app.lab.state.state import State
from app.languages import Language
from app.messages import sentence
from app.web.address.params import image_in, state_from_query, whole_or_none
from app.web.language.page_language import stated_language


@dataclass(frozen=True)
class View:
    """A view: its name, its path template, and the query fields it accepts in addition to the settings.

    `extras` are whole numbers, `texts` any text. `settings` names the settings that apply; None means all.
    `as_file`: it can also be one file that needs no server.
    """

    name: str
    path: str
    extras: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    settings: tuple[str, ...] | None = None
    as_file: bool = False

    @property
    def of_picture(self) -> bool:
        """Tell whether its addresses name a picture."""
        return "{image_id}" in self.path

    @cached_property
    def pattern(self) -> Pattern[str]:
        """Return a pattern that matches the paths of this view."""
        named = re.sub(r"\{(image_id|name)\}", r"(?P<\1>[^/]+)", self.path)
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]{1,9})", named))


LAYER = "/images/{image_id}/layers/{layer}"
MAP = f"{LAYER}/maps/{{channel}}"
VIEWS = (
    View("lab", "/images/{image_id}", texts=("below",)),
    View("live", "/images/{image_id}/live", ("sum",), ("open",)),
    View("one_layer", "/images/{image_id}/one_layer"),
    View("maps", f"{LAYER}/maps", as_file=True),
    View("map", MAP, ("kernel",)),
    View("fold", f"{MAP}/contributions", ("sum", "input"), as_file=True),
    View("pixel", f"{MAP}/pixel", ("row", "col", "sum", "value"), as_file=True),
    View("projections", f"{MAP}/projections", ("samples",)),
    View("wall", f"{LAYER}/wall", ("column", "row", "folded"), as_file=True),
    View("training", "/images/{image_id}/training"),
    View("costs", f"{LAYER}/costs"),
    View("intermediate", f"{LAYER}/intermediate"),
    View("lessons", "/lessons", texts=("image", "plan")),
    View(
        "lesson",
        "/lessons/{name}",
        ("part",),
        ("image", "plan", "guess", "room", "present"),
        as_file=True,
    ),
    View(
        "ladder",
        "/ladder",
        ("size", "channels"),
        ("net", "layers"),
        settings=("axes",),
        as_file=True,
    ),
)


@dataclass(frozen=True)
class Place:
    """A parsed address of a view."""

    view: View
    path: str
    state: State
    numbers: Mapping[str, int]  # the layer and the map of the path
    name: str  # of the lesson; empty for other views
    extras: Mapping[str, int | str]
    language: Language | None  # that the address states


def can_be_a_file(path: str) -> bool:
    """Tell whether the view at a path below the operator's sub-path can be one file that needs no server."""
    return any(view.as_file and view.pattern.fullmatch(path) for view in VIEWS)


def place_at(path: str, query: Mapping[str, str]) -> Place | None:
    """Parse an address below the operator's sub-path. Return None if it belongs to no view.

    Raises:
        SpecError: a setting or another field has an invalid value.
    """
    path = f"/images/{DEFAULT_SAMPLE}" if path == "/" else path
    for view in VIEWS:
        if found := view.pattern.fullmatch(path):
            numbers = found.groupdict()
            name = numbers.pop("name", "")
            image_id = numbers.pop("image_id", None) or image_in(query)
            return Place(
                view=view,
                path=path,
                state=state_from_query(image_id, _settings(view, query)),
                numbers={name: int(number) for name, number in numbers.items()},
                name=name,
                extras=_extras(view, query),
                language=stated_language(query),
            )
    return None


def _settings(view: View, query: Mapping[str, str]) -> Mapping[str, str]:
    if view.settings is None:
        return query
    return {name: query[name] for name in view.settings if name in query}


def _extras(view: View, query: Mapping[str, str]) -> dict[str, int | str]:
    given = {name: whole_or_none(name, query) for name in view.extras}
    extras: dict[str, int | str] = {name: text for name in view.texts if (text := query.get(name))}
    extras |= {name: number for name, number in given.items() if number is not None}
    for name in {"row", "col"} & set(view.extras) if view.name == "pixel" else ():
        if name not in extras:
            raise SpecError(name, sentence("{field} is missing; a whole number would work."))
    return extras
