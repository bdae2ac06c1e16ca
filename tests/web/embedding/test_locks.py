"""A lock that holds: nothing that a locked view offers leads to a state in which something locked has changed."""

import pytest

from app.web.address.params import PARSERS
from app.web.address.query import DECIDED_BY_OTHERS
from tests.web.embedding.crawl import Crawl

SMALL = "size=48&filters1=8&filters2=4&weights1=random"
MAP = "/images/cat/layers/2/maps/1"
PLACES = {
    "lab": "/images/cat?below=costs",
    "lessons": "/lessons",
    "lesson": "/lessons/sum?guess=mean",
    "maps": "/images/cat/layers/1/maps",
    "map": "/images/cat/layers/1/maps/2?mute=3",
    "fold": f"{MAP}/contributions",
    "pixel": f"{MAP}/pixel?row=1&col=2",
    "projections": f"{MAP}/projections?samples=1",
    "wall": "/images/cat/layers/2/wall?column=3&mute=3",
    "costs": "/images/cat/layers/2/costs",
    "intermediate": "/images/cat/layers/2/intermediate?kind2=separable",
    "one_layer": "/images/cat/one_layer?activation1=linear&activation2=linear",
    "training": "/images/cat/training?weights1=trained&filters1=64",
    "ladder": "/ladder?layers=conv3-8,pool2",
}
NAMES = (*PARSERS, "layers", "picture")
WHOLE = {
    "all": frozenset(NAMES),
    "settings": frozenset(NAMES) - {"picture"},
    "picture": frozenset({"picture"}),
}
# A setting of layer 1 has the code of the same one of layer 2.
ONE_LOCK = [
    pytest.param(
        name,
        marks=pytest.mark.thorough if f"{name.removesuffix('1')}2" in PARSERS else (),
    )
    for name in (*PARSERS, "layers")
]
MOST = {"all": 24, "settings": 10, "picture": 10}  # pages that are looked at from each view


def embedded(view, lock):
    path, _, query = PLACES[view].partition("?")
    return f"/embed{path}?" + "&".join(one for one in (SMALL, query, f"lock={lock}") if one)


@pytest.mark.parametrize("view", PLACES)
@pytest.mark.parametrize("lock", WHOLE)
def test_a_locked_view_leads_to_no_other_state(client, cat_file, view, lock):
    crawl = Crawl(client, client.app.state.lab, WHOLE[lock], cat_file, most=MOST[lock])

    assert list(crawl.escapes(embedded(view, lock))) == []


@pytest.mark.parametrize("lock", DECIDED_BY_OTHERS)
def test_no_change_of_another_setting_changes_one_that_is_locked_at_its_default(
    client, cat_file, lock
):
    crawl = Crawl(client, client.app.state.lab, frozenset({lock}), cat_file, most=1)

    assert list(crawl.escapes(f"/embed/images/cat?size=48&lock={lock}")) == []


@pytest.mark.parametrize("lock", ONE_LOCK)
def test_a_view_with_one_lock_leads_to_no_state_that_differs_in_it(client, cat_file, lock):
    crawl = Crawl(client, client.app.state.lab, frozenset({lock}), cat_file, most=1)

    assert [one for view in PLACES for one in crawl.escapes(embedded(view, lock))] == []
