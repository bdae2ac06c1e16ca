"""Live: what a frame is answered with is what the same picture shows elsewhere, and nothing of it stays."""

import gc
import io
import re

import numpy as np
import pytest
from PIL import Image

from app.lab.compute.recorded import RecordedLayer
from tests.web.live import AS_JPEG, AS_PNG, Answer, drawn, file_of, taken_apart

SMALL = "size=64&filters1=8&filters2=4&weights1=random"
JSON = {"Accept": "application/json"}
SAME, LOSSY = 0.02, 8.0  # levels in the mean: by rounding before the codec, and by the codec
FOLDS = [
    "open=2.3",
    "open=2.3&sum=0",
    "open=2.3&sum=5",
    "open=2.3&sum=5&order=size",
    "open=2.3&order=size",
    "open=2.3&sum=9",
    "open=2.3&mute=2&sum=3",
    "open=2.3&scale=map",
    "open=2.3&scale=stack&contrast=linear",
    "open=2.3&show=preactivation",
    "open=2.3&pool2=max&sum=10",
    "open=2.1&groups2=2&filters2=4",
    "open=2.2&kind2=separable",
    "open=1.6",
    "open=1.6&sum=2&scale=map",
]


@pytest.fixture(scope="module")
def photograph(cat_file) -> bytes:
    image = Image.open(io.BytesIO(cat_file)).convert("RGB")
    return file_of(image.resize((150, 120)))


@pytest.fixture(scope="module")
def picture(client, photograph) -> str:
    """The same photograph as an ordinary picture."""
    answer = client.post("/images", files={"file": photograph}, headers=JSON)
    return answer.json()["url"]


def post(client, frame: bytes, query: str = SMALL, headers=AS_PNG):
    return client.post(f"/live?{query}", content=frame, headers=headers | JSON)


def answered(client, frame: bytes, query: str = SMALL) -> Answer:
    answer = post(client, frame, query)
    assert answer.status_code == 200, answer.text
    return taken_apart(answer.content)


def sheet(client, address: str) -> np.ndarray:
    """The indices of an ordinary picture with a palette."""
    with Image.open(io.BytesIO(client.get(address).content)) as image:
        assert image.mode == "P"
        return np.asarray(image)


def assert_nearly(levels: np.ndarray, exact: np.ndarray) -> None:
    """Nothing but the codec lies between the two, and that leaves the picture what it was."""
    file = io.BytesIO()
    Image.fromarray(exact).save(file, "JPEG", quality=60)
    assert levels.shape == exact.shape
    assert np.abs(levels - np.asarray(Image.open(file), int)).mean() <= SAME
    assert np.abs(levels - exact.astype(int)).mean() <= LOSSY


def legend_of(view) -> dict[str, float] | None:
    return view and {name: view[name] for name in ("minimum", "limit", "beyond")}


@pytest.mark.parametrize(
    "more",
    [
        "",
        "size=128&fit=pad",
        "channels=grey&normalise=none",
        "show=preactivation&contrast=linear",
        "scale=map",
        "scale=stack&mute=1,3",
        "pool1=max&stride2=2",
        "edit2=1.0,1,2,3,4,5,6,7,8,9",
        "filters1=100&kind2=depthwise",
    ],
)
def test_the_sheets_of_a_frame_are_those_of_the_same_picture(client, photograph, picture, more):
    query = merged(more)
    live, lab = answered(client, photograph, query), client.get(f"{picture}.json?{query}").json()

    assert [one["name"] for one in live.head["pictures"]] == ["layer1", "layer2"]
    assert live.head["approximate"] is True
    assert live.head["fold"] is None
    for number, grid in enumerate(lab["grids"], 1):
        its = live.picture(f"layer{number}")
        exact = sheet(client, f"{picture}/layers/{number}/maps.png?{query}&tile=64")
        assert_nearly(live.levels[f"layer{number}"], exact)
        ranges = [
            [one["statistics"]["minimum"], one["statistics"]["maximum"]] for one in grid["tiles"]
        ]
        silent = [one["channel"] for one in grid["tiles"] if one["statistics"]["silent"]]
        assert (its["ranges"], its["silent"]) == (ranges, silent)
        assert its["legend"] == legend_of(grid["legend"])


