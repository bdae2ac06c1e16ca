"""Sharing: one short address for each view, its QR code, its preview, and snippets that lead to it."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from app.web.embedding.qr import MEDIUM, MOST, QUIET_ZONE, qr_svg
from tests.web import qr

HERE = "http://testserver"
SMALL = "size=48&filters1=8&filters2=4&weights1=random"
SHORT = "size=48&filters1=8&weights1=random&filters2=4"
MAP = "/images/cat/layers/2/maps/1"
VIEWS = {
    "/images/cat": "",
    "/images/cat/layers/1/maps": "",
    MAP: "",
    f"{MAP}/contributions": "sum=3",
    f"{MAP}/pixel": "row=1&col=2",
    "/images/cat/layers/2/wall": "column=2",
    "/images/cat/live": "open=2.1&sum=3",
}
PLACES = [(path, more) for path, more in VIEWS.items()]


def beside(path: str, name: str, more: str = "") -> str:
    return f"{path}/{name}?" + "&".join(part for part in (SMALL, more) if part)


def short(path: str, more: str) -> str:
    return f"{path}?" + "&".join(part for part in (SHORT, more) if part)


def meta(page: str) -> dict[str, str]:
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', page)
    return {name: unescape(value) for name, value in found}


@pytest.mark.parametrize(("path", "more"), PLACES)
def test_share_gives_the_short_address_of_the_view(client, path, more):
    mark = f"&{more}" if more else ""
    address = f"{path}?{SMALL}&filters2=4&kernel1=3&token=secret{mark}"
    page = client.get(address).text
    shared = unescape(re.search(r'class="sharing__address" href="([^"]+)"', page)[1])

    assert shared == short(path, more)
    assert (
        "secret"
        not in page[page.index('id="share"') : page.index("</details>", page.index('id="share"'))]
    )
    assert f"{HERE}{shared}" in unescape(page)


@pytest.mark.parametrize(("path", "more"), PLACES)
def test_the_qr_code_reads_as_the_short_address(client, path, more):
    answer = client.get(beside(path, "qr.svg", f"{more}&v=1&token=x" if more else "v=1"))

    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "style" not in answer.text
    modules = qr.modules_of(answer.text, QUIET_ZONE)
    assert qr.read(modules) == f"{HERE}{short(path, more)}"


def test_the_qr_code_of_the_start_page_is_that_of_its_lab(client):
    page = client.get("/").text
    address = re.search(r'class="sharing__code" src="([^"]+)"', page)[1]

    assert qr.read(qr.modules_of(client.get(address).text, QUIET_ZONE)) == f"{HERE}/images/cat"


def test_a_long_address_has_a_code_as_well(client):
    more = "&".join(f"{name}{n}={value}" for n in (1, 2) for name, value in (
        ("padding", "valid"), ("padding_mode", "reflect"), ("bias", "off"), ("activation", "leaky_relu"),
    ))  # fmt: skip
    text = client.get(f"/images/cat/qr.svg?{more}").text

    assert qr.read(qr.modules_of(text, QUIET_ZONE)).count("&") == 7


@pytest.mark.parametrize("length", [MEDIUM, MOST])
def test_the_longest_addresses_have_a_code_with_less_error_correction(length):
    address = f"{HERE}/?".ljust(length, "x")

    assert qr.read(qr.modules_of(qr_svg(address).decode(), QUIET_ZONE)) == address


# Two kernels of 11x11 set by hand, and a net with more layers than any.
KERNEL = ",".join(f"-0.00{n:03}1234" for n in range(1, 122))
BY_HAND = f"kernel1=11&weights1=random&edit1=0.0,{KERNEL}_1.0,{KERNEL}"
LAYERS = "layers=" + ",".join(["conv11-512s4p4"] * 300)


@pytest.mark.parametrize(
    "view",
    [f"/images/cat?{BY_HAND}", f"/images/cat/layers/1/maps/0?{BY_HAND}", f"/lessons?{BY_HAND}"],
)
def test_an_address_beyond_every_code_is_shared_without_one_and_says_so(client, view):
    path, _, query = view.partition("?")
    page = client.get(view).text
    code = client.get(f"{path}/qr.svg?{query}")

    assert code.status_code == 422
    assert f"at most {MOST:,}" in code.text
    assert "/qr.svg" not in page
    assert "too long for a QR code" in page


def test_a_presented_lesson_and_its_room_say_that_their_address_has_no_code(client):
    presented = client.get(f"/lessons/sum?present=on&{BY_HAND}").text
    room = client.get(client.post(f"/lessons/sum/rooms?{BY_HAND}").headers["Location"]).text

    for page in (presented, room):
        assert "/qr.svg" not in page
        assert "too long for a QR code" in page


@pytest.mark.parametrize(("prefix", "status"), [("", 422), ("/embed", 404)])
def test_the_code_of_a_net_with_hundreds_of_layers_is_refused(client, prefix, status):
    assert client.get(f"{prefix}/ladder/qr.svg?{LAYERS}").status_code == status


@pytest.mark.parametrize("name", ["qr.svg", "preview.png", "embedding"])
@pytest.mark.parametrize(
    "path", ["layers/x/maps", "layers/1/maps/-1", "layers/1/maps/1e3/pixel", "layers/٣/wall"]
)
def test_nothing_is_shared_of_a_layer_or_map_that_is_no_number(client, path, name):
    assert client.get(f"/images/cat/{path}/{name}?row=1&col=1").status_code == 404


@pytest.mark.parametrize(("path", "more"), PLACES)
def test_a_view_tells_other_sites_what_it_is(client, path, more):
    told = meta(client.get(short(path, more)).text)

    assert told["og:title"].endswith("Convfold")
    assert told["og:url"] == f"{HERE}{short(path, more)}"
    assert told["og:image"].startswith(f"{HERE}{path}/preview.png?size=48")
    assert told["twitter:card"] == "summary_large_image"
    assert "8 filters of 3×3×3" in told["og:description"]
    assert "4 × 48 × 48".replace(" ", "\N{NO-BREAK SPACE}") in told["og:description"]


@pytest.mark.parametrize("name", ["qr.svg", "preview.png", "embedding"])
def test_what_stands_beside_no_view_is_refused(client, name):
    assert client.get(f"/images/nothing/{name}").status_code == 404
    assert client.get(f"/images/cat/{name}?filters1=0").status_code == 422


@pytest.mark.parametrize(("path", "more"), PLACES)
def test_every_snippet_leads_to_the_embedded_view_with_the_choices(client, path, more):
    choices = "lock=filters1&lock=kernel1&hide=upload&theme=dark&height=700"
    page = client.get(beside(path, "embedding", f"{more}&{choices}" if more else choices)).text
    snippets = [unescape(text) for text in re.findall(r"<code>(.*?)</code>", page, re.DOTALL)]
    frame = "lock=filters1,kernel1&hide=upload&theme=dark"
    src = f"{HERE}/embed{short(path, more)}&{frame}"

    assert len(snippets) == 10
    for snippet in snippets:
        assert src in unescape(snippet)
    for snippet in snippets[:2]:
        assert 'height="700"' in snippet
        assert 'title="' in snippet
    assert 'loading="lazy"' in snippets[0]
    assert f'<script type="module" src="{HERE}/embed.js">' in snippets[1]
    assert "checked> layer 1: kernel" in page
    assert f'src="{src.replace("&", "&amp;")}"' in page


def test_a_frame_may_have_another_language_than_the_page_that_shows_its_snippets(client):
    def frames(query: str) -> set[str]:
        page = client.get(f"/images/cat/embedding?{query}").text
        return set(re.findall(r"src=&quot;([^ ]*/embed/[^ ]*?)&quot;", page))

    assert frames("") == {f"{HERE}/embed/images/cat"}
    assert frames("lang=de") == {f"{HERE}/embed/images/cat?lang=de"}
    assert frames("lang=de&frame_lang=fr") == {f"{HERE}/embed/images/cat?lang=fr"}

    page = client.get("/images/cat/embedding?lang=de&frame_lang=fr").text
    assert '<html lang="de"' in page
    assert '<option value="fr" lang="fr" selected>Français</option>' in page
    assert client.get("/images/cat/embedding?frame_lang=xx").status_code == 422


def test_the_dialog_says_what_becomes_of_the_picture(client, cat_file):
    def said(path: str, choices: str = "") -> set[str]:
        page = client.get(f"{path}/embedding?{choices}").text
        words = {
            "stays": "The picture stays: upload and samples are not shown.",
            "own": "Each reader can choose a sample, or upload a picture.",
            "upload": "This view shows an upload, which is deleted",
        }
        assert "The full page, to which the frame leads, has no locks." in page
        return {name for name, text in words.items() if text in page}

    upload = client.post("/images", files={"file": cat_file}).headers["Location"].partition("?")[0]

    for choices in ("", "lock=settings", "lock=filters1"):
        assert said("/images/cat", choices) == {"own"}
    for choices in ("lock=all", "lock=picture", "lock=settings&lock=picture"):
        assert said("/images/cat", choices) == {"stays"}
    assert said("/images/cat", "hide=upload") == set()
    assert said(upload, "lock=all") == {"stays", "upload"}

    page = client.get(f"{upload}/embedding").text
    until = re.search(r"deleted on (\d{4}-\d\d-\d\d \d\d:\d\d) UTC", page)[1]
    left = datetime.fromisoformat(f"{until}Z") - datetime.now(UTC)
    assert timedelta(hours=23, minutes=55) < left <= timedelta(hours=24)


def test_a_snippet_is_markup_that_ends_where_it_should(client):
    page = client.get(beside("/images/cat", "embedding")).text
    plain = unescape(re.search(r"<code>(.*?)</code>", page, re.DOTALL)[1])

    assert re.fullmatch(r'<iframe( [a-z]+="[^"<>]*")+></iframe>', plain)


def test_a_frame_is_allowed_the_camera_where_its_view_is_live_and_nowhere_else(client):
    def frame(path: str) -> str:
        page = client.get(beside(path, "embedding")).text
        return unescape(re.search(r"<code>(.*?)</code>", page, re.DOTALL)[1])

    assert 'allow="camera"' in frame("/images/cat/live")
    assert "allow" not in frame("/images/cat")
    assert "allow" not in frame("/images/cat/one_layer")


@pytest.mark.parametrize("height", ["10", "99999", "tall"])
def test_a_height_that_cannot_be_meant_is_refused(client, height):
    answer = client.get(f"/images/cat/embedding?height={height}")

    assert answer.status_code == 422


def test_a_deep_net_tells_other_sites_of_itself_and_not_of_the_lab(client):
    told = meta(client.get("/ladder").text)
    flat = meta(client.get("/ladder?layers=conv3-4&size=64&axes=last").text)

    assert told["og:image"] == f"{HERE}/ladder/preview.png"
    words = told["og:description"].replace("\N{NO-BREAK SPACE}", " ")
    assert words == "3 × 224 × 224 → 13 convolutions and 5 pools → 512 × 7 × 7"
    words = flat["og:description"].replace("\N{NO-BREAK SPACE}", " ")
    assert words == "64 × 64 × 3 → 1 convolution → 64 × 64 × 4"
