"""A table of the headers of every route: what a page may do, and which sites may load or frame an answer."""

import re

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.drawing.png import encode_rgb_png
from app.main import create_app
from app.settings import Settings
from app.web.embedding import view_table
from app.web.snapshot.kinds import KINDS
from app.web.watch.route_names import Routes

PAGE, DATA, FILE = "page", "data", "file"
LAYER = "/images/cat/layers/1"
MAP = f"{LAYER}/maps/0"
SMALL = "size=48&filters1=4&weights1=random"
LINEAR = "activation1=linear&activation2=linear"
# One address for each route by name, and the kind of its answer.
ROUTES = {
    "home": ("/", PAGE),
    "about": ("/about", PAGE),
    "about.json": ("/about.json", DATA),
    "upload": ("/images", PAGE),
    "lab": ("/images/cat", PAGE),
    "lab.json": ("/images/cat.json", DATA),
    "live": ("/images/cat/live", PAGE),
    "live.frame": ("/live", DATA),
    "embed.live.frame": ("/embed/live", DATA),
    "delete": ("/images/cat/delete", PAGE),
    "delete.data": ("/images/cat", PAGE),
    "deleted": ("/deleted", PAGE),
    "samples": ("/samples.jpg", FILE),
    "picture": ("/images/cat/picture.png", FILE),
    "channel": ("/images/cat/channels/0.png", FILE),
    "trace": ("/images/cat/trace.npz", FILE),
    "exports": ("/images/cat/export", PAGE),
    "exports.json": ("/images/cat/export.json", DATA),
    "export.code": ("/images/cat/export/stack_numpy.py", FILE),
    "export.notebook": ("/images/cat/export/stack.ipynb", FILE),
    "export.weights": ("/images/cat/export/weights.safetensors", FILE),
    "export.maps": ("/images/cat/export/maps.csv", FILE),
    "maps": (f"{LAYER}/maps", PAGE),
    "maps.json": (f"{LAYER}/maps.json", DATA),
    "sheet": (f"{LAYER}/maps.png", FILE),
    "map": (MAP, PAGE),
    "map.json": (f"{MAP}.json", DATA),
    "map.png": (f"{MAP}.png", FILE),
    "filter": (f"{MAP}/filter.png", FILE),
    "filters": (f"{LAYER}/maps/filters.png", FILE),
    "fold": (f"{MAP}/contributions", PAGE),
    "fold.json": (f"{MAP}/contributions.json", DATA),
    "contributions": (f"{MAP}/contributions.png", FILE),
    "figure": (f"{MAP}/contributions/figure.svg", FILE),
    "sum": (f"{MAP}/sums/2.png", FILE),
    "sums.moving": (f"{MAP}/sums/moving", FILE),
    "wrong": (f"{MAP}/wrong/mean.png", FILE),
    "values": (f"{MAP}/values", FILE),
    "contribution.values": (f"{MAP}/contributions/0/values", FILE),
    "pixel": (f"{MAP}/pixel?row=1&col=1", PAGE),
    "pixel.json": (f"{MAP}/pixel.json?row=1&col=1", DATA),
    "pixel.csv": (f"{MAP}/pixel.csv?row=1&col=1", FILE),
    "pixel.xlsx": (f"{MAP}/pixel.xlsx?row=1&col=1", FILE),
    "pixel.filter": (f"{MAP}/pixel/filter.png?row=1&col=1", FILE),
    "wall": (f"{LAYER}/wall", PAGE),
    "wall.json": (f"{LAYER}/wall.json", DATA),
    "wall.png": (f"{LAYER}/wall.png", FILE),
    "wall.sums": (f"{LAYER}/wall/sums.png", FILE),
    "costs": (f"{LAYER}/costs", PAGE),
    "costs.json": (f"{LAYER}/costs.json", DATA),
    "intermediate": (f"{LAYER}/intermediate?kind1=separable", PAGE),
    "intermediate.json": (f"{LAYER}/intermediate.json?kind1=separable", DATA),
    "intermediate.png": (f"{LAYER}/intermediate.png?kind1=separable", FILE),
    "projections": (f"{MAP}/projections", PAGE),
    "projections.json": (f"{MAP}/projections.json", DATA),
    "projections.png": (f"{MAP}/projections.png", FILE),
    "one_layer": (f"/images/cat/one_layer?{LINEAR}", PAGE),
    "one_layer.json": (f"/images/cat/one_layer.json?{LINEAR}", DATA),
    "one_layer.png": (f"/images/cat/one_layer.png?{LINEAR}", FILE),
    "training": ("/images/cat/training?weights1=trained", PAGE),
    "training.json": ("/images/cat/training.json?weights1=trained", DATA),
    "filters.colour": ("/images/cat/layers/1/filters.png", FILE),
    "lessons": ("/lessons", PAGE),
    "lessons.json": ("/lessons.json", DATA),
    "lesson": ("/lessons/sum", PAGE),
    "lesson.json": ("/lessons/sum.json", DATA),
    "lesson.qr": ("/lessons/sum/qr.svg", FILE),
    "room": ("/lessons/sum/rooms/ABCDEF", PAGE),
    "room.json": ("/lessons/sum/rooms/ABCDEF.json", DATA),
    "room.open": ("/lessons/nothing/rooms", PAGE),
    "room.vote": ("/lessons/sum/rooms/ABCDEF/ballots", PAGE),
    "room.close": ("/lessons/sum/rooms/ABCDEF/close", PAGE),
    "room.reveal": ("/lessons/sum/rooms/ABCDEF/reveal", PAGE),
    "embed.lessons": ("/embed/lessons", PAGE),
    "embed.lesson": ("/embed/lessons/sum", PAGE),
    "embed.room": ("/embed/lessons/sum/rooms/ABCDEF", PAGE),
    "embed.vote": ("/embed/lessons/sum/rooms/ABCDEF/ballots", PAGE),
    "ladder": ("/ladder?layers=conv3-8", PAGE),
    "ladder.json": ("/ladder.json?layers=conv3-8", DATA),
    "weights": ("/weights", PAGE),
    "weights.json": ("/weights.json", DATA),
    "import": ("/weights", PAGE),
    "contents": ("/weights/contents", PAGE),
    "weights.delete": ("/weights/nothing/delete", PAGE),
    "weights.delete.data": ("/weights/nothing", PAGE),
    "embed.weights": ("/embed/weights", PAGE),
    "embed.import": ("/embed/weights", PAGE),
    "embed.contents": ("/embed/weights/contents", PAGE),
    "embed.weights.delete": ("/embed/weights/nothing/delete", PAGE),
    "embed.js": ("/embed.js", FILE),
    "oembed": ("/oembed?url=http://testserver/images/cat", DATA),
    "embed.upload": ("/embed/images", PAGE),
    "embed.delete": ("/embed/images/cat/delete", PAGE),
    "embed.deleted": ("/embed/deleted", PAGE),
    "embed.nowhere": ("/embed/nothing", PAGE),
    "robots": ("/robots.txt", FILE),
    "sitemap": ("/sitemap.txt", FILE),
    "healthz": ("/healthz", DATA),
    "readyz": ("/readyz", DATA),
    "metrics": ("/metrics", DATA),
    "static": ("/static/js/main.js", FILE),
    "openapi": ("/openapi.json", DATA),
    "nowhere": ("/nowhere", PAGE),
}
FRAME, FRAME_TYPE = encode_rgb_png(np.zeros((4, 4, 3), np.uint8)), {"Content-Type": "image/png"}
# The addresses that belong to every view, and the embedded view.
VIEWS = tuple(view.name for view in view_table.VIEWS if view.name in ROUTES)
for view in VIEWS:
    path, mark, query = ROUTES[view][0].partition("?")
    ROUTES[f"embed.{view}"] = (f"/embed{path}{mark}{query}", PAGE)
    ROUTES[f"{view}.embedding"] = (f"{path}/embedding{mark}{query}", PAGE)
    ROUTES[f"{view}.qr"] = (f"{path}/qr.svg{mark}{query}", FILE)
    ROUTES[f"{view}.preview"] = (f"{path}/preview.png{mark}{query}", FILE)
    ROUTES[f"{view}.snapshot"] = (f"{path}/snapshot.html{mark}{query}", FILE)