@pytest.mark.parametrize("more", FOLDS)
def test_the_fold_of_a_frame_is_that_of_the_same_picture(client, photograph, picture, more):
    query = merged(more)
    layer, channel = map(int, re.search(r"open=(\d)\.(\d)", more).groups())
    live = answered(client, photograph, query)
    address = f"{picture}/layers/{layer}/maps/{channel}"
    fold = client.get(f"{address}/contributions.json?{query}").json()

    names = ["layer1"] * (layer == 2) + ["contributions", "sum", f"layer{layer}"]
    assert [one["name"] for one in live.head["pictures"]] == names
    step, steps = fold["step"], fold["sums"]
    told = {"layer": layer, "channel": channel, "step": step, "last": len(steps) - 1}
    assert live.head["fold"] == told | {"count": steps[step]["count"]}
    parts, total = live.picture("contributions"), live.picture("sum")
    np.testing.assert_allclose(
        parts["ranges"],
        [[one["minimum"], one["maximum"]] for one in fold["contributions"]],
        rtol=1e-6,
        atol=1e-7,
    )
    assert parts["legend"] == pytest.approx(legend_of(fold["legend"]))
    assert total["legend"] == pytest.approx(legend_of(fold["sum_legend"]), abs=1e-4)
    exact = sheet(client, f"{address}/contributions.png?{query}")
    assert_nearly(live.levels["contributions"], exact)
    assert_nearly(live.levels["sum"], sheet(client, f"{address}/sums/{step}.png?{query}"))


def merged(more: str) -> str:
    """Settings in addition to the small ones, or in their place."""
    fields = dict(one.split("=") for one in f"{SMALL}&{more}".strip("&").split("&"))
    return "&".join(f"{name}={value}" for name, value in fields.items())


def test_a_drawn_cross_lights_the_corner_filters_at_its_corners(client):
    across, upright = (0, 128, 255, 128), (128, 0, 128, 255)
    cross, bar = (answered(client, drawn(*lines), "") for lines in ((across, upright), (across,)))
    near, far = (128 - 20) // 4, (128 + 20) // 4  # the edges of the lines, in pixels of a tile

    for filter_, (row, column) in enumerate(((near, far), (far, far), (far, near), (near, near))):
        lit = cross.tile("layer2", filter_)
        place = np.unravel_index(lit.argmax(), lit.shape)
        assert np.abs(np.subtract(place, (row, column))).max() <= 1
        strongest = [one.picture("layer2")["ranges"][filter_][1] for one in (cross, bar)]
        assert strongest[0] > 1.2 * strongest[1]


def test_a_frame_with_a_map_that_does_not_exist_or_a_setting_that_cannot_work_is_refused(client):
    frame = drawn(size=64)

    assert post(client, frame, f"{SMALL}&open=2.4").status_code == 404
    assert post(client, frame, f"{SMALL}&open=3.0").status_code == 404
    for more, field in (("open=x", "open"), ("open=2.1&sum=11", "sum"), ("kernel1=99", "kernel1")):
        answer = post(client, frame, merged(more))
        assert (answer.status_code, answer.json()["field"]) == (422, field)


