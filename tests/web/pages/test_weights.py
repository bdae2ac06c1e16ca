"""Weights of other programs over HTTP: looked into, imported, computed with, refused, deleted and expired."""

import asyncio
import io
import os
import pickle
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save
from starlette.testclient import TestClient

from app.engine.spec.layer import LayerSpec
from app.main import create_app
from app.settings import Settings
from app.web.gate.admission import LARGE_BODIES
from tests.untrusted.weights import hostile_files
from tests.web.gate.asgi import PendingRequest, until
from tools.interop.models import FILES, MODELS, OUTPUTS, Model

JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "fieldset#contents"}
CASES = Path(__file__).parents[2] / "untrusted/weights/cases"
TORCH = FILES / "torch.safetensors"
MIB = 2**20


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


def two(seed: int) -> bytes:
    return save(
        {"a.weight": noise(4, 3, 3, 3, seed=seed), "b.weight": noise(2, 4, 3, 3, seed=seed)}
    )


@pytest.fixture
def file(request) -> bytes:
    """A weight file that no other test sends."""
    return two(sum(request.node.name.encode()))


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A server of which nothing is known but its folder."""
    folder = tmp_path_factory.mktemp("data")
    with TestClient(create_app(Settings(data_dir=folder)), follow_redirects=False) as client:
        client.folder = folder  # type: ignore[attr-defined]
        yield client


def test_the_form_of_a_page_is_taken_as_it_stands_with_every_field(client):
    file = (CASES / "onnx_bn_unfused.onnx").read_bytes()
    page = client.post("/weights/contents", files={"file": file}).text
    form = page[page.index('id="contents"') :].partition("</form>")[0]
    names = re.findall(r'<(?:input|select)[^>]* name="([^"]+)"', form)

    fields = {name: "on" if name == "bgr" else "" for name in names}
    answer = client.post("/weights", files={"file": file}, data=fields, follow_redirects=False)

    assert len(fields) == 11
    assert answer.status_code == 303, answer.text


def send(client, file: bytes, address: str = "/weights", **fields: str) -> dict:
    answer = client.post(address, files={"file": file}, data=fields, headers=JSON)
    assert answer.status_code == 201, answer.text
    return answer.json()


def arrays(client, address: str) -> dict[str, np.ndarray]:
    path, mark, query = address.partition("?")
    with np.load(io.BytesIO(client.get(f"{path}/trace.npz{mark}{query}").content)) as file:
        return dict(file)


def settings_of(number: int, layer: LayerSpec) -> dict[str, str]:
    given = {name: getattr(layer, name) for name in ("stride", "dilation", "padding", "activation")}
    return {f"{name}{number}": str(value) for name, value in given.items()}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.file)
def test_a_stack_of_imported_layers_equals_the_package_that_saved_them(client, model: Model):
    pixels = model.picture()  # (C, 32, 32)
    picture = io.BytesIO()
    Image.fromarray(np.moveaxis(np.repeat(pixels, 3 // len(pixels), 0), 0, -1)).save(picture, "PNG")
    image = client.post("/images", files={"file": picture.getvalue()}, headers=JSON).json()["id"]
    query = {"image": image, "size": "32", "normalise": "none"}
    query |= settings_of(1, model.layers[0]) | settings_of(2, model.layers[1])

    answer = client.post(
        "/weights", params=query, files={"file": (FILES / model.file).read_bytes()}, headers=JSON
    )
    found = arrays(client, answer.json()["url"])

    with np.load(OUTPUTS) as outputs:
        expected = outputs[f"{model.stem}/of_picture"]
    np.testing.assert_allclose(found["image"], pixels / 255, rtol=0, atol=1e-6)
    np.testing.assert_allclose(found["layer2/output"], expected, rtol=0, atol=1e-4)


def test_an_import_leads_to_the_lab_with_it(client, file):
    answer = client.post("/weights?size=48&image=coffee&stride1=2", files={"file": file})

    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Location"].startswith(
        "/images/coffee?size=48&stride1=2&bias1=off&weights1=4x3x3x3-2x4x3x3-"
    )
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "a.weight" in page.text
    assert page.text.count('class="tile"') == 4 + 2


def test_htmx_is_led_there_by_its_header(client, file):
    answer = client.post("/weights?size=48", files={"file": file}, headers=HTMX)

    assert answer.status_code == 200
    assert client.get(answer.headers["HX-Redirect"]).status_code == 200


def test_the_id_is_the_weights_of_both_layers(client, file):
    body = send(client, file)

    named = f"/images/cat?weights1={body['id']}&weights2={body['id']}&size=48"
    found = arrays(client, named)

    np.testing.assert_array_equal(found["layer1/weight"].shape, (4, 3, 3, 3))
    np.testing.assert_array_equal(found["layer2/weight"].shape, (2, 4, 3, 3))
    assert body["kept_hours"] == 24
    assert (body["first"]["name"], body["second"]["name"]) == ("a.weight", "b.weight")
    assert body["url"].startswith("/images/cat?bias1=off&weights1=")


def test_what_a_file_holds_is_listed_as_page_part_and_data(client, file):
    answers = [
        client.post("/weights/contents?size=48", files={"file": file}, headers=headers)
        for headers in ({}, HTMX, JSON)
    ]

    page, part, data = answers
    assert [one.status_code for one in answers] == [200] * 3
    assert "Choose the same file again" in page.text
    assert part.text.lstrip().startswith('<fieldset id="contents"')
    for text in (page.text, part.text):
        assert re.search(r'<option value="a.weight" selected>', text)
        assert "4 filters of 3" in text
    assert [one["stored"] for one in data.json()["convolutions"]] == [[4, 3, 3, 3], [2, 4, 3, 3]]


def test_a_corrected_order_is_what_is_computed_with(client):
    weights = {"a.weight": noise(3, 3, 3, 8), "b.weight": noise(1, 1, 8, 4)}
    orders = {"first": "a.weight", "second": "b.weight", "first_order": "HWIO"}

    body = send(
        client, save(weights), "/weights?size=48", **orders, second_order="HWIO"
    )  # fmt: skip
    found = arrays(client, body["url"])

    expected = weights["a.weight"].transpose(3, 2, 0, 1)
    np.testing.assert_array_equal(found["layer1/weight"], expected)
    assert body["first"]["order"] == "HWIO"


def test_mean_and_deviation_are_what_layer_1_reads_the_picture_with(client, file):
    body = send(client, file, "/weights?size=48", mean="0.4, 0.5,0.6", deviation="0.25")

    plain = arrays(client, body["url"].replace("&normalise", "&x") + "&normalise=none")["image"]
    found = arrays(client, body["url"])["image"]

    means = np.array([0.4, 0.5, 0.6]).reshape(3, 1, 1)
    np.testing.assert_allclose(found, (plain - means) / 0.25, rtol=0, atol=1e-5)


def test_the_lab_leads_to_the_page_and_the_page_keeps_picture_and_settings(client):
    lab = client.get("/images/coffee?size=48&stride2=2").text
    link = re.search(r'href="(/weights\?[^"]+)"', lab)[1].replace("&amp;", "&")

    page = client.get(link)

    assert page.status_code == 200
    for name in ("size=48", "stride2=2", "image=coffee"):
        assert name in re.search(r'<form id="import"[^>]* action="([^"]+)"', page.text)[1]
    for format in (".safetensors", ".npz", ".weights.h5", ".keras", ".onnx"):
        assert format in page.text
    for promise in ("executed", "refused", "24 hours", "save_file"):
        assert promise in page.text


@pytest.mark.parametrize("image", ["../x", "//elsewhere", "a/b", "", "x" * 99])
def test_a_picture_that_cannot_be_one_is_the_sample(client, file, image):
    answer = client.post("/weights", params={"image": image}, files={"file": file})

    assert answer.headers["Location"].startswith("/images/cat?")


REFUSED = {
    "text": (b"hello", {}, 415, "file", ".safetensors"),
    "empty": (b"", {}, 415, "file", "empty"),
    "pickle": (pickle.dumps({"a": 1}), {}, 415, "file", "never read"),
    "cut off": (TORCH.read_bytes()[:-100], {}, 422, "file", "would work"),
    "no convolutions": (save({"a": noise(3, 3)}), {}, 422, "file", "four axes"),
    "nothing chains": (save({"a": noise(4, 3, 3, 3)}), {}, 422, "file", "chain"),
    "not a number": (
        save({"a.weight": noise(4, 3, 3, 3) * np.nan, "b.weight": noise(2, 4, 3, 3)}),
        *({}, 422, "file", "not a number"),
    ),
    "unknown tensor": (two(0), {"second": "nope"}, 422, "second", "b.weight"),
    "does not chain": (
        *(two(0), {"first": "b.weight", "second": "a.weight"}),
        *(422, "file", "1 or 3 channels"),
    ),
    "an order": (two(0), {"first_order": "IOHW"}, 422, "first_order", "HWIO"),
    "a mean": (two(0), {"mean": "half"}, 422, "mean", "0.5"),
    "two means": (two(0), {"mean": "1,2"}, 422, "mean", "1 or 3"),
    "a deviation": (two(0), {"deviation": "0"}, 422, "normalise", "0.001"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_imported_is_refused_as_page_part_and_data(client, name):
    data, fields, status, field, word = REFUSED[name]

    page, part, json = (
        client.post("/weights", files={"file": ("my-secret.bin", data)}, data=fields, headers=how)
        for how in ({}, HTMX, JSON)
    )

    assert [one.status_code for one in (page, part, json)] == [status] * 3
    assert page.text.startswith("<!doctype html>")
    assert part.headers["HX-Retarget"] == "#error"
    assert json.json()["field"] == field
    for text in (page.text, part.text, json.json()["message"]):
        assert word in text
        assert "my-secret" not in text


@pytest.mark.parametrize("address", ["/weights", "/weights/contents", "/embed/weights"])
def test_a_form_without_a_file_is_refused(client, address):
    for answer in (client.post(address), client.post(address, files={"file": (None, "text")})):
        assert answer.status_code == 400
        assert "one weight file" in answer.text


def test_a_tensor_may_be_called_anything(client):
    name = "<script>alert(1)</script>\N{SNOWMAN}\x00\u202e/weight"
    weights = {name: noise(4, 3, 3, 3), "b.weight": noise(2, 4, 3, 3)}

    contents = client.post("/weights/contents", files={"file": save(weights)}).text
    lab = client.get(send(client, save(weights), "/weights?size=48")["url"]).text

    for page in (contents, lab):
        assert "<script>alert" not in page
        assert "\N{SNOWMAN}" in page


def test_the_page_of_an_import_is_bounded_whatever_a_file_is_filled_with(client):
    names = [f"{number:04}" + "&" * 200 for number in range(4_000)]  # five bytes each in HTML
    values = noise(3, 3, 1, 1)
    file = hostile_files.model(
        [hostile_files.tensor(name, values.shape, values) for name in names], names
    )

    page, part = (
        client.post("/weights/contents", files={"file": file}, headers=how) for how in ({}, HTMX)
    )
    contents = client.post("/weights/contents", files={"file": file}, headers=JSON)

    assert (page.status_code, part.status_code, contents.status_code) == (200, 200, 200)
    assert len(page.content) < 2 * MIB  # it was 80 MB with names of 4,000 bytes
    assert len(contents.content) < MIB
    assert "4000 convolutions in the ONNX file" in page.text
    assert "256 of them are listed here" in page.text
    found = contents.json()
    assert found["count"] == 4_000
    assert len(found["convolutions"]) == 256
    assert {found["first"], found["second"]} <= {one["name"] for one in found["convolutions"]}
    assert all(len(one["name"]) <= 256 for one in found["convolutions"])


def test_a_convolution_that_is_not_listed_is_imported_by_its_name(client):
    arrays = {f"{number:04}.weight": noise(3, 3, 1, 1) for number in range(300)}
    listed = client.post("/weights/contents", files={"file": save(arrays)}, headers=JSON).json()
    names = {one["name"] for one in listed["convolutions"]}
    unlisted = next(name for name in arrays if name not in names)

    imported = send(client, save(arrays), "/weights?size=48", second=unlisted)

    assert imported["second"]["name"] == unlisted


def test_a_name_that_no_text_can_hold_is_no_failure(client):
    # Half a surrogate pair, as JSON can write it.
    data = save({"a?????.weight": noise(4, 3, 3, 3), "b.weight": noise(2, 4, 3, 3)})
    odd = data.replace(b"a?????", b"\\ud800")

    for address in ("/weights/contents", "/weights?size=48"):
        for headers in ({}, HTMX, JSON):
            answer = client.post(address, files={"file": odd}, headers=headers)
            assert answer.status_code < 500


@pytest.mark.parametrize("mib", [11, 63])
def test_a_file_may_be_larger_than_a_picture(client, mib, tmp_path):
    path = tmp_path / "large.npz"
    with path.open("wb") as out:
        np.savez(out, a=noise(4, 3, 3, 3), b=noise(2, 4, 3, 3), rest=np.zeros(mib * MIB // 4, "f4"))

    with path.open("rb") as file:
        answer = client.post("/weights?size=48", files={"file": file}, headers=JSON)

    assert answer.status_code == 201


@pytest.mark.parametrize("address", ["/weights", "/weights/contents", "/embed/weights"])
def test_a_file_that_is_too_large_is_refused_whether_or_not_it_says_so(client, address):
    def endless():
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
        for _ in range(66):
            yield bytes(MIB)

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    silent = client.post(address, content=endless(), headers=headers)
    declared = client.post(address, headers=headers | {"Content-Length": str(65 * MIB)})

    assert (silent.status_code, declared.status_code) == (413, 413)
    assert "64 MiB" in silent.text
    assert "64 MiB" in declared.text


def test_a_picture_may_not_be_as_large_as_a_weight_file(client):
    answer = client.post("/images", files={"file": b"\xff\xd8\xff" + bytes(11 * MIB)})

    assert answer.status_code == 413
    assert "10 MiB" in answer.text


def addresses_of(body: dict) -> list[str]:
    path, _, query = body["url"].partition("?")
    ends = ["", ".json", "/layers/1/maps.png", "/layers/1/maps/0/filter.png", "/trace.npz"]
    ends += ("/layers/2/maps/1/projections.png", "/layers/2/wall", "/preview.png")
    return [f"{path}{end}?{query}" for end in ends]


def test_what_was_deleted_is_answered_from_no_cache(client, file):
    body = send(client, file, "/weights?size=48")
    before = [client.get(address) for address in addresses_of(body)]

    deleted = client.delete(body["delete_url"])

    assert {one.status_code for one in before} == {200}
    assert (deleted.status_code, deleted.content) == (204, b"")
    for one, address in zip(before, addresses_of(body), strict=True):
        again = client.get(address)
        unchanged = client.get(address, headers={"If-None-Match": one.headers["ETag"]})
        assert (again.status_code, unchanged.status_code) == (404, 404)
        assert "import the file again" in again.text
    assert client.delete(body["delete_url"]).status_code == 404


def test_what_has_had_its_time_is_answered_from_no_cache(own, file):
    body = send(own, file, "/weights?size=48")
    before = [own.get(address) for address in addresses_of(body)]
    stored = own.folder / "weights" / f"{body['id'].rpartition('-')[2]}.npz"
    os.utime(stored, (stored.stat().st_mtime - 25 * 3600,) * 2)

    after = [own.get(address) for address in addresses_of(body)]
    unchanged = own.get(addresses_of(body)[2], headers={"If-None-Match": before[2].headers["ETag"]})

    assert {one.status_code for one in before} == {200}
    assert {one.status_code for one in (*after, unchanged)} == {404}


def test_an_answer_lasts_no_longer_than_the_weights(own, file):
    body = send(own, file, "/weights?size=48")
    page = own.get(body["url"]).text
    sheet = re.search(r'"(/images/cat/layers/1/maps\.png\?[^"]+)"', page)[1].replace("&amp;", "&")
    stored = own.folder / "weights" / f"{body['id'].rpartition('-')[2]}.npz"
    os.utime(stored, (stored.stat().st_mtime - 23.5 * 3600,) * 2)

    control = own.get(sheet).headers["Cache-Control"]

    private, age, immutable = control.split(", ")
    assert (private, immutable) == ("private", "immutable")
    assert 0 < int(age.removeprefix("max-age=")) <= 1800


def test_the_same_file_imported_again_has_the_same_address(client, file):
    first = send(client, file)
    client.delete(first["delete_url"])
    second = send(client, file)

    assert first["id"] == second["id"]
    assert first["delete_token"] != second["delete_token"]
    assert client.get(second["url"]).status_code == 200


def test_a_page_reached_by_importing_deletes_the_weights_with_its_own_form(client, file):
    page_url = client.post("/weights?size=48", files={"file": file}).headers["Location"]
    page = client.get(page_url)
    button = re.search(r'<button[^>]*form="delete"[^>]*value="[\w-]+"[^>]*>', page.text)[0]
    action, token = (
        re.search(rf' {name}="([^"]+)"', button)[1] for name in ("formaction", "value")
    )

    wrong = client.post(action, data={"token": "wrong"})
    answer = client.post(action, data={"token": token})

    assert page.headers["Cache-Control"] == "no-store"
    assert wrong.status_code == 403
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert "The weights are gone" in client.get(answer.headers["Location"]).text
    assert client.get(page_url).status_code == 404


def test_without_the_token_a_page_offers_no_deletion(client, file):
    page = client.get(send(client, file, "/weights?size=48")["url"]).text

    assert "imported them offers this" in page  # what the script may show
    assert not re.search(r'<button[^>]*form="delete"[^>]*value="[\w-]+"[^>]*>', page)


def test_an_embedded_lab_offers_an_import_unless_its_weights_are_locked(client):
    link = re.compile(r'href="(/embed/weights[^"]*)"')
    free = client.get("/embed/images/cat?size=48&theme=dark").text

    assert "theme=dark" in link.search(free)[1]
    assert "size=48" in link.search(free)[1]
    for query in ("lock=all", "lock=weights1", "hide=upload"):
        assert not link.search(client.get(f"/embed/images/cat?size=48&{query}").text)


def test_an_import_in_a_frame_leads_to_the_framed_lab(client, file):
    answer = client.post("/embed/weights?size=48&theme=dark", files={"file": file}, headers=HTMX)

    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "HX-Redirect" in answer.headers["Access-Control-Expose-Headers"]
    assert answer.headers["HX-Redirect"].startswith("/embed/images/cat?")
    assert "theme=dark" in answer.headers["HX-Redirect"]


def test_nothing_of_the_file_but_the_two_tensors_is_kept(own):
    weights = {
        "a.weight": noise(4, 3, 3, 3, seed=9),
        "b.weight": noise(2, 4, 3, 3, seed=9),
        "secret.embedding": np.full(1000, 0.123, np.float32),
    }
    send(own, save(weights, metadata={"author": "me-myself"}))

    kept = b"".join(path.read_bytes() for path in Path(own.folder).rglob("*") if path.is_file())

    assert b"secret" not in kept
    assert b"me-myself" not in kept
    assert weights["secret.embedding"].tobytes()[:400] not in kept
    assert weights["b.weight"].tobytes() in kept


def test_imports_held_are_counted(own, file):
    def held() -> float:
        return float(re.search(r"^convfold_weights_held (\S+)$", own.get("/metrics").text, re.M)[1])

    before = held()
    body = send(own, file)
    during = held()
    own.delete(body["delete_url"])

    assert (during - before, held() - before) == (1, 0)


def test_large_files_on_their_way_are_bounded_and_small_ones_still_taken(tmp_path):
    app = create_app(Settings(data_dir=tmp_path))
    form = {"Content-Type": "multipart/form-data; boundary=b"}

    def sending(nbytes: int, client: str) -> PendingRequest:
        headers = form | {"Content-Length": str(nbytes)}
        return PendingRequest(
            app, "/weights", method="POST", client=client, headers=headers, body=None
        )

    async def scene() -> None:
        large = [sending(20 * MIB, "192.0.2.1") for _ in range(LARGE_BODIES // 2)]
        await until(lambda: app.state.admission.large_bodies.taken == len(large))
        refused = await sending(20 * MIB, "192.0.2.1").answer()
        others = [sending(20 * MIB, "192.0.2.2"), sending(MIB, "192.0.2.1")]
        await until(lambda: app.state.admission.receiving == len(large) + len(others))

        assert refused.status == 503
        assert int(refused.headers["retry-after"]) > 0
        assert [one.status for one in others] == [None, None]
        for one in (*large, *others):
            one.leave()
            await one.task
        assert app.state.admission.large_bodies.taken == 0

    asyncio.run(scene())
