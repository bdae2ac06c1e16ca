"""The price of a request is that of what its route does, however the address spells it."""

from typing import Any

import pytest

from app.lab.compute.prices import Price
from app.main import create_app
from app.settings import Settings
from app.web.gate.pricing import price_of_request
from app.web.route_facts import ROUTE
from app.web.watch.route_names import NO_ROUTE, Routes

MAPS = "/images/cat/layers/2/maps"
LINEAR = "activation1=linear&activation2=linear"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    app = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    yield app
    app.state.lab.close()


@pytest.fixture(scope="module")
def price(app):
    routes = Routes(app.routes)

    def price_of(address: str) -> Price:
        path, _, query = address.partition("?")
        scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "headers": []}
        scope |= {"query_string": query.encode(), "state": {ROUTE: routes.match(scope)}}
        assert scope["state"][ROUTE] is not NO_ROUTE
        return price_of_request(scope, app.state.lab)

    return price_of


@pytest.mark.parametrize(
    ("address", "same"),
    [
        (f"{MAPS}.png?tile=0512", f"{MAPS}.png?tile=512"),
        (f"{MAPS}.png?tile=%20512", f"{MAPS}.png?tile=512"),
        (f"{MAPS}/0/projections?samples=01&size=64", f"{MAPS}/0/projections?samples=1&size=64"),
        (f"/images/cat/one_layer.png?{LINEAR}", f"/images/cat/one_layer?{LINEAR}"),
        (f"/images/cat/one_layer.json?{LINEAR}", f"/images/cat/one_layer?{LINEAR}"),
        (f"/embed/images/cat/one_layer?{LINEAR}", f"/images/cat/one_layer?{LINEAR}"),
        (f"{MAPS}/0/contributions/preview.png", f"{MAPS}/0/contributions"),
    ],
)
def test_another_spelling_costs_the_same(price, address, same):
    assert price(address) == price(same)
    assert price(same).work > price(f"{MAPS}?size=64").work


def test_what_flipping_computes_again_is_counted(price):
    assert price(f"{MAPS}?flip=on").work > 1.8 * price(MAPS).work


@pytest.mark.parametrize("name", ["sight", "sum"])
@pytest.mark.parametrize("view", [MAPS + "/0/contributions", "/images/cat/layers/2/wall?row=0"])
def test_a_lesson_costs_as_much_as_the_dearest_views_that_it_can_show(price, name, view):
    lesson, alone = price(f"/lessons/{name}?filters2=32"), price(view)

    assert lesson.nbytes >= alone.nbytes
    assert lesson.work >= alone.work


@pytest.mark.parametrize("layer", ["02", "+2", "2.0", "%202", "2%20", "\N{ARABIC-INDIC DIGIT TWO}"])
@pytest.mark.parametrize("frame", ["", "/embed"])
def test_a_layer_has_one_spelling(client, layer, frame):
    for rest in ("maps.json", "maps/0/contributions", "wall"):
        address = f"{frame}/images/cat/layers/{layer}/{rest}?size=32&lock=all&kernel=0&w=1"
        assert client.get(address).status_code == 404