METHODS = {
    "upload": "POST",
    "live.frame": "POST",
    "embed.live.frame": "POST",
    "delete": "POST",
    "delete.data": "DELETE",
    "room.open": "POST",
    "room.vote": "POST",
    "room.close": "POST",
    "room.reveal": "POST",
    "embed.vote": "POST",
    "embed.upload": "POST",
    "embed.delete": "POST",
    "import": "POST",
    "contents": "POST",
    "weights.delete": "POST",
    "weights.delete.data": "DELETE",
    "embed.import": "POST",
    "embed.contents": "POST",
    "embed.weights.delete": "POST",
}
# A page of another site may frame an embedded view and read the data of that view, but nothing else.
KEPT_FROM_OTHERS = {
    "home", "about", "about.json", "upload", "delete", "delete.data", "deleted", "trace", "exports",
    "exports.json", "export.code", "export.notebook", "export.weights", "export.maps", "figure", "pixel.xlsx",
    "healthz", "readyz", "metrics", "openapi", "nowhere", "weights", "weights.json", "import", "contents",
    "weights.delete", "weights.delete.data", "lessons", "lesson", "room", "room.json", "room.open", "room.vote",
    "room.close", "room.reveal", "live.frame", *VIEWS, *(f"{view}.embedding" for view in VIEWS),
    *(f"{view}.snapshot" for view in VIEWS),
}  # fmt: skip
ALL = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
PAGE_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "frame-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'self'",
}
US = "'self' http://testserver"
FRAMED_POLICY = {
    "default-src": "'none'",
    **dict.fromkeys(("script-src", "style-src", "img-src", "connect-src", "form-action"), US),
    "base-uri": "'none'",
    "frame-ancestors": "* file: vscode-webview:",
}
DATA_POLICY = {"default-src": "'none'", "frame-ancestors": "'none'"}


