"""Weights, statistics and figures as files, against the arrays of the pass."""

import base64
import csv
import gc
import io
import re
import weakref
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import safetensors.numpy
from PIL import Image

from app.drawing import colormaps
from app.lab.fold.build import fold_view
from app.lab.fold.figure import _cells
from app.lab.fold.figure_files import figure_file
from app.lab.state.state import build
from app.untrusted.weights.layers.choice import Choice
from tests.engine.reference import conv2d
from tests.lab.exports.stacks import SETTINGS, stack_of, trace_file
from tests.lab.weight_jobs import JOBS

SMALL = "size=32&filters1=6&filters2=4&weights1=random&weights2=random"
SVG = "{http://www.w3.org/2000/svg}"


def arrays_of(lab, state):
    return dict(np.load(io.BytesIO(trace_file(lab, state))))


def weights(lab, state, form):
    data = lab.exports.weights(state, form)
    if form == "npz":
        return dict(np.load(io.BytesIO(data)))
    return safetensors.numpy.load(data)


@pytest.mark.parametrize("form", ["safetensors", "npz"])
def test_weights_are_those_of_the_trace_by_their_pytorch_names(lab, form):
    state = stack_of(SMALL).state
    arrays, found = arrays_of(lab, state), weights(lab, state, form)

    assert set(found) == {f"layer{n}.{name}" for n in (1, 2) for name in ("weight", "bias")}
    for name, array in found.items():
        np.testing.assert_array_equal(array, arrays[name.replace(".", "/")])


@pytest.mark.parametrize("form", ["safetensors", "npz"])
def test_exported_weights_can_be_imported_again(lab, form):
    state = stack_of(f"{SMALL}&groups2=2&flip=on").state
    taken = JOBS.take(io.BytesIO(lab.exports.weights(state, form)), Choice())
    held = weights(lab, state, form)

    for number, layer in enumerate(taken.layers, 1):
        np.testing.assert_array_equal(layer.values.weight, held[f"layer{number}.weight"])
        np.testing.assert_array_equal(layer.values.bias, held[f"layer{number}.bias"])
    assert held["layer2.weight"].shape == (4, 3, 3, 3)


@pytest.mark.parametrize("name", SETTINGS)
def test_statistics_are_those_of_the_maps(lab, name):
    state = stack_of(SETTINGS[name]).state
    arrays = arrays_of(lab, state)
    rows = list(csv.DictReader(io.StringIO(lab.exports.maps(state))))

    shapes = [arrays[f"layer{n}/activation"].shape for n in (1, 2)]
    assert [(row["layer"], row["map"]) for row in rows] == [
        (str(n), str(c)) for n, shape in enumerate(shapes, 1) for c in range(shape[0])
    ]
    for row in rows:
        layer, channel = row["layer"], int(row["map"])
        assert float(row["bias"]) == arrays[f"layer{layer}/bias"][channel]
        for words, array in (("pre-activation", "preactivation"), ("activation", "activation")):
            maps = arrays[f"layer{layer}/{array}"][channel].astype(float)
            assert float(row[f"{words} minimum"]) == maps.min()
            assert float(row[f"{words} maximum"]) == maps.max()
            assert float(row[f"{words} mean"]) == pytest.approx(maps.mean(), abs=1e-9)
            assert float(row[f"{words} share of zeros"]) == np.mean(maps == 0)


def pictures(svg: bytes) -> dict[str, np.ndarray]:
    """Return each picture of an SVG by its title, as (h, w, 3)."""
    found = {}
    for image in ElementTree.fromstring(svg).iter(f"{SVG}image"):
        kind, data = image.attrib["href"].split(",", 1)
        assert kind == "data:image/png;base64"
        png = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        found[image.findtext(f"{SVG}title", "")] = np.asarray(png)
    return found


def test_a_figure_holds_every_contribution_in_the_colours_of_its_signs(lab):
    one = stack_of(SMALL)
    arrays = arrays_of(lab, one.state)
    found = pictures(figure_file(lab.passes, one.state, 2, 3, "svg", one.source))
    weight, heard = arrays["layer2/weight"][3], arrays["layer1/output"]

    assert len(found) == 2 * 6 + 2
    for channel in range(6):
        values = conv2d(
            heard[channel, None], weight[None, channel, None], [0], padding=((1, 1), (1, 1))
        )[0]
        tile = found[f"contribution of {channel}"].astype(int)
        warm = tile[..., 0] - tile[..., 2]  # red above zero, blue below
        clear = np.abs(values) > 0.1 * np.abs(values).max()
        assert tile.shape == (32, 32, 3)
        assert (np.sign(warm - 5) == np.sign(values))[clear].all()
    after = found["after ReLU"]
    silent = arrays["layer2/activation"][3] == 0
    assert (after[silent] == colormaps.SIGNED[colormaps.ZERO]).all()


