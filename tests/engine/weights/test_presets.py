"""Kernels to choose from do what their names say."""

import numpy as np
import pytest

from app.engine.weights.presets import PRESETS

SIZES = [(1, 1), (2, 2), (3, 3), (3, 5), (5, 3), (5, 5), (11, 11)]
EDGES = sorted(name for name in PRESETS if name.startswith("edge_"))


def kernel(name: str, size: tuple[int, int] = (3, 3)) -> np.ndarray:
    weights = PRESETS[name].weights(size)
    assert weights is not None
    return np.array(weights).reshape(size)


@pytest.mark.parametrize("size", SIZES)
def test_every_size_has_some_and_each_has_a_weight_for_every_place(size):
    made = [one.weights(size) for one in PRESETS.values()]

    assert sum(one is not None for one in made) >= 2
    assert {len(one) for one in made if one is not None} == {size[0] * size[1]}


@pytest.mark.parametrize("size", SIZES[2:])
@pytest.mark.parametrize("name", ["mean", "blur", "sharpen", "identity"])
def test_these_keep_an_even_ground_as_it_is(name, size):
    assert kernel(name, size).sum() == pytest.approx(1)


@pytest.mark.parametrize("name", [*EDGES, "laplacian", "sobel_x", "sobel_y"])
def test_these_answer_to_an_even_ground_with_nothing(name):
    assert kernel(name).sum() == pytest.approx(0)


def test_there_are_eight_edges_and_they_differ():
    assert len(EDGES) == 8
    assert len({PRESETS[name].weights((3, 3)) for name in EDGES}) == 8


@pytest.mark.parametrize(
    ("name", "bright"),
    [
        ("edge_up", np.s_[:1, :]),
        ("edge_down", np.s_[2:, :]),
        ("edge_left", np.s_[:, :1]),
        ("edge_right", np.s_[:, 2:]),
        ("edge_up_right", ([0, 0, 1], [1, 2, 2])),
        ("edge_down_left", ([1, 2, 2], [0, 0, 1])),
    ],
)
def test_an_edge_answers_most_where_its_side_is_bright(name, bright):
    patch = np.zeros((3, 3))
    patch[bright] = 1

    answers = {other: (kernel(other) * patch).sum() for other in EDGES}

    assert max(answers, key=answers.__getitem__) == name


@pytest.mark.parametrize("size", [(3, 3), (5, 5), (3, 5), (5, 3)])
def test_sobel_answers_to_a_slope_one_way_and_not_the_other(size):
    rows, columns = np.mgrid[: size[0], : size[1]]

    assert (kernel("sobel_x", size) * columns).sum() > 0
    assert (kernel("sobel_x", size) * rows).sum() == pytest.approx(0)
    assert (kernel("sobel_y", size) * rows).sum() > 0
    assert (kernel("sobel_y", size) * columns).sum() == pytest.approx(0)


def test_the_classics_of_three_by_three_are_as_books_have_them():
    np.testing.assert_array_equal(kernel("sobel_x"), [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    np.testing.assert_array_equal(kernel("laplacian"), [[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    np.testing.assert_array_equal(kernel("blur") * 16, [[1, 2, 1], [2, 4, 2], [1, 2, 1]])
