"""A view as one file: small, complete, allowed to run only what is in it, and with the pixels of the page."""

import base64
import hashlib
import io
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest
from PIL import Image

from app.web.embedding.view_table import VIEWS
from app.web.snapshot.inlining import inlined
from app.web.snapshot.kinds import KINDS
from app.web.snapshot.making import MOST_BYTES, Contents, Kind, Making

MAP = "/images/cat/layers/2/maps/14"
SMALL = "size=48&filters1=8&filters2=4&weights1=random"
FILES = {
    "fold": f"{MAP}/contributions/snapshot.html",
    "fold of layer 1": "/images/cat/layers/1/maps/3/contributions/snapshot.html",
    "pixel": f"{MAP}/pixel/snapshot.html?row=100&col=120",
    "wall": "/images/cat/layers/2/wall/snapshot.html",
    "maps": "/images/cat/layers/1/maps/snapshot.html",
    "ladder": "/ladder/snapshot.html",
}
LESSONS = (
    "cube",
    "count",
    "sum",
    "number",
    "weights",
    "sight",
    "relu",
    "training",
    "depth",
    "cheaper",
)
ALL = [*FILES.values(), *(f"/lessons/{name}/snapshot.html" for name in LESSONS)]
# The dearest states that the limits let by, and others whose parts are many or large.
LARGE = [
    "size=512",
    "size=445&filters1=128",
    "size=216&filters1=128&filters2=128",
    "size=60&filters1=128&filters2=128&kernel2=11",
    "size=360&filters1=128&kernel2=5&kind2=separable",
    "size=440&filters1=128&groups2=32",
    "size=512&filters1=16&pool2=max&kernel2=5x5",
    "size=512&channels=grey&weights1=random&weights2=random&activation2=linear",
]