def test_a_figure_says_its_settings_and_needs_nothing_else(lab):
    one = stack_of(f"{SMALL}&pool2=max&stride1=2&mute=1", title="Cat & <dog>")
    svg = figure_file(lab.passes, one.state, 2, 0, "svg", one.source)
    texts = [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]

    assert texts[0] == "Map 0 of layer 2 is one sum of 5."
    assert any(text.startswith("Cat & <dog>. 3x32x32 -> 6 filters of 3x3x3") for text in texts)
    assert any(text.startswith("Layer 1: 6 filters of 3x3x3, stride 2") for text in texts)
    assert "1 muted" in texts
    assert any(text.startswith("after max pool 2x2: ") for text in texts)
    assert "".join(texts).endswith(one.source.page)
    assert set(re.findall(rb'(?:href|src)="([^",]*)', svg)) == {b"data:image/png;base64"}


def test_a_figure_speaks_the_language_of_its_source(lab):
    one = stack_of(f"{SMALL}&mute=1&pool2=max&activation2=leaky_relu")
    loud = replace(one.source, say=lambda words: str(words).upper())
    svg = figure_file(lab.passes, one.state, 2, 0, "svg", loud)
    texts = [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]

    assert texts
    assert texts == [text.upper() for text in texts]


@pytest.mark.parametrize("scale", ["layer", "stack", "map"])
def test_a_figure_says_where_its_colours_end_and_what_lies_beyond(lab, scale):
    one = stack_of(f"{SMALL}&scale={scale}")
    fold = fold_view(lab.passes, one.state, 2, 3)
    svg = figure_file(lab.passes, one.state, 2, 3, "svg", one.source)
    texts = [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    message = next(text for text in texts if "Blue is negative, red positive" in text)

    assert f"{fold.sum_legend.limit:.3g}" in message
    assert f"{100 * fold.true_beyond:.2g} % beyond" in message
    assert ("each contribution" in message.lower()) == (scale == "map")
    if scale == "layer":
        assert f"{fold.legend.limit:.3g}" in message
        assert f"colours x {fold.factor:.3g}" in message
    assert texts[-1] == one.source.page  # nothing of the caption is cut off


@pytest.mark.parametrize("query", ["kind2=depthwise", "groups2=2&order=size", "filters1=128"])
def test_only_what_the_filter_reads_is_on_a_figure(lab, query):
    one = stack_of(f"{SMALL}&{query}")
    read = one.state.stack.channels_read(2, 1)
    found = pictures(figure_file(lab.passes, one.state, 2, 1, "svg", one.source))

    assert {title for title in found if title.startswith("contribution")} == {
        f"contribution of {channel}" for channel in read
    }


@pytest.mark.parametrize("count", [1, 2, 7, 64, 128])
def test_tiles_of_a_figure_lie_side_by_side_in_their_room(count):
    left, top, width, height = room = (60, 190, 1180, 690)
    cells = _cells(count, room)
    covered = np.zeros((top + height, left + width), int)
    for x, y, side, _ in cells:
        covered[y : y + side + 22, x : x + side] += 1
        assert side >= 40
        assert y + side + 22 <= top + height
        assert x + side <= left + width

    assert covered.max() == 1
    assert covered.sum() == sum(side * (side + 22) for *_, side, _ in cells)


def test_a_figure_as_png_is_a_slide_with_the_same_pictures(lab):
    one = stack_of(SMALL)
    picture = Image.open(io.BytesIO(figure_file(lab.passes, one.state, 2, 3, "png", one.source)))
    svg = ElementTree.fromstring(figure_file(lab.passes, one.state, 2, 3, "svg", one.source))
    pixels = np.asarray(picture.convert("RGB"))

    assert picture.size == (1920, 1080)
    inside = pictures(ElementTree.tostring(svg))
    for image in svg.iter(f"{SVG}image"):
        x, y, width, height = (int(image.attrib[name]) for name in ("x", "y", "width", "height"))
        title = image.findtext(f"{SVG}title")
        if width % inside[title].shape[1] == 0 and title.startswith("contribution"):
            factor = width // inside[title].shape[1]
            middle = pixels[
                y + factor // 2 : y + height : factor, x + factor // 2 : x + width : factor
            ]
            np.testing.assert_array_equal(middle, inside[title])


def test_a_download_holds_no_map_while_it_is_read_and_each_array_is_on_the_disk_once(lab):
    state = build("cat", {"size": 64, "activation1": "linear", "activation2": "linear"})
    trace = lab.passes.run(state).trace()
    maps = sum(layer.preactivation.nbytes for layer in trace.layers)
    weak = weakref.ref(trace.layers[0])
    pieces = lab.exports.trace(state)
    lab.passes.forget("cat")
    del trace
    gc.collect()

    assert weak() is None
    assert len(b"".join(pieces)) > 3 * maps  # each layer three times, from one place


def test_where_the_disk_has_no_room_a_download_is_sent_from_memory(lab, monkeypatch):
    state = build("cat", {"size": 48})
    wanted = trace_file(lab, state)

    def full() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)

    assert trace_file(lab, state) == wanted