def ask(client: TestClient, name: str):
    address, _ = ROUTES[name]
    mark = "&" if "?" in address else "?"
    content, headers = (FRAME, FRAME_TYPE) if name.endswith("frame") else (None, None)
    method = METHODS.get(name, "GET")
    return client.request(method, f"{address}{mark}{SMALL}", content=content, headers=headers)


def policy(headers) -> dict[str, str]:
    parts = (part.strip() for part in headers["Content-Security-Policy"].split(";"))
    return dict(part.split(" ", 1) for part in parts)


def test_the_table_lists_every_route(client):
    assert set(Routes(client.app.routes).names()) == set(ROUTES) - {"nowhere"}


@pytest.mark.parametrize("name", ROUTES)
def test_a_route_answers_with_the_headers_of_its_kind(client, name):
    answer = ask(client, name)
    view, mark, _ = name.partition(".snapshot")
    is_page = ROUTES[name][1] == PAGE or bool(
        mark and view not in KINDS
    )  # which says what has a file
    is_html = is_page or bool(mark)

    assert answer.headers["Content-Type"].startswith("text/html") == is_html
    for header, value in ALL.items():
        assert answer.headers[header] == value
    framed, shared = name.startswith("embed."), name not in KEPT_FROM_OTHERS
    page_policy = FRAMED_POLICY if framed else PAGE_POLICY
    assert policy(answer.headers) == (page_policy if is_page else DATA_POLICY)
    opener = "same-origin" if is_page and not framed else None
    assert answer.headers.get("Cross-Origin-Opener-Policy") == opener
    loaded_by = "cross-origin" if shared else "same-origin"
    assert answer.headers["Cross-Origin-Resource-Policy"] == loaded_by
    assert answer.headers.get("Access-Control-Allow-Origin") == ("*" if shared else None)
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "X-Frame-Options" not in answer.headers
    assert "server" not in answer.headers


def test_no_page_gets_a_powerful_feature_of_the_browser(client):
    header = client.get("/").headers["Permissions-Policy"]

    denied = set(re.findall(r"([a-z-]+)=\(\)(?:, |$)", header))
    assert denied >= {"camera", "microphone", "geolocation", "usb", "serial", "payment", "midi"}
    assert "=(" not in header.replace("=()", "")
    assert "clipboard-write" not in header  # the copy buttons need it


def test_only_a_live_page_may_ask_for_the_camera(client):
    for name in ("live", "embed.live"):
        features = ask(client, name).headers["Permissions-Policy"].split(", ")
        assert "camera=(self)" in features
        assert [one for one in features if not one.endswith("=()")] == ["camera=(self)"]
    for name in ("live.frame", "live.embedding", "lab"):
        assert "camera=()" in ask(client, name).headers["Permissions-Policy"].split(", ")


def test_an_error_for_a_picture_is_a_page_with_the_headers_of_a_page(client):
    answer = client.get("/images/cat/layers/1/maps/999.png")

    assert answer.status_code == 404
    assert policy(answer.headers) == PAGE_POLICY


def test_a_fragment_has_the_same_policy_as_its_page(client):
    answer = client.get("/images/cat", headers={"HX-Request": "true"})

    assert policy(answer.headers) == PAGE_POLICY


def test_a_cached_answer_and_a_304_have_the_same_headers(client):
    address = f"{MAP}.png?{SMALL}"
    first, second = client.get(address), client.get(address)
    unchanged = client.get(address, headers={"If-None-Match": first.headers["ETag"]})

    assert unchanged.status_code == 304
    for header in (*ALL, "Permissions-Policy", "Content-Security-Policy"):
        assert first.headers[header] == second.headers[header] == unchanged.headers[header]


def test_a_body_that_is_too_large_is_refused_with_the_headers_of_a_page(tmp_path):
    app = create_app(Settings(data_dir=tmp_path, upload_mib=1))
    with TestClient(app) as client:
        answer = client.post("/images", content=bytes(2**21))

    assert answer.status_code == 413
    assert policy(answer.headers) == PAGE_POLICY
    assert answer.headers["X-Request-ID"]