@pytest.mark.parametrize(
    ("frame", "headers", "status"),
    [
        (b"", AS_PNG, 400),
        (b"not a picture", AS_JPEG, 415),
        (file_of(Image.new("RGB", (8, 8)), "GIF"), AS_PNG, 415),
        (file_of(Image.new("RGB", (8, 8)), "WEBP"), AS_JPEG, 415),
        (drawn(size=64), {"Content-Type": "image/webp"}, 415),
        (drawn(size=64), {"Content-Type": "multipart/form-data; boundary=b"}, 415),
        (drawn(size=64), {}, 415),
        (drawn(size=64)[:-40], AS_PNG, 422),
        (drawn(size=513), AS_PNG, 413),
        (file_of(Image.new("L", (1, 600))), AS_PNG, 413),
        (file_of(Image.new("L", (1024, 1024)), "JPEG"), AS_JPEG, 413),
        (bytes(2**16 + 1), AS_JPEG, 413),
        (drawn(size=64) + bytes(2**16), AS_PNG, 413),
    ],
)
def test_what_is_no_small_jpeg_or_png_is_refused(client, frame, headers, status):
    answer = post(client, frame, headers=headers)

    assert answer.status_code == status
    assert answer.json()["message"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_body_that_does_not_say_its_length_is_cut_off_at_the_limit(client):
    pieces = (bytes(2**12) for _ in range(20))
    answer = client.post(f"/live?{SMALL}", content=pieces, headers=AS_PNG)

    assert answer.status_code == 413


def test_the_largest_frame_is_answered(client):
    frame = file_of(Image.new("RGB", (512, 512), "white"))

    assert post(client, frame + bytes(2**16 - len(frame))).status_code == 200


def test_an_answer_has_no_name_and_nothing_of_it_or_of_its_frame_is_kept(client, photograph):
    state, lab = client.app.state, client.app.state.lab

    def kept() -> tuple[object, ...]:
        files = sorted(path.name for path in lab.settings.data_dir.rglob("*"))
        traces, folds = lab.passes._traces._layers.nbytes, lab.passes._folds.nbytes
        pictures = lab.pictures._recent.nbytes, lab.pictures._ready.nbytes
        return files, traces, folds, pictures, lab.sheets._kept.nbytes, state.answers.nbytes

    before = kept()
    for query in (SMALL, f"{SMALL}&open=2.1", f"{SMALL}&open=1.1&mute=2"):
        answer = post(client, photograph, query)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        assert not {"etag", "location", "last-modified", "set-cookie"} & set(answer.headers)
    broken = post(client, photograph[:-99])

    assert broken.status_code == 422
    assert kept() == before


def test_memory_stays_flat_over_many_frames(client, photograph):
    buffers = client.app.state.lab.passes._traces._buffers

    def held() -> tuple[int, int]:
        gc.collect()
        layers = sum(isinstance(one, RecordedLayer) for one in gc.get_objects())
        return layers, sum(block.nbytes for block in buffers._blocks)

    queries = (f"{SMALL}&size=96", f"{SMALL}&size=96&open=2.1", f"{SMALL}&size=96&mute=1")
    for query in queries:
        answered(client, photograph, query)
    before = held()
    for number in range(60):
        answered(client, photograph, queries[number % len(queries)])

    assert held() == before


def test_a_sandboxed_frame_may_send_frames_and_a_page_of_another_site_may_not(client):
    sandbox = {"Origin": "null", "Sec-Fetch-Site": "cross-site"}
    foreign = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    frame, preflight = drawn(size=64), {"Access-Control-Request-Method": "POST"}

    def status(prefix: str, headers: dict[str, str]) -> int:
        answer = client.post(f"{prefix}/live?{SMALL}", content=frame, headers=AS_PNG | headers)
        return answer.status_code

    assert client.options("/embed/live", headers=sandbox | preflight).status_code == 204
    assert [status("/embed", sandbox), status("/embed", foreign)] == [200, 403]
    assert [status("", sandbox), status("", foreign)] == [403, 403]


def test_where_the_picture_is_locked_there_is_no_live_view_and_no_frame_is_taken(client):
    locked = f"{SMALL}&lock=picture"

    assert client.get(f"/embed/images/cat/live?{locked}").status_code == 403
    answer = client.post(f"/embed/live?{locked}", content=drawn(size=64), headers=AS_PNG)
    assert answer.status_code == 403


@pytest.mark.parametrize("opened", ["", "&open=2.1", "&open=1.3"])
def test_the_live_page_has_the_places_of_the_lab_and_stays_live_where_a_map_is_opened(
    client, opened
):
    page = client.get(f"/images/cat/live?{SMALL}{opened}")

    assert page.status_code == 200
    kept = re.sub("lab--live ?", "", page.text)
    tiles = set(re.findall(r'id="(tile-\d-\d+)"', kept))
    number = int(opened[6]) if opened else 2
    made = {f"tile-{number}-{one}" for one in range(8 if number == 1 else 4)}
    read = {f"tile-{number - 1}-{one}" for one in range(3 if number == 1 else 8)}
    assert tiles == made | read
    address = re.search(r'data-frames="([^"]+)"', kept)[1].replace("&amp;", "&")
    assert post(client, drawn(size=64), address.partition("?")[2]).status_code == 200
    for link in re.findall(r'<a class="tile[^>]*href="([^"]+)"', kept):
        assert link.startswith("/images/cat/live?")
    colours = re.search(r'data-colours="([0-9a-f]+)"', kept)[1]
    assert len(colours) == 6 * 256


def test_an_answered_frame_makes_no_line_in_the_log_and_a_refused_one_says_nothing_of_it(
    client, caplog
):
    caplog.set_level("INFO", "convfold.requests")

    assert post(client, drawn(size=64)).status_code == 200
    assert not caplog.records
    assert post(client, b"no picture").status_code == 415
    line = vars(caplog.records[0])
    assert (line["route"], line["status"]) == ("/live", 415)
    assert SMALL not in str(line)
