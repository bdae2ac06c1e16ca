"""What a file is made from, and what a view puts into it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment

from app.lab.lab import Lab
from app.lab.stage.snapshots.views import FoldPicturesView
from app.web.address.urls import Urls
from app.web.embedding.view_table import Place

MOST_BYTES = 2_000_000  # of a file
# Of these, for what is not fitted to the room: an estimate, for the first attempt.
OF_THE_TEXT = 290_000


def in_base64(nbytes: int) -> int:
    """Return the characters that bytes take as text."""
    return 4 * -(-nbytes // 3)


def room_beside(others: int) -> int:
    """Return the bytes of pictures that fit into a file with `others` characters."""
    return max(MOST_BYTES - others, 0) * 3 // 4


@dataclass(frozen=True, kw_only=True)
class Making:
    """What a file is made from: `query` are the fields of its address.

    `room` bytes are for the pictures that are made as large as there is room.
    """

    place: Place
    lab: Lab
    urls: Urls
    query: Mapping[str, str]
    templates: Environment
    room: int = room_beside(OF_THE_TEXT)

    def room_with(self, others: int) -> int:
        """Return the room next to about `others` characters that not every file has, so that it is made once."""
        return min(self.room, room_beside(OF_THE_TEXT + others))

    def number(self, name: str) -> int:
        """Return the layer or the map of the path."""
        return self.place.numbers[name]

    def extra(self, name: str) -> int | None:
        """Return a whole number of the query, None where it is not given."""
        given = self.place.extras.get(name)
        return None if given is None else int(given)


@dataclass(frozen=True)
class Contents:
    """What a template of a file shows, by name, and the pictures that only a file has, by their addresses.

    `fitted` are the bytes of what was made as large as there is room.
    """

    context: dict[str, Any]
    urls: Urls
    pictures: Mapping[str, bytes]
    fitted: int = 0


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A view that has a file: the function that fills its template, its style sheets and its scripts."""

    fill: Callable[[Making], Contents]
    styles: tuple[str, ...]
    scripts: tuple[str, ...] = ()
    name: str


def with_folds(
    context: dict[str, Any], urls: Urls, folds: Mapping[str, FoldPicturesView]
) -> Contents:
    """Return contents with the pictures and the values of folds, which were fitted to the room.

    The keys of `folds` tell them apart: they end the addresses of the pictures, as `at` in their template.
    """
    pictures = {name: png for at, one in folds.items() for name, png in _addressed(at, one).items()}
    fitted = sum(map(len, pictures.values())) + sum(len(one.values.data) for one in folds.values())
    return Contents(context, urls, pictures, fitted)


def _addressed(at: str, pictures: FoldPicturesView) -> dict[str, bytes]:
    """Return the pictures of a fold by the addresses that its template gives them."""
    each = {
        "steps": pictures.steps.png,
        "last": pictures.last,
        "contributions": pictures.contributions.png,
        "kernels": pictures.kernels,
        **{f"wrong-{kind}": png for kind, png in pictures.wrong.items()},
        **{f"channel-{number}": png for number, png in enumerate(pictures.channels)},
    }
    if pictures.inputs:
        each["inputs"] = pictures.inputs.png
    return {f"snapshot:{name}{at}": png for name, png in each.items()}
