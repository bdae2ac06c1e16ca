"""What can be taken along, as a reader meets it: the page, its links, and the files behind them."""

import io
import re
from html import unescape

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.settings import Settings

SMALL = "size=32&filters1=4&filters2=3&weights1=random&weights2=random&mute=1"
PAGE = f"/images/cat/export?{SMALL}"
FILES = {
    "stack_keras.py": "text/x-python; charset=utf-8",
    "stack_pytorch.py": "text/x-python; charset=utf-8",
    "stack_numpy.py": "text/x-python; charset=utf-8",
    "stack.ipynb": "application/x-ipynb+json",
    "weights.safetensors": "application/octet-stream",
    "weights.npz": "application/octet-stream",
    "maps.csv": "text/csv; charset=utf-8",
}


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="([^"]+)"[^>]* download', page)]


def test_the_page_holds_all_code_as_text_so_that_nothing_but_copying_needs_a_script(client):
    page = client.get(PAGE).text
    for framework in ("keras", "pytorch", "numpy"):
        code = client.get(f"/images/cat/export/stack_{framework}.py?{SMALL}").text
        shown = re.search(rf'id="code-{framework}".*?<code>(.*?)</code>', page, re.DOTALL)[1]
        assert unescape(shown) == code


def test_every_link_leads_to_a_file_with_a_plain_name(client):
    found = links(client.get(PAGE).text)

    assert len(found) >= 12
    for link in found:
        answer = client.get(link)
        assert answer.status_code == 200
        assert re.fullmatch(
            r'attachment; filename="[a-z0-9_-]+\.[a-z]+"', answer.headers["Content-Disposition"]
        )
        assert SMALL.split("&")[0] in link


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_its_type_and_its_name(client, name):
    answer = client.get(f"/images/cat/export/{name}?{SMALL}")

    assert answer.headers["Content-Type"] == FILES[name]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_the_address_in_the_code_leads_to_the_arrays_of_these_settings(client):
    code = client.get(f"/images/cat/export/stack_numpy.py?{SMALL}").text
    address = re.search(r'^TRACE = "(.*)"$', code, re.M)[1]
    arrays = np.load(io.BytesIO(client.get(address).content))

    assert address.startswith("http://testserver/images/cat/trace.npz?")
    assert arrays["layer2/weight"].shape == (3, 4, 3, 3)
    assert not arrays["layer1/output"][1].any()  # muted


def test_the_address_in_the_code_is_the_one_that_the_operator_names(tmp_path):
    settings = Settings(data_dir=tmp_path, public_url="https://maps.example.org", root_path="/cf")
    with TestClient(create_app(settings), root_path="/cf") as client:
        code = client.get("/cf/images/cat/export/stack_keras.py?size=32").text

    assert 'TRACE = "https://maps.example.org/cf/images/cat/trace.npz?size=32"' in code


def test_the_lab_the_fold_and_the_ledger_lead_there(client):
    lab = client.get(f"/images/cat?{SMALL}").text
    fold = client.get(f"/images/cat/layers/2/maps/1/contributions?{SMALL}").text
    ledger = client.get(f"/images/cat/layers/2/maps/1/pixel?{SMALL}&row=3&col=4").text

    assert unescape(re.search(r'href="(/images/cat/export[^"]*)"', lab)[1]).startswith(
        "/images/cat/export?size=32"
    )
    there = unescape(re.search(r'href="(/images/cat/export[^"]*)"', fold)[1])
    assert "layer=2&channel=1" in there
    assert "Map 1 of layer 2, row 16, column 16" in client.get(there).text
    book = next(link for link in links(ledger) if "pixel.xlsx" in link)
    assert "row=3&col=4" in book
    assert client.get(book).content.startswith(b"PK")


def test_the_map_and_the_pixel_are_chosen_by_a_form(client):
    page = client.get(f"{PAGE}&layer=1&channel=3&row=5&col=9000").text

    assert "Map 3 of layer 1, row 5, column 31" in page
    figure = next(link for link in links(page) if "figure.svg" in link)
    assert figure.startswith("/images/cat/layers/1/maps/3/contributions/figure.svg?size=32")
    assert '<input type="hidden" name="mute" value="1">' in page


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/images/cat/export/stack_caffe.py", 404),
        ("/images/cat/export/weights.h5", 404),
        ("/images/cat/layers/2/maps/0/contributions/figure.pdf", 404),
        ("/images/cat/layers/2/maps/99/contributions/figure.svg", 404),
        ("/images/cat/layers/2/maps/0/pixel.xlsx?row=1", 422),
        ("/images/cat/layers/2/maps/0/pixel.xlsx?row=1&col=500", 404),
        ("/images/cat/export?layer=3", 404),
        ("/images/cat/export?channel=x", 422),
        ("/images/nothing/export", 404),
        ("/images/nothing/export/stack_numpy.py", 404),
        ("/images/nothing/export/weights.npz", 404),
        ("/images/nothing/export/stack.ipynb", 404),
        ("/images/cat/export/stack_numpy.py?kernel1=99", 422),
        ("/images/cat/export/stack_numpy.py?size=512&filters1=128&filters2=128&kernel2=11", 422),
    ],
)
def test_what_is_not_offered_is_refused_with_what_would_work(client, address, status):
    answer = client.get(address)

    assert answer.status_code == status
    assert "work" in answer.text or "picture" in answer.text


@pytest.mark.parametrize(
    "path",
    ["export/stack_numpy.py", "export/stack.ipynb", "export/weights.safetensors", "export/maps.csv",
     "layers/2/maps/1/pixel.xlsx", "layers/2/maps/1/contributions/figure.svg"],
)  # fmt: skip
def test_a_file_is_the_same_in_every_form_and_not_made_twice(client, path):
    address = f"/images/cat/{path}?{SMALL}&row=1&col=1"
    first = client.get(address)
    as_data = client.get(address, headers={"Accept": "application/json"})
    known = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert first.content == as_data.content
    assert first.headers["ETag"] == as_data.headers["ETag"]
    assert first.headers.get("Vary", "Accept-Encoding") == "Accept-Encoding"
    assert known.status_code == 304


def test_what_is_embedded_offers_no_files_but_the_pass(client):
    page = client.get(f"/embed/images/cat?{SMALL}&below=numbers").text

    assert "/cat/export" not in page
    assert "trace.npz" in page
