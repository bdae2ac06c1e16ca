"""Kernels set by hand over HTTP: typed into the form, chosen, reset, kept in the address."""

import io
import re

import numpy as np
import pytest

SMALL = "size=32&filters1=6&filters2=4"
MAP = "/images/cat/layers/2/maps/3"
LAPLACIAN = "0,1,0,1,-4,1,0,1,0"
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "form#lab"}


def weight(client, query, layer=2):
    answer = client.get(f"/images/cat/trace.npz?{query}")
    return np.load(io.BytesIO(answer.content))[f"layer{layer}/weight"]


def typed(cells):
    return "&".join(f"w={cell}" for cell in cells)


def test_what_is_typed_leads_to_the_address_that_holds_it(client):
    query = f"{SMALL}&kernel=5&{typed(LAPLACIAN.split(','))}&was=1,1,1,1,1,1,1,1,1"

    answer = client.get(f"{MAP}?{query}&apply=1", follow_redirects=False)
    fragment = client.get(f"{MAP}?{query}", headers=HTMX)

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{MAP}?{SMALL}&edit2=3.5,{LAPLACIAN}&kernel=5"
    assert fragment.headers["hx-push-url"] == answer.headers["location"]
    np.testing.assert_array_equal(
        weight(client, f"{SMALL}&edit2=3.5,{LAPLACIAN}")[3, 5].ravel(),
        np.array(LAPLACIAN.split(","), np.float32),
    )


def test_a_form_sent_for_another_field_sets_no_kernel(client):
    page = client.get(f"{MAP}?{SMALL}&kernel=5").text
    cells = re.findall(r'class="field__control editor__cell"[^>]* value="([^"]+)"', page)
    was = re.search(r'name="was" value="([^"]+)"', page)[1]
    assert len(cells) == 9

    answer = client.get(
        f"{MAP}?{SMALL}&kernel=5&{typed(cells)}&was={was}&weights1=gabor&apply=1",
        follow_redirects=False,
    )

    assert "edit2" not in answer.headers["location"]
    assert "weights1=gabor" in answer.headers["location"]


def test_every_kernel_leads_to_its_editor_and_that_to_kernels_to_choose_from(client):
    page = client.get(f"{MAP}?{SMALL}").text
    assert len(re.findall(rf'href="{MAP}\?[^"]*kernel=\d+"', page)) == 6

    data = client.get(f"{MAP}.json?{SMALL}&kernel=2").json()["editor"]

    presets = {one["name"]: one["weights"] for one in data["presets"]}
    assert presets["laplacian"] == [0, 1, 0, 1, -4, 1, 0, 1, 0]
    assert {"sobel_x", "blur", "sharpen", "emboss", "identity", "zero"} <= set(presets)
    assert sum(name.startswith("edge_") for name in presets) == 8


def test_a_chosen_kernel_is_in_its_link_and_the_way_back_resets_it(client):
    page = client.get(f"{MAP}?{SMALL}&kernel=2").text
    link = re.search(r'href="([^"]+)">Laplacian', page)[1].replace("&amp;", "&")
    edited = client.get(link)
    assert edited.status_code == 200
    assert f"edit2=3.2,{LAPLACIAN}" in link

    back = re.search(r'href="([^"]+)">Reset this kernel', edited.text)[1]

    assert "edit2" not in back


def test_only_the_maps_that_depend_on_a_kernel_of_layer_2_change(client):
    def maps(query):
        return np.load(io.BytesIO(client.get(f"/images/cat/trace.npz?{query}").content))

    before, after = maps(SMALL), maps(f"{SMALL}&edit2=3.5,{LAPLACIAN}")
    changed = [
        (before[name] != after[name]).any(axis=(1, 2)).tolist()
        for name in ("layer1/preactivation", "layer2/preactivation")
    ]

    assert changed == [[False] * 6, [False, False, False, True]]


def test_the_page_says_what_was_set_by_hand(client):
    data = client.get(
        f"/images/cat.json?{SMALL}&edit2=3.5,{LAPLACIAN}&edit1=0.1,{LAPLACIAN}"
    ).json()

    assert "Then set by hand: kernel 0.1 " in data["layers"][0]["weights_made"]
    assert "Then set by hand: kernel 3.5 " in data["layers"][1]["weights_made"]


def test_the_editor_shows_a_kernel_as_it_is_before_turning(client):
    corner = "1,0,0,0,0,0,0,0,0"

    data = client.get(f"{MAP}.json?{SMALL}&flip=on&edit2=3.5,{corner}&kernel=5").json()

    assert data["editor"]["weights"] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert data["kernels"][5]["weights"][2][2] == 1


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        (f"{SMALL}&kernel=6", 404, "0 to 5 would work"),
        (f"{SMALL}&kernel=x", 422, "a whole number"),
        (f"{SMALL}&kernel=0&kind2=separable", 404, "would work"),
        (f"{SMALL}&kernel=0&w=a", 422, "a number such as"),
        (f"{SMALL}&kernel=0&w=2000&was=1", 422, "-1000 to 1000"),
    ],
)
def test_what_cannot_be_set_is_refused(client, query, status, words):
    answer = client.get(f"{MAP}.json?{query}")

    assert answer.status_code == status
    assert words in answer.json()["message"]


def test_a_full_layer_says_so_and_offers_the_way_back(client):
    full = "_".join(f"{row}.{column},0" for row in range(4) for column in range(4))

    page = client.get(f"{MAP}?{SMALL}&kernel2=1&kernel=5&edit2={full}").text

    assert "16 kernels of this layer are set by hand" in page
    assert "Reset all 16" in page
    assert 'class="field__control editor__cell"' not in page
