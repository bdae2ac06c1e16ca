import numpy as np
import pytest

from app.engine.compute.filters import bank_for
from app.engine.compute.forward import forward_layer
from app.engine.compute.trace import FilterBank
from app.engine.spec.layer import LayerSpec
from app.engine.spec.stack import StackSpec
from tools.training import structure
from tools.training.structure import Pictures

SOBEL = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
SPOT = np.array([[-1, -2, -1], [-2, 12, -2], [-1, -2, -1]])
LINE = np.array([[-1, 2, -1]] * 3)
LIGHT, RED_GREEN = (1, 1, 1), (1, -1, 0)


def bank(*pairs):
    made = [np.multiply.outer(colours, kernel) for colours, kernel in pairs]
    return np.array(made, np.float32)


def test_a_filter_that_is_the_same_in_all_directions_prefers_none(seen):
    flat = bank((LIGHT, np.ones((3, 3))), (RED_GREEN, SPOT), (LIGHT, SPOT))

    assert structure.orientation(flat, seen).max() < 0.02


def test_an_edge_and_a_line_prefer_their_direction_however_they_are_turned_and_coloured(seen):
    turns = bank(*((LIGHT, np.rot90(SOBEL, k)) for k in range(4)), (RED_GREEN, SOBEL))
    lines = bank((LIGHT, LINE), (RED_GREEN, LINE.T))

    of_edges, of_lines = structure.orientation(turns, seen), structure.orientation(lines, seen)

    np.testing.assert_allclose(of_edges, of_edges[0], rtol=1e-6)
    assert of_edges[0] > structure.ORIENTED
    assert of_lines.min() > of_edges[0]


def test_stripes_of_one_frequency_alone_would_be_answered_by_cosines(monkeypatch):
    # A pair [1, -1] side by side passes 4 sin²(pi f cos a): for low f, (2 pi f)² cos² a, so that the mean of
    # exp(2ia) weighted by it is 1/2.
    monkeypatch.setattr(structure, "FREQUENCIES", np.array([1e-3]))
    pair = bank((LIGHT, np.array([[0, 0, 0], [0, 1, -1], [0, 0, 0]])))
    even = Pictures(np.eye(27), np.eye(27), np.ones((3, 3)))

    assert structure.orientation(pair, even)[0] == pytest.approx(0.5, abs=1e-4)


def test_the_share_of_colour_is_nothing_for_grey_filters_and_all_for_opponents(seen):
    share = structure.colour(bank((LIGHT, SOBEL), (RED_GREEN, SOBEL), (LIGHT, SPOT)), seen)

    np.testing.assert_allclose(share, [0, 1, 0], rtol=0, atol=1e-9)


def test_the_share_of_colour_is_that_of_the_pre_activations_on_a_photograph(shown):
    picture = shown[0].sizes[0]
    seen = structure.pictures(shown[:1], size=0)
    weight = bank_for(StackSpec(layers=(random_layer(64), random_layer(32))), 1).weight
    grey = np.broadcast_to(picture.mean(axis=0), picture.shape).astype(np.float32)

    parts = []
    for part in (grey, picture - grey):
        layer = LayerSpec(filters=64, padding="valid", activation="linear", stride=2)
        maps = forward_layer(part, layer, FilterBank(weight, np.zeros(64, np.float32)))
        parts.append(maps.output.var(axis=(1, 2), dtype=np.float64))

    share = parts[1] / (parts[0] + parts[1])
    np.testing.assert_allclose(structure.colour(weight, seen), share, rtol=0, atol=1e-5)


def random_layer(filters):
    return LayerSpec(filters=filters, weights="random")


def test_one_kernel_in_one_colour_is_one_pattern_and_three_kernels_are_not(random):
    one = bank((LIGHT, SOBEL), ((0.2, -1, 3), random.standard_normal((3, 3))))
    three = np.zeros((1, 3, 3, 3), np.float32)
    for channel in range(3):
        three[0, channel, channel, 0] = 1

    np.testing.assert_allclose(structure.pattern(one), 1, rtol=1e-6)
    assert structure.pattern(three)[0] == pytest.approx(1 / 3)


def test_likeness_is_the_cosine(random):
    before = random.standard_normal((3, 3, 3, 3)).astype(np.float32)
    after = before * np.array([2, -0.5, 1], np.float32)[:, None, None, None]

    np.testing.assert_allclose(structure.likeness(after, before), [1, -1, 1], rtol=1e-6)


def test_a_summary_counts_filters(seen):
    before = bank((LIGHT, LINE), (LIGHT, SPOT), (RED_GREEN, LINE), (RED_GREEN, SPOT))
    now = before.copy()
    now[1] *= -0.01

    found = structure.summary(now, before, seen)

    assert (found.oriented, found.opponent, found.changed, found.weak) == (0.5, 0.5, 0.25, 0.25)
    assert found.pattern == pytest.approx(1)