def file_of(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    return answer.text


def pixels(png: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGBA"))


def hash_of(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy_of(page: str) -> dict[str, list[str]]:
    found = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)
    parts = (part.split() for part in unescape(found[1]).split(";"))
    return {name: values for name, *values in parts}


@pytest.mark.parametrize("address", ALL)
def test_a_file_is_at_most_2_mb_and_is_saved_under_a_name_of_its_own(client, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert len(answer.content) <= MOST_BYTES
    saved = answer.headers["Content-Disposition"]
    assert re.fullmatch(r'attachment; filename="convfold-[\w-]+\.html"', saved)
    assert "noindex" in answer.headers["X-Robots-Tag"]


@pytest.mark.parametrize("address", ALL)
def test_a_file_runs_and_shows_only_what_is_in_it(client, address):
    page = file_of(client, address)
    policy = policy_of(page)
    scripts = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    sheets = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)

    assert policy["default-src"] == ["'none'"]
    assert policy["img-src"] == ["data:"]
    assert policy["script-src"] == ([hash_of(one) for one in scripts] or ["'none'"])
    assert policy["style-src"] == [hash_of(one) for one in sheets]
    for script in scripts:
        assert "fetch(" not in script
        assert "import" not in script
    assert "url(" not in sheets[0].replace("url(#", "")
    assert " style=" not in page
    assert not re.search(r'<[^<>]*\son\w+="', page)


@pytest.mark.parametrize("address", ALL)
def test_a_file_leads_nowhere_but_to_its_own_address(client, address):
    page = file_of(client, address)
    tags = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", page, flags=re.DOTALL)
    targets = re.findall(r'\s(?:href|src|action|poster|data|srcset)="([^"]*)"', tags)
    elsewhere = [one for one in targets if not one.startswith(("data:image/png;base64,", "#"))]
    ids = set(re.findall(r'\sid="([^"]+)"', tags))

    address = unescape(elsewhere[0])
    assert elsewhere == elsewhere[:1]
    assert address.startswith("http://testserver/")
    assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert {one[1:] for one in targets if one.startswith("#")} <= ids
    assert not re.search(r"<(form|link|iframe|object|embed|base)\b", tags)
    assert "hx-" not in tags


@pytest.mark.parametrize("address", ALL)
def test_a_file_has_no_id_twice(client, address):
    page = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", file_of(client, address), flags=re.DOTALL)
    page = re.sub(r"<template[^>]*>.*?</template>", "", page, flags=re.DOTALL)
    ids = re.findall(r'\sid="([^"]+)"', page)

    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    "more", ["", "size=512", "show=preactivation", "size=96&scale=map", "pool2=max&show=unpooled"]
)
def test_the_sum_of_a_file_ends_in_the_pixels_of_the_map(client, more):
    page = file_of(client, f"{MAP}/contributions/snapshot.html?{more}")
    last = re.search(r'class="folded__whole values" src="data:image/png;base64,([^"]+)"', page)
    shown = pixels(base64.b64decode(last[1]))

    np.testing.assert_array_equal(shown, pixels(client.get(f"{MAP}.png?{more}").content))


def values_of(page: str) -> tuple[np.ndarray, float]:
    """Return the values under the cursor of a file, and how far they may be off."""
    tag = re.search(r'<div class="folded__picture[^>]*>', page)[0]
    given = dict(re.findall(r'data-([\w-]+)="([^"]*)"', tag))
    data = base64.b64decode(re.search(r'class="folded__data" type="text/plain">([^<]+)<', page)[1])
    shape = int(given["rows"]), int(given["columns"])
    if "unit" in given:
        step = float(given["unit"])
        return np.frombuffer(data, "<i2").reshape(shape) * step, 0.51 * step
    return np.frombuffer(data, "<f4").reshape(shape), 0


@pytest.mark.parametrize("more", ["", "size=512", "size=300&pool2=average"])
def test_the_values_under_the_cursor_are_those_of_the_map(client, more):
    page = file_of(client, f"{MAP}/contributions/snapshot.html?{more}")
    found, off = values_of(page)
    true = np.frombuffer(client.get(f"{MAP}/values?{more}").content, "<f4").reshape(found.shape)

    np.testing.assert_allclose(found, true, rtol=0, atol=off)
    assert ("rounded to steps of" in page) == bool(off)


def test_every_step_of_the_sum_is_in_the_file_with_its_words(client):
    page = file_of(client, f"{MAP}/contributions/snapshot.html")
    steps = re.findall(r'<li data-kind="(\w+)" data-count="(\d+)" data-box="[\d ]+"', page)

    assert steps == [
        *(("sum", str(count)) for count in range(65)),
        ("bias", "64"),
        ("activation", "64"),
    ]
    assert "the sum so far: 11 of 64; their shares add up to" in page
    assert len(re.findall(r'class="tile tile--part', page)) == 64


@pytest.mark.parametrize("more", LARGE)
@pytest.mark.parametrize(
    "path",
    [
        "/layers/2/maps/1/contributions",
        "/layers/1/maps/1/contributions",
        "/layers/2/maps/1/pixel?row=9&col=9",
        "/layers/2/wall",
        "/layers/1/maps",
    ],
)
def test_the_largest_states_make_a_small_file_or_say_what_would(client, path, more):
    where, _, fields = path.partition("?")
    answer = client.get(f"/images/cat{where}/snapshot.html?{more}&{fields}")

    if path.endswith("wall") and "filters1=128&filters2=128" in more:
        assert answer.status_code == 422
        assert (
            "16,384 contributions would take more than 2 MB; a wall of up to 6,400" in answer.text
        )
    else:
        assert answer.status_code == 200
        assert len(answer.content) <= MOST_BYTES


@pytest.mark.parametrize(
    "address",
    [
        "/images/cat/layers/2/wall/snapshot.html?filters1=128&filters2=50&weights2=random",
        "/ladder/snapshot.html?size=4096&layers=" + ",".join(["conv3-64"] * 60),
        *(f"/lessons/{name}/snapshot.html?size=512&weights2=random" for name in LESSONS),
    ],
)
def test_large_walls_nets_and_lessons_make_a_small_file(client, address):
    assert len(file_of(client, address).encode()) <= MOST_BYTES


def test_the_ledger_of_the_file_has_every_number_of_the_page(client):
    page = file_of(client, f"{MAP}/pixel/snapshot.html?row=100&col=120")
    shown = client.get(f"{MAP}/pixel?row=100&col=120").text
    ledger = slice_of(shown, 'class="ledger__frame"', "</table>")

    numbers = re.findall(r'<data value="([^"]+)"', ledger)
    assert len(numbers) > 64 * 27
    assert (
        re.findall(r'<data value="([^"]+)"', slice_of(page, 'class="ledger__frame"', "</table>"))
        == numbers
    )
    assert "at row 100, column 120" in page


def slice_of(text: str, first: str, last: str) -> str:
    start = text.index(first)
    return text[start : text.index(last, start)]


@pytest.mark.parametrize(
    ("more", "says"),
    [("", True), ("&groups2=8&weights2=random", False), ("&kind2=separable", False)],
)
def test_the_file_of_a_fold_says_what_each_kernel_does(client, more, says):
    page = file_of(client, f"{MAP}/contributions/snapshot.html?size=64{more}")

    assert (
        "has 64 kernels, one for each map. Each kernel turns <b>its own</b> map" in page
    ) == says


@pytest.mark.parametrize("address", [FILES["fold"], FILES["pixel"], "/lessons/sum/snapshot.html"])
def test_the_numbers_of_a_kernel_have_the_colours_of_the_page(client, address):
    file = file_of(client, address)

    assert 'class="taps__more"' in file
    assert ".taps .taps__more { color: var(--weight-more); }" in file


def test_a_lesson_answers_each_guess_without_a_server(client):
    page = file_of(client, "/lessons/sum/snapshot.html")
    told = dict(re.findall(r'<template data-guess="(\w+)">(.*?)</template>', page, re.DOTALL))

    assert list(told) == ["strongest", "mean", "sum", "all", "show"]
    assert "✓ Right." in told["sum"]
    assert "✗ Not so." in told["mean"]
    before, scriptless = page[: page.index("<template")].split("data-scriptless")
    assert "The 64 are added" not in before
    assert "<summary>Show me</summary>" in scriptless.partition("The 64 are added")[0]


@pytest.mark.parametrize(
    "address",
    [
        f"{MAP}/contributions/snapshot.html?sum=9",  # no other test asks for these: an answer is kept
        f"{MAP}/pixel/snapshot.html?row=101&col=121",
        f"{MAP}/pixel/snapshot.html?row=101&col=121&kernel2=7",
        "/lessons/sum/snapshot.html?lang=de",
    ],
)
def test_the_usual_files_are_made_once_and_use_their_room(client, monkeypatch, address):
    made = []

    def counted(kind: Kind) -> Kind:
        def fill(making: Making) -> Contents:
            made.append(kind.name)
            return kind.fill(making)

        return replace(kind, fill=fill)

    kinds = {name: counted(kind) for name, kind in KINDS.items()}
    monkeypatch.setattr("app.web.snapshot.document.KINDS", kinds)

    assert len(client.get(address).content) > 0.75 * MOST_BYTES
    assert len(made) == 1


def test_the_table_of_views_says_which_have_a_file():
    assert {view.name for view in VIEWS if view.as_file} == set(KINDS)


@pytest.mark.parametrize("path", ["", "/layers/2/wall", "/layers/2/maps/1/contributions"])
def test_share_and_the_dialog_offer_the_file_where_there_is_one(client, path):
    there = path != ""
    page = client.get(f"/images/cat{path}?{SMALL}").text
    dialog = client.get(f"/images/cat{path}/embedding?{SMALL}&theme=dark").text

    offered = [unescape(one) for one in re.findall(r'href="([^"]+snapshot[^"]+)"', page)]
    assert len(offered) == there
    chosen = [unescape(one) for one in re.findall(r'href="([^"]+snapshot[^"]+)"', dialog)]
    assert len(chosen) == there
    for address in (*offered, *chosen):
        assert client.get(address).headers["Content-Disposition"].startswith("attachment")
    assert all(address.endswith("theme=dark") for address in chosen)


def test_the_dialog_offers_the_file_where_an_upload_ends(client, cat_file):
    added = client.post(
        "/images", files={"file": cat_file}, headers={"Accept": "application/json"}
    ).json()
    dialog = client.get(f"/images/{added['id']}/layers/2/wall/embedding?{SMALL}").text

    assert "which is deleted on" in dialog
    assert "one file that needs no server</a>" in dialog
    address = unescape(re.search(r'href="([^"]+snapshot[^"]+)"', dialog)[1])
    page = file_of(client, address)
    assert "as long as the upload is kept" in page


def test_a_view_without_a_file_says_which_have_one(client):
    for view in VIEWS:
        if view.name in KINDS:
            continue
        path = view.path.format(image_id="cat", layer=2, channel=1, name="sum")
        answer = client.get(f"{path}/snapshot.html?{SMALL}")
        assert answer.status_code == 404, path
        assert "This view cannot be one file" in answer.text


def test_a_file_of_no_picture_and_of_no_map_is_not_found(client):
    assert client.get("/images/nothing/layers/2/wall/snapshot.html").status_code == 404
    assert client.get("/images/cat/layers/2/maps/99/contributions/snapshot.html").status_code == 404
    assert client.get("/lessons/nothing/snapshot.html").status_code == 404


def test_the_address_can_fix_the_colours(client):
    path = f"{MAP}/contributions/snapshot.html?{SMALL}".replace("maps/14", "maps/1")

    assert 'data-theme="dark"' in file_of(client, f"{path}&theme=dark")
    assert "data-theme=" not in file_of(client, path).split("<head>")[0]
    assert client.get(f"{path}&theme=blue").status_code == 422


def test_the_credit_names_the_picture_its_address_and_the_settings(client):
    page = file_of(client, f"/images/cat/layers/2/maps/1/contributions/snapshot.html?{SMALL}")
    credit = unescape(page[page.index('<footer class="snap__credit">') :])

    assert "Stéfan van der Walt" in credit
    assert "http://testserver/images/cat/layers/2/maps/1/contributions?size=48" in credit
    assert "<code>filters1=8</code>" in credit


def test_a_picture_that_is_drawn_many_times_is_there_once():
    drawn: list[str] = []

    def draw(address: str) -> bytes:
        drawn.append(address)
        return b"png"

    sprite = '<svg viewBox="0 0 8 8"><image href="/a.png?x=1&amp;y=2" width="72" height="9"/></svg>'
    html = inlined(f'{sprite}{sprite}<p><a href="/there" hx-boost="false">words</a></p>', draw)

    assert drawn == ["/a.png?x=1&y=2"]
    assert html.count("data:image/png;base64,cG5n") == 1
    assert html.count('<use href="#picture-1" transform="translate(0 0) scale(72 9)"/>') == 2
    assert html.endswith("<p><span>words</span></p>")
