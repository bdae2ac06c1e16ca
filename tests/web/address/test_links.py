"""Links of every release keep their meaning."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from app import __version__
from app.engine.spec.edits import Edit
from app.lab.state.state import build, flatten, text_of
from app.web.embedding.view_table import VIEWS, place_at

LINKS = Path(__file__).parent / "links"
RELEASES = sorted(LINKS.glob("*.txt"))
PLACE = {
    "view",
    "lesson",
    "image",
    "layer",
    "map",
    *(name for view in VIEWS for name in view.extras),
}


def lines(release: Path) -> list[tuple[str, dict[str, object]]]:
    text = release.read_text(encoding="utf-8")
    kept = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return [(address, json.loads(meaning)) for address, meaning in kept]


EVERY = [line for release in RELEASES for line in lines(release)]


def plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple) and any(isinstance(one, Edit) for one in value):
        return text_of(value).split("_")
    return list(value) if isinstance(value, tuple) else value


def meaning_of(address: str) -> dict[str, object]:
    path, _, query = address.partition("?")
    place = place_at(path, dict(parse_qsl(query)))
    values = flatten(place.state)
    defaults = flatten(build(place.state.image_id, {}))
    # The default weights may change, but weights named in an address must not.
    for number, layer in enumerate(place.state.stack.layers, 1):
        values[f"weights{number}"] = layer.weights if f"weights{number}" in query else None
    given = {name: plain(value) for name, value in values.items() if value != defaults[name]}
    numbers = {"map" if name == "channel" else name: n for name, n in place.numbers.items()}
    where = {"view": place.view.name, "image": place.state.image_id}
    lesson = {"lesson": place.name} if place.name else {}
    return {**where, **lesson, **numbers, **place.extras, **given}


@pytest.mark.parametrize(("address", "meaning"), EVERY, ids=[address for address, _ in EVERY])
def test_a_link_keeps_its_meaning(address, meaning):
    assert meaning_of(address) == meaning


def test_this_release_has_a_list_of_links():
    assert f"{__version__}.txt" in {release.name for release in RELEASES}


def test_the_lists_contain_every_view_and_every_setting():
    named = {name for _, meaning in EVERY for name in meaning}

    assert {meaning["view"] for _, meaning in EVERY} >= {view.name for view in VIEWS}
    assert named >= PLACE
    assert named >= set(flatten(build("cat", {})))


@pytest.mark.parametrize("address", ["/about", "/images", "/images/cat/layers/x/maps", "/static/x"])
def test_an_address_that_is_not_a_view_has_no_meaning(address):
    assert place_at(address, {}) is None
