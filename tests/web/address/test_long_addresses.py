"""Every link of a page repeats the settings of its address: however long that is, the page stays small."""

import pytest

from app.engine.spec.edits import MOST_WEIGHTS, Edit
from app.lab.stage.lessons.table import LESSONS
from app.lab.state.state import text_of
from app.web.address.params import PARSERS
from app.web.embedding.frame import FIELDS
from app.web.embedding.view_table import VIEWS

LONG = 15_000  # characters of one field
MOST = 3 * 2**20  # bytes of a page
GIVEN = {"image_id": "cat", "layer": "2", "channel": "1", "name": LESSONS[0].name}
SMALL = "size=48&filters1=6&filters2=4"
WORD = "a" * LONG
LIST = ",".join(["1"] * (LONG // 2))
NAMES = {
    *PARSERS,
    *FIELDS,
    *(name for view in VIEWS for name in (*view.extras, *view.texts)),
    "unknown",
    "token",
    "key",
    "image",
    "v",
}


def path(view) -> str:
    query = f"{SMALL}&row=2&col=2" if view.name == "pixel" else SMALL
    address = view.path.format(**GIVEN)
    return (
        f"{address}?{query}&kind2=separable"
        if view.name == "intermediate"
        else f"{address}?{query}"
    )


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_long_value_of_any_field_makes_no_long_page(client, view):
    lengths: dict[str, int] = {}
    prefix = "/embed" if view.name in ("lab", "wall") else ""
    for name in sorted(NAMES):
        for value in (WORD, LIST):
            response = client.get(f"{prefix}{path(view)}&{name}={value}")
            assert response.status_code in (200, 303, 400, 403, 404, 422), name
            lengths[name] = max(lengths.get(name, 0), len(response.content))
    assert max(lengths.values()) <= MOST, max(lengths, key=lambda name: lengths[name])


@pytest.mark.parametrize("prefix", ["", "/embed"])
@pytest.mark.parametrize(
    "view",
    # The others take no kernels of this size.
    [view for view in VIEWS if view.name not in ("training", "ladder")],
    ids=lambda view: view.name,
)
def test_as_many_kernels_set_by_hand_as_there_can_be_make_no_long_page(client, view, prefix):
    weights = (-1.23456e-05,) * 16
    edits = text_of(tuple(Edit(f, c, weights) for f in range(4) for c in range(4)))
    assert edits.count(",") == MOST_WEIGHTS
    kernels = "kernel1=4&kernel2=4&filters1=64&filters2=32&channels=rgb"
    if view.name == "one_layer":
        kernels += "&activation1=linear&activation2=linear"
    first = text_of(tuple(Edit(f, c, weights) for f in range(5) for c in range(3)))

    response = client.get(f"{prefix}{path(view)}&{kernels}&edit1={first}&edit2={edits}")

    assert response.status_code == 200
    assert len(response.content) <= MOST


def test_kernels_that_fit_nothing_are_in_no_link(client):
    edits = text_of(tuple(Edit(100 + n, 0, (-1.23456e-05,) * 16) for n in range(16)))

    response = client.get(f"/images/cat?{SMALL}&edit1={edits}&edit2={edits}")

    assert response.status_code == 200
    assert "edit1=" not in response.text.replace(f"edit1={edits}", "")
    assert len(response.content) < 2 * len(client.get(f"/images/cat?{SMALL}").content)
