import numpy as np
import pytest
from numpy.lib.stride_tricks import sliding_window_view

from app.engine.backward import gradients
from app.engine.compute.forward import forward
from app.engine.compute.trace import FilterBank
from app.engine.spec.stack import StackSpec
from tools.training import batches, head, steps
from tools.training.batches import LAYERS, SIDE

CLASSES, COUNT = 5, 6
STEP = 1e-6


@pytest.fixture
def parameters(random):
    made = steps.start(CLASSES, seed=3)
    for own in made.values():
        own += 0.1 * random.standard_normal(own.shape).astype(np.float32)  # no bias is zero
    return made


@pytest.fixture
def patches(random):
    return random.uniform(-0.5, 0.5, (COUNT, 3, SIDE, SIDE)).astype(np.float32)


@pytest.fixture
def labels(random):
    return random.integers(0, CLASSES, COUNT)


def loss64(patches, labels, parameters):
    """Return the mean loss by the definitions, in float64."""
    maps = patches.astype(np.float64)
    for number in (1, 2):
        padded = np.pad(maps, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = sliding_window_view(padded, (3, 3), (2, 3))
        weight, bias = (parameters[f"layer{number}/{part}"] for part in ("weight", "bias"))
        maps = np.einsum("nchwij,fcij->nfhw", windows, weight, optimize=True)
        maps = np.maximum(maps + bias[:, None, None], 0)
        height, width = maps.shape[2:]
        maps = maps.reshape(*maps.shape[:2], height // 2, 2, width // 2, 2).max(axis=(3, 5))
    means = maps.reshape(len(maps), 32, 2, 4, 2, 4).mean(axis=(3, 5)).reshape(len(maps), -1)
    spoken = means @ parameters["head/weight"].T + parameters["head/bias"]
    shares = np.exp(spoken) / np.exp(spoken).sum(axis=1, keepdims=True)
    return -np.log(shares[np.arange(len(labels)), labels]).mean()


def test_the_loss_of_a_batch_is_that_of_the_definitions(patches, labels, parameters, pool):
    _, loss = steps.gradients(patches, labels, parameters, pool)

    assert loss == pytest.approx(loss64(patches, labels, parameters), rel=1e-5)


def test_gradients_of_a_batch_are_the_finite_differences_of_the_loss(
    patches, labels, parameters, pool, random
):
    found, _ = steps.gradients(patches, labels, parameters, pool)

    for name, gradient in found.items():
        direction = random.standard_normal(gradient.shape)
        direction /= np.linalg.norm(direction)
        ends = []
        for sign in (1, -1):
            moved = {each: own.astype(np.float64) for each, own in parameters.items()}
            moved[name] += sign * STEP * direction
            ends.append(loss64(patches, labels, moved))
        measured = (ends[0] - ends[1]) / (2 * STEP)
        size = float(np.linalg.norm(gradient.astype(np.float64)))
        assert measured == pytest.approx((gradient * direction).sum(), rel=0, abs=1e-4 * size), name


def test_a_batch_is_to_the_engine_what_its_images_are_one_by_one(patches, parameters, random):
    gradient = random.standard_normal((32, COUNT, SIDE // 4, SIDE // 4)).astype(np.float32)
    first, second = (
        FilterBank(parameters[f"layer{n}/weight"], parameters[f"layer{n}/bias"]) for n in (1, 2)
    )

    trace = batches.forward(patches, parameters)
    found = batches.backward(trace, gradient)

    sums = {name: np.zeros_like(own) for name, own in found.items()}
    for place, patch in enumerate(patches):
        alone = forward(patch, StackSpec(size=SIDE, layers=LAYERS), (first, second))
        np.testing.assert_allclose(
            trace.output[:, place], alone.layers[1].output, rtol=0, atol=1e-5
        )
        own = gradients.backward(alone, np.ascontiguousarray(gradient[:, place]))
        for number, layer in enumerate(own.layers, 1):
            sums[f"layer{number}/weight"] += layer.weight
            sums[f"layer{number}/bias"] += layer.bias
    assert set(found) == {name for name in parameters if not name.startswith("head")}
    for name, gradient_of_batch in found.items():
        scale = float(np.abs(sums[name]).max())
        np.testing.assert_allclose(gradient_of_batch, sums[name], rtol=0, atol=1e-5 * scale)


def test_gradients_do_not_depend_on_how_many_threads_share_a_batch(parameters, random):
    patches = random.uniform(-0.5, 0.5, (2 * steps.SHARD + 5, 3, SIDE, SIDE)).astype(np.float32)
    labels = random.integers(0, CLASSES, len(patches))

    found = []
    for threads in (1, 3):
        with steps.workers(threads) as pool:
            found.append(steps.gradients(patches, labels, parameters, pool))

    assert found[0][1] == found[1][1]
    for name, gradient in found[0][0].items():
        np.testing.assert_array_equal(gradient, found[1][0][name])


def test_gradients_of_a_batch_are_those_of_pytorch(patches, labels, parameters, pool):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    functional = torch.nn.functional
    own = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    maps = torch.tensor(patches)
    for number in (1, 2):
        weight, bias = own[f"layer{number}/weight"], own[f"layer{number}/bias"]
        maps = functional.max_pool2d(functional.conv2d(maps, weight, bias, padding=1).relu(), 2)
    means = functional.avg_pool2d(maps, SIDE // 4 // head.GRID).flatten(1)
    spoken = functional.linear(means, own["head/weight"], own["head/bias"])
    expected = functional.cross_entropy(spoken, torch.tensor(labels))
    expected.backward()

    found, loss = steps.gradients(patches, labels, parameters, pool)

    assert loss == pytest.approx(expected.item(), rel=1e-5)
    for name, gradient in found.items():
        theirs = own[name].grad.numpy()
        np.testing.assert_allclose(gradient, theirs, rtol=0, atol=2e-5 * np.abs(theirs).max())
