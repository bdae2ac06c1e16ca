"""Convolution against its definition, ONNX Runtime, and the laws that it must keep."""

import threading
import tracemalloc
from typing import Any

import numpy as np
import onnxruntime
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper

from app.engine.compute import conv, strips
from app.engine.compute.conv import conv2d
from app.engine.errors import ShapeError, SpecError
from app.engine.spec.stack import LayerSpec
from tests.engine import reference

MODES = ("zeros", "reflect", "replicate", "circular")
NUMPY_MODES: dict[str, Any] = {
    "zeros": "constant",
    "reflect": "reflect",
    "replicate": "edge",
    "circular": "wrap",
}
MIB = 2**20


@st.composite
def layers(draw, *, sides, kernels, channels):
    """Return a LayerSpec, and the shape (C, H, W) of an input that it accepts."""
    groups = draw(st.integers(1, 3))
    each = draw(st.integers(1, max(1, channels // groups)))
    spec = LayerSpec(
        filters=groups * draw(st.integers(1, max(1, channels // groups))),
        kernel=(draw(st.integers(1, kernels)), draw(st.integers(1, kernels))),
        stride=draw(st.integers(1, 4)),
        dilation=draw(st.integers(1, 4)),
        padding=draw(st.sampled_from(("same", "valid")) | st.integers(0, 8)),
        padding_mode=draw(st.sampled_from(MODES)),
        groups=groups,
    )
    shape = groups * each, draw(st.integers(1, sides)), draw(st.integers(1, sides))
    assume(0 not in spec.map_hw(*shape[1:]))
    for size, border in zip(shape[1:], spec.padding_hw(*shape[1:]), strict=True):
        most = {"reflect": size - 1, "circular": size}.get(spec.padding_mode, 40)
        assume(max(border) <= most)
    return spec, shape


def arrays(
    spec: LayerSpec, shape: tuple[int, ...], seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    weight = (spec.filters, shape[0] // spec.groups, *spec.kernel)
    x, weights, bias = (
        random.standard_normal(axes).astype(np.float32) for axes in (shape, weight, weight[:1])
    )
    return x, weights, bias


def relative_error(result, expected):
    return np.abs(result - expected).max() / np.abs(expected).max()


@settings(max_examples=150, derandomize=True)
@given(layers(sides=9, kernels=4, channels=4), st.integers(0, 2**16), st.integers(1, 3))
def test_convolution_equals_its_definition(drawn, seed, threads):
    spec, shape = drawn
    x, weight, bias = arrays(spec, shape, seed)

    result = conv2d(x, weight, bias, spec, threads=threads)

    padding = [
        reference.same_padding(size, kernel=kernel, stride=spec.stride, dilation=spec.dilation)
        if spec.padding == "same"
        else (0, 0) if spec.padding == "valid" else (spec.padding, spec.padding)
        for size, kernel in zip(shape[1:], spec.kernel, strict=True)
    ]  # fmt: skip
    expected = reference.conv2d(
        x,
        weight,
        bias,
        stride=spec.stride,
        dilation=spec.dilation,
        padding=padding,
        mode=spec.padding_mode,
        groups=spec.groups,
    )
    assert result.dtype == np.float32
    assert result.shape == expected.shape == (spec.filters, *spec.map_hw(*shape[1:]))
    assert relative_error(result, expected) <= 1e-5


@settings(max_examples=200, derandomize=True)
@given(layers(sides=70, kernels=11, channels=24), st.integers(0, 2**16))
def test_convolution_equals_onnx_runtime(drawn, seed):
    spec, shape = drawn
    x, weight, bias = arrays(spec, shape, seed)

    result = conv2d(x, weight, bias, spec, threads=2)

    assert relative_error(result, onnx_conv(x, weight, bias, spec)) <= 1e-5


@pytest.mark.parametrize(
    ("spec", "shape"),
    [
        (LayerSpec(filters=64), (3, 256, 256)),
        (LayerSpec(filters=32), (64, 256, 256)),
        (LayerSpec(filters=1, kernel=(11, 11)), (128, 96, 96)),
        (LayerSpec(filters=128, kernel=(11, 11), dilation=4, padding=40), (8, 40, 90)),
        (LayerSpec(filters=128, groups=128), (128, 64, 64)),
        (LayerSpec(filters=16, kernel=(1, 1), stride=4), (128, 200, 200)),
        (LayerSpec(filters=8, kernel=(2, 2), stride=4, dilation=2), (3, 512, 512)),
    ],
    ids=["first", "second", "one filter", "wide border", "depthwise", "strided", "even"],
)
def test_convolution_equals_onnx_runtime_at_full_size(spec, shape):
    x, weight, bias = arrays(spec, shape)

    result = conv2d(x, weight, bias, spec, threads=2)

    assert relative_error(result, onnx_conv(x, weight, bias, spec)) <= 1e-5


def onnx_conv(x, weight, bias, spec):
    """Let ONNX Runtime pad by SAME_UPPER itself where its Conv node can.

    It cannot with dilation; and where the stride exceeds the kernel it crops the input on both
    sides, where Keras, TensorFlow and our contract start at the first pixel.
    """
    settings = {
        "strides": [spec.stride] * 2,
        "dilations": [spec.dilation] * 2,
        "group": spec.groups,
        "kernel_shape": list(spec.kernel),
    }
    (top, bottom), (left, right) = spec.padding_hw(*x.shape[1:])
    if spec.padding_mode != "zeros":
        borders = ((0, 0), (top, bottom), (left, right))
        x = np.pad(x, borders, mode=NUMPY_MODES[spec.padding_mode])
    elif spec.padding == "same" and spec.dilation == 1 and spec.stride <= min(spec.kernel):
        settings["auto_pad"] = "SAME_UPPER"
    else:
        settings["pads"] = [top, left, bottom, right]
    inputs = {"x": x[None], "w": weight, "b": bias}
    graph = helper.make_graph(
        [helper.make_node("Conv", list(inputs), ["y"], **settings)],
        "one",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, array.shape)
            for name, array in inputs.items()
        ],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    return session.run(None, inputs)[0][0]


def test_an_impulse_answers_with_the_kernel_turned_by_half_a_turn():
    spec = LayerSpec(filters=2, kernel=(3, 5), padding="same")
    _, weight, _ = arrays(spec, (1, 9, 9))
    impulse = np.zeros((1, 9, 9), np.float32)
    impulse[0, 4, 4] = 1

    maps = conv2d(impulse, weight, np.zeros(2, np.float32), spec)

    np.testing.assert_array_equal(maps[:, 3:6, 2:7], weight[:, 0, ::-1, ::-1])
    assert np.count_nonzero(maps) == np.count_nonzero(weight)


def test_a_kernel_is_not_flipped():
    x = np.arange(12, dtype=np.float32).reshape(1, 3, 4)
    weight = np.array([[[[1, 0], [0, 10]]]], np.float32)
    spec = LayerSpec(filters=1, kernel=(2, 2), padding="valid")

    maps = conv2d(x, weight, np.array([100], np.float32), spec)

    np.testing.assert_array_equal(maps, [[[150, 161, 172], [194, 205, 216]]])


@settings(max_examples=40, derandomize=True)
@given(layers(sides=40, kernels=5, channels=6), st.floats(-4, 4), st.floats(-4, 4))
def test_convolution_without_bias_is_linear_in_its_input(drawn, a, b):
    spec, shape = drawn
    x, weight, bias = arrays(spec, shape)
    y, zero = arrays(spec, shape, seed=1)[0], np.zeros_like(bias)

    whole = conv2d((a * x + b * y).astype(np.float32), weight, zero, spec)

    parts = a * conv2d(x, weight, zero, spec) + b * conv2d(y, weight, zero, spec)
    scale = (abs(a) + abs(b)) * np.abs(weight).sum(axis=(1, 2, 3)).max() * 5  # no value exceeds it
    assert np.abs(whole - parts).max() <= 1e-5 * scale


@settings(max_examples=40, derandomize=True)
@given(layers(sides=40, kernels=5, channels=6), st.integers(0, 3), st.integers(0, 3))
def test_shifting_the_input_by_whole_strides_shifts_the_maps(drawn, down, right):
    spec, (channels, height, width) = drawn
    down, right = down * spec.stride, right * spec.stride
    x, weight, bias = arrays(spec, (channels, height + down, width + right))
    spec = LayerSpec(
        filters=spec.filters,
        kernel=spec.kernel,
        stride=spec.stride,
        dilation=spec.dilation,
        padding="valid",
        groups=spec.groups,
    )
    assume(0 not in spec.map_hw(height, width))

    whole, shifted = conv2d(x, weight, bias, spec), conv2d(x[:, down:, right:], weight, bias, spec)

    moved = whole[:, down // spec.stride :, right // spec.stride :]
    assert moved.shape == shifted.shape
    assert relative_error(shifted, moved) <= 1e-5


def test_the_number_of_threads_does_not_change_one_bit():
    spec = LayerSpec(filters=32)
    x, weight, bias = arrays(spec, (16, 200, 200))

    results = [conv2d(x, weight, bias, spec, threads=threads) for threads in (1, 2, 5)]

    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_no_thread_is_left_behind():
    spec = LayerSpec(filters=32)
    before = threading.active_count()

    conv2d(*arrays(spec, (16, 200, 200)), spec, threads=4)

    assert threading.active_count() == before


def test_the_arguments_are_only_read():
    spec = LayerSpec(filters=4, padding_mode="reflect")
    given_arrays = arrays(spec, (3, 40, 40))
    for array in given_arrays:
        array.setflags(write=False)
    copies = [array.copy() for array in given_arrays]

    conv2d(*given_arrays, spec)

    for array, copy in zip(given_arrays, copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_an_input_need_not_be_contiguous():
    spec = LayerSpec(filters=6, groups=2)
    x, weight, bias = arrays(spec, (4, 30, 50))
    view = np.ascontiguousarray(x.transpose(2, 1, 0)).transpose(2, 1, 0)
    assert not view.flags.c_contiguous

    np.testing.assert_array_equal(conv2d(view, weight, bias, spec), conv2d(x, weight, bias, spec))


NASTY = {
    "default, layer 1": (LayerSpec(filters=64), (3, 256, 256)),
    "default, layer 2": (LayerSpec(filters=32), (64, 256, 256)),
    "many channels, wide kernel": (
        LayerSpec(filters=1, kernel=(11, 11), padding=40, dilation=1),
        (128, 512, 512),
    ),
    "wide kernel, stride": (
        LayerSpec(filters=4, kernel=(11, 11), padding=40, stride=3, padding_mode="reflect"),
        (128, 512, 512),
    ),
    "many filters": (
        LayerSpec(filters=128, kernel=(11, 11), padding=40, dilation=4, stride=4),
        (24, 512, 512),
    ),
}


@pytest.mark.parametrize("name", NASTY)
def test_memory_beyond_the_maps_stays_below_64_mib(name):
    spec, shape = NASTY[name]
    x, weight, bias = arrays(spec, shape)
    tracemalloc.start()

    maps = conv2d(x, weight, bias, spec, threads=2)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert maps.nbytes <= peak <= maps.nbytes + 64 * MIB


@settings(max_examples=200, derandomize=True)
@given(
    st.integers(1, 128),
    st.integers(1, 128),
    st.tuples(st.integers(1, 11), st.integers(1, 11)),
    st.integers(1, 4),
    st.integers(1, 4),
    st.integers(32, 512),
    st.sampled_from(("same", "valid", 40)),
)
def test_the_scratch_of_a_thread_is_bounded_for_every_allowed_layer(
    channels, filters, kernel, stride, dilation, size, padding
):
    spec = LayerSpec(
        filters=filters, kernel=kernel, stride=stride, dilation=dilation, padding=padding
    )
    assume(0 not in spec.map_hw(size, size))

    plan = strips.plan_strips((channels, size, size), spec)

    assert plan.scratch_bytes <= conv.SCRATCH_BYTES // 2  # two threads always find room
    rows = [row for strip in plan.strips for row in range(size * 4)[strip.rows]]
    assert sorted(rows) == list(range(plan.output_hw[0]))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"x": np.zeros((3, 8, 8))}, "x is float64"),
        ({"x": np.zeros((8, 8), np.float32)}, "2 axes"),
        ({"x": np.zeros((2, 8, 8), np.float32)}, r"\(4, 2, 3, 3\)"),
        ({"x": np.zeros((0, 8, 8), np.float32)}, "0 channels"),
        ({"weight": np.zeros((4, 3, 3, 5), np.float32)}, r"\(4, 3, 3, 3\)"),
        ({"weight": np.zeros((5, 3, 3, 3), np.float32)}, r"\(4, 3, 3, 3\)"),
        ({"bias": np.zeros(3, np.float32)}, r"\(4,\)"),
        ({"bias": np.zeros((4, 1), np.float32)}, "bias is float32 with 2 axes"),
        ({"spec": LayerSpec(filters=4, groups=2)}, "multiples of 2"),
    ],
)
def test_an_array_that_disagrees_with_the_settings_is_refused(change, words):
    arguments = {
        "x": np.zeros((3, 8, 8), np.float32),
        "weight": np.zeros((4, 3, 3, 3), np.float32),
        "bias": np.zeros(4, np.float32),
        "spec": LayerSpec(filters=4),
    }

    with pytest.raises(ShapeError, match=words):
        conv2d(**arguments | change)


def test_a_kernel_wider_than_the_padded_input_is_refused():
    spec = LayerSpec(filters=1, kernel=(5, 5), dilation=2, padding="valid")

    with pytest.raises(SpecError) as refused:
        conv2d(*arrays(spec, (1, 8, 20)), spec)

    assert refused.value.field == "kernel"
