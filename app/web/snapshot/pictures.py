"""The pictures of the pages by their addresses, drawn for a file that holds them itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from re import Pattern
from urllib.parse import parse_qsl

from app.lab.fold.pictures import contributions_png
from app.lab.kinds.factor_maps import intermediate_png
from app.lab.lab import Lab
from app.lab.maps.colour_filters import filters_png
from app.lab.maps.pictures import filter_png, map_png
from app.lab.one_layer.pictures import one_layer_png
from app.lab.pieces.tiles import TILE
from app.lab.pixel.pictures import local_filter_png
from app.lab.stage.pictures import channel_png, picture_png
from app.lab.state.state import State
from app.lab.wall.pictures import wall_png
from app.web.address.params import state_from_query

Numbers = dict[str, int]  # of the path and of the query, by name
Draw = Callable[[Lab, State, Numbers], bytes]


@dataclass(frozen=True)
class Picture:
    """A picture: its path, and the function that draws it."""

    path: str
    draw: Draw

    @cached_property
    def pattern(self) -> Pattern[str]:
        """Return a pattern that matches the paths of this picture."""
        named = re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}")
        named = named.replace("{image_id}", r"(?P<image_id>[^/]+)")
        return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]{1,9})", named))


SIDE_OF_A_CHANNEL = 256  # pixels, as the pages show it
IMAGE = "/images/{image_id}"
LAYER = f"{IMAGE}/layers/{{layer}}"
MAP = f"{LAYER}/maps/{{channel}}"
PICTURES = (
    Picture(
        f"{IMAGE}/picture.png",
        lambda lab, state, at: picture_png(lab.passes, state, at.get("tile", state.stack.size)),
    ),
    Picture(
        f"{IMAGE}/channels/{{channel}}.png",
        lambda lab, state, at: channel_png(
            lab.passes, state, at["channel"], side=SIDE_OF_A_CHANNEL
        ),
    ),
    Picture(f"{IMAGE}/one_layer.png", lambda lab, state, _: one_layer_png(lab.passes, state)),
    Picture(
        f"{LAYER}/maps.png",
        lambda lab, state, at: lab.sheets.png(state, at["layer"], at.get("tile", TILE)),
    ),
    Picture(
        f"{LAYER}/filters.png",
        lambda lab, state, at: filters_png(lab.passes, state, at["layer"]),
    ),
    Picture(
        f"{LAYER}/intermediate.png",
        lambda lab, state, at: intermediate_png(lab.passes, state, at["layer"]),
    ),
    Picture(f"{LAYER}/wall.png", lambda lab, state, at: wall_png(lab.passes, state, at["layer"])),
    Picture(
        f"{MAP}.png",
        lambda lab, state, at: map_png(lab.passes, state, at["layer"], at["channel"]),
    ),
    Picture(
        f"{MAP}/filter.png",
        lambda lab, state, at: filter_png(lab.passes, state, at["layer"], at["channel"]),
    ),
    Picture(
        f"{MAP}/contributions.png",
        lambda lab, state, at: contributions_png(lab.passes, state, at["layer"], at["channel"]),
    ),
    Picture(
        f"{MAP}/pixel/filter.png",
        lambda lab, state, at: local_filter_png(
            lab.passes, state, at["layer"], at["channel"], at["row"], at["col"]
        ),
    ),
)


def picture_at(lab: Lab, address: str) -> bytes:
    """Draw the picture of an address below the operator's sub-path.

    Raises:
        LookupError: no picture that a file can hold has this address.
    """
    path, _, text = address.partition("?")
    query = dict(parse_qsl(text))
    for picture in PICTURES:
        if found := picture.pattern.fullmatch(path):
            given = found.groupdict()
            state = state_from_query(given.pop("image_id"), query)
            asked = {name: query[name] for name in ("tile", "row", "col") if name in query}
            return picture.draw(lab, state, {name: int(n) for name, n in (given | asked).items()})
    raise LookupError(address)
