"""The backward pass against finite differences in float64, and adjoints against their definition."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.engine.backward import adjoint, gradients
from app.engine.backward.derivatives import derivative
from app.engine.compute.forward import forward, forward_layer
from app.engine.compute.trace import FilterBank, Trace
from app.engine.errors import ShapeError
from app.engine.explain import wall
from app.engine.spec.stack import LayerSpec, StackSpec
from tests.engine import stacks
from tests.engine.compute.test_activations import FORMULAS, GRID

STEP = 1e-6


# The forward pass in float64, by its definition.


def grouped64(x, weight, spec, groups):
    """Return the convolution of a layer with `weight` (F, C // groups, kh, kw)."""
    windows = stacks.windows_of(x, spec)
    windows = windows.reshape(groups, -1, *windows.shape[1:])
    kernels = weight.reshape(groups, -1, *weight.shape[1:])
    maps = np.einsum("gchwij,gfcij->gfhw", windows, kernels, optimize=True)
    return maps.reshape(-1, *maps.shape[2:])


def convolve64(x, spec, weight, pointwise):
    if spec.kind == "separable":
        return np.tensordot(pointwise, grouped64(x, weight, spec, len(x)), 1)
    if spec.kind == "pointwise_first":
        return grouped64(np.tensordot(pointwise, x, 1), weight, spec, len(weight))
    return grouped64(x, weight, spec, len(x) if spec.kind == "depthwise" else spec.groups)


def layer64(x, spec, own):
    """Return the output of a layer, and what it must not change for a finite difference to hold."""
    maps = convolve64(x, spec, own["weight"], own["pointwise"]) + own["bias"][:, None, None]
    maps, switches = np.vectorize(FORMULAS[spec.activation], [float])(maps), [maps > 0]
    if spec.pool == "none":
        return maps, switches
    size = spec.pool_size
    height, width = maps.shape[1] // size, maps.shape[2] // size
    cells = maps[:, : height * size, : width * size].reshape(-1, height, size, width, size)
    cells = cells.swapaxes(2, 3).reshape(len(maps), height, width, -1)
    if spec.pool == "average":
        return cells.mean(axis=3), switches
    return cells.max(axis=3), [*switches, cells.argmax(axis=3)]


def stack64(image, spec, owns, layer):
    switches = []
    for one, own in zip(spec.layers[:layer], owns, strict=False):
        image, more = layer64(image, one, own)
        switches += more
    return image, switches


def owns_of(trace):
    return [
        {
            name: None if value is None else value.astype(np.float64)
            for name, value in (
                ("weight", layer.bank.weight),
                ("bias", layer.bank.bias),
                ("pointwise", layer.bank.pointwise),
            )
        }
        for layer in trace.layers
    ]


def slope(trace, layer, loss, change, direction):
    """Return the central difference of the loss when `change` adds a multiple of `direction`."""
    losses, switches = [], []
    for sign in (1, -1):
        image, owns = trace.image.astype(np.float64), owns_of(trace)
        if change == "image":
            image = image + sign * STEP * direction
        else:
            number, name = change
            owns[number - 1][name] = owns[number - 1][name] + sign * STEP * direction
        output, switched = stack64(image, trace.spec, owns, layer)
        losses.append((loss * output).sum())
        switches.append(switched)
    assume(all(np.array_equal(*pair) for pair in zip(*switches, strict=True)))
    return (losses[0] - losses[1]) / (2 * STEP)


@settings(max_examples=80)
@given(stacks.specs(), st.sampled_from((1, 2)), st.integers(0, 2**16))
def test_gradients_are_the_finite_differences_of_the_loss(spec, layer, seed):
    trace = stacks.run(spec, seed=seed)
    random = np.random.default_rng(seed)
    loss = random.standard_normal(trace.layers[layer - 1].output.shape).astype(np.float32)
    found = gradients.backward(trace, loss, layer=layer)
    expected: dict[object, np.ndarray] = {"image": found.image}
    for number, one in enumerate(found.layers, 1):
        expected |= {(number, "weight"): one.weight, (number, "bias"): one.bias}
        if one.pointwise is not None:
            expected[number, "pointwise"] = one.pointwise

    for change, gradient in expected.items():
        direction = random.standard_normal(gradient.shape)
        measured = slope(trace, layer, loss, change, direction)
        size = float(np.linalg.norm(gradient.astype(np.float64))) + 1e-3
        assert measured == pytest.approx((gradient * direction).sum(), rel=0, abs=1e-4 * size)


def test_a_gradient_by_hand():
    layers = (
        LayerSpec(filters=1, kernel=(1, 1), pool="max", activation="leaky_relu"),
        LayerSpec(filters=1, kernel=(1, 1), activation="linear"),
    )
    spec = StackSpec(size=32, channels=1, layers=layers)
    image = np.zeros((1, 32, 32), np.float32)
    image[0, :2, :4] = [[1, 5, -7, -3], [2, 5, -4, -9]]
    first, second = (
        FilterBank(np.full((1, 1, 1, 1), weight, np.float32), np.zeros(1, np.float32))
        for weight in (2, 3)
    )
    loss = np.zeros((1, 16, 16), np.float32)
    loss[0, 0, :2] = [1, 10]

    found = gradients.backward(forward(image, spec, (first, second)), loss)

    # The first of both fives wins its window with 10, and -3 the other with -0.06 (slope 0.01).
    expected = np.zeros((1, 32, 32))
    expected[0, 0, 1], expected[0, 0, 3] = 1 * 3 * 2, 10 * 3 * 2 * 0.01
    np.testing.assert_allclose(found.image, expected, rtol=1e-6)
    np.testing.assert_allclose(found.layers[0].weight.ravel(), [3 * 5 - 30 * 0.03], rtol=1e-6)
    np.testing.assert_allclose(found.layers[0].bias, [3 + 30 * 0.01], rtol=1e-6)
    np.testing.assert_allclose(found.layers[1].weight.ravel(), [10 - 10 * 0.06], rtol=1e-6)
    assert found.layers[1].bias == [11]


@settings(max_examples=60)
@given(stacks.specs(), st.sampled_from((1, 2)), st.integers(0, 2**16))
def test_convolution_and_its_adjoints_agree_on_every_product(spec, number, seed):
    layer = spec.layers[number - 1]
    one = layer.sliding(filters=layer.filters, groups=layer.groups)
    random, x_shape = np.random.default_rng(seed), spec.input_shape(number)
    x = random.standard_normal(x_shape)
    weight = random.standard_normal((one.filters, x_shape[0] // one.groups, *one.kernel))
    gradient = random.standard_normal(spec.map_shape(number))

    down = adjoint.input_gradient(gradient, weight, one, x_shape[1:])
    across = adjoint.weight_gradient(x, gradient, one)

    product = (grouped64(x, weight, one, one.groups) * gradient).sum()
    assert (down.shape, across.shape) == (x.shape, weight.shape)
    assert (down * x).sum() == pytest.approx(product, abs=1e-9 * gradient.size)
    assert (across * weight).sum() == pytest.approx(product, abs=1e-9 * gradient.size)


def test_strips_of_a_large_layer_are_put_together_without_seams():
    spec = LayerSpec(filters=5, kernel=(3, 5), stride=2, dilation=3)
    random = np.random.default_rng(1)
    x, weight = random.standard_normal((20, 160, 121)), random.standard_normal((5, 20, 3, 5))
    gradient = random.standard_normal((5, *spec.map_hw(160, 121)))

    down = adjoint.input_gradient(gradient, weight, spec, (160, 121))
    across = adjoint.weight_gradient(x, gradient, spec)

    windows = stacks.windows_of(x, spec)
    expected = np.einsum("fhw,chwij->fcij", gradient, windows, optimize=True)
    np.testing.assert_allclose(across, expected, rtol=0, atol=1e-9)
    product = (np.einsum("fcij,chwij->fhw", weight, windows, optimize=True) * gradient).sum()
    assert (down * x).sum() == pytest.approx(product, rel=1e-9)


@pytest.mark.parametrize("name", stacks.ACTIVATIONS)
def test_a_derivative_is_the_difference_of_the_formula(name):
    grid = GRID[np.abs(GRID) > 1e-3].astype(np.float32)  # away from bends

    found = derivative(name, grid)

    steps = 1e-5 * np.maximum(1, np.abs(grid.astype(np.float64)))
    expected = [
        (FORMULAS[name](float(x) + step) - FORMULAS[name](float(x) - step)) / (2 * step)
        for x, step in zip(grid, steps, strict=True)
    ]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=3e-6)


AT_ZERO = {"linear": 1, "relu": 0, "leaky_relu": 0.01, "elu": 1}
AT_ZERO |= {"gelu": 0.5, "silu": 0.5, "sigmoid": 0.25, "tanh": 1}


@pytest.mark.parametrize(("name", "at_zero"), AT_ZERO.items())
def test_the_derivative_at_zero_is_that_from_below(name, at_zero):
    assert derivative(name, np.zeros(1, np.float32))[0] == pytest.approx(at_zero, rel=1e-6)


@pytest.mark.parametrize("name", stacks.ACTIVATIONS)
def test_the_derivative_of_any_finite_value_is_finite(name):
    far = np.array([3.4e38, -3.4e38, 1e20, -1e20, 90, -90], np.float32)

    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = derivative(name, far)

    assert np.isfinite(found).all()


@settings(max_examples=40)
@given(stacks.specs(kinds=("standard",)), st.integers(0, 2**16))
def test_the_gradient_of_the_full_bank_is_that_of_the_groups_where_they_read(spec, seed):
    trace = stacks.run(spec, seed=seed)
    loss = np.random.default_rng(seed).standard_normal(spec.output_shape(2)).astype(np.float32)
    found = gradients.backward(trace, loss)

    for number in (1, 2):
        full = gradients.full_weight(trace, found, number)

        for channel, filter_ in enumerate(full):
            own = found.layers[number - 1].weight[channel]
            read = spec.channels_read(number, channel)
            scale = max(1, np.abs(own).max())
            np.testing.assert_allclose(filter_[read.start : read.stop], own, atol=1e-5 * scale)


@pytest.mark.parametrize("kind", ["separable", "pointwise_first"])
def test_the_gradient_of_the_full_bank_gives_those_of_both_factors(kind):
    first = LayerSpec(filters=4, kind=kind, multiplier=2, activation="tanh", stride=2)
    trace = stacks.run(StackSpec(size=32, layers=(first, LayerSpec(filters=2))))
    loss = np.random.default_rng(5).standard_normal((2, 16, 16)).astype(np.float32)

    found = gradients.backward(trace, loss)
    full = gradients.full_weight(trace, found, 1)  # (F, C, kh, kw)

    # By the chain rule, from full[f, c] = sum over the intermediate channels of their products.
    bank, own = trace.layers[0].bank, found.layers[0]
    assert own.pointwise is not None
    if kind == "separable":
        kernels = bank.weight.reshape(3, 2, 3, 3)
        mixed = np.einsum("fcij,cmij->fcm", full, kernels).reshape(own.pointwise.shape)
        slid = np.einsum("fcij,fcm->cmij", full, bank.pointwise.reshape(4, 3, 2))
    else:
        mixed = np.einsum("fcij,fmij->fmc", full, bank.weight).reshape(own.pointwise.shape)
        slid = np.einsum("fcij,fmc->fmij", full, bank.pointwise.reshape(4, 2, 3))
    np.testing.assert_allclose(own.pointwise, mixed, rtol=0, atol=1e-4)
    np.testing.assert_allclose(own.weight, slid.reshape(own.weight.shape), rtol=0, atol=1e-4)


def test_a_muted_map_passes_nothing_down():
    spec = StackSpec(size=32, layers=(LayerSpec(filters=3), LayerSpec(filters=2)))
    whole = stacks.run(spec)
    heard = wall.mute(whole.layers[0].output, {1})
    second = forward_layer(heard, spec.layers[1], whole.layers[1].bank)
    trace = Trace(spec, whole.image, (whole.layers[0], second), heard)

    found = gradients.backward(trace, np.ones(spec.output_shape(2), np.float32))

    assert not found.layers[0].preactivation[1].any()
    assert not found.layers[0].weight[1].any()
    assert not found.layers[1].weight[:, 1].any()
    assert all(found.layers[0].weight[channel].any() for channel in (0, 2))


def test_a_gradient_of_another_shape_is_refused():
    spec = StackSpec(size=32, layers=(LayerSpec(filters=3, pool="max"), LayerSpec(filters=2)))

    with pytest.raises(ShapeError, match=r"\(3, 16, 16\) would work"):
        gradients.backward(stacks.run(spec), np.zeros((3, 32, 32), np.float32), layer=1)
