import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from app.drawing.render import ROOT_EXPONENT, block_means, halved, position, signed_indices

CONTRASTS = ("root", "linear")
SMALLEST = 1e-5  # how near to a half, in index steps, float32 may decide otherwise than float64


def steps_by_definition(values: np.ndarray, limit: float, contrast: str) -> np.ndarray:
    """127 t, in float64 and not yet rounded."""
    exponent = ROOT_EXPONENT if contrast == "root" else 1.0
    ratio = np.minimum(np.abs(values.astype(np.float64)) / limit, 1)
    return 127 * np.sign(values) * ratio**exponent


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize("limit", [1.0, 4.1, 3e-7, 2.5e9])
def test_indices_follow_the_definition_to_within_one(contrast, limit):
    chance = np.random.default_rng(3)
    spread = np.exp(chance.uniform(np.log(1e-6), np.log(2), 200_000))  # small values too
    values = (limit * spread * chance.choice([-1, 1], spread.size)).astype(np.float32)
    values = values.reshape(1, 400, 500)

    indices = signed_indices(values, limit, contrast=contrast)

    steps = steps_by_definition(values, limit, contrast)
    assert np.abs(indices - (128 + np.rint(steps))).max() <= 1
    clear = np.abs(np.abs(steps) - 0.5) > SMALLEST
    np.testing.assert_array_equal((indices == 128)[clear], (np.rint(steps) == 0)[clear])


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_round_about_the_first_step_128_ends_where_the_definition_ends(contrast):
    first = (0.5 / 127) ** (1 / (ROOT_EXPONENT if contrast == "root" else 1.0))
    values = (first * np.array([[[0.999, 0.999_99, 1.000_01, 1.001]]])).astype(np.float32)

    assert signed_indices(values, 1.0, contrast=contrast).tolist() == [[[128, 128, 129, 129]]]
    assert signed_indices(-values, 1.0, contrast=contrast).tolist() == [[[128, 128, 127, 127]]]


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize("limit", [1.0, 0.3, 7.7, 1e-30, 3e38])
def test_the_limits_have_the_outermost_indices_and_what_lies_beyond_is_cut(contrast, limit):
    values = np.array([[-np.inf, -limit, 0.0, -0.0, limit, np.inf]], np.float32)

    assert signed_indices(values, limit, contrast=contrast).tolist() == [[1, 1, 128, 128, 255, 255]]


@given(
    arrays.arrays(np.float32, (3, 4), elements=st.floats(-100, 100, width=32)),
    st.floats(0.001, 1000),
    st.sampled_from(CONTRASTS),
)
def test_opposite_values_have_mirrored_indices(values, limit, contrast):
    indices = signed_indices(values, limit, contrast=contrast).astype(int)

    mirrored = signed_indices(-values, limit, contrast=contrast).astype(int)
    np.testing.assert_array_equal(mirrored, 256 - indices)


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_greater_values_never_have_lesser_indices(contrast):
    values = np.linspace(-1.2, 1.2, 100_001, dtype=np.float32)[None]

    indices = signed_indices(values, 1.0, contrast=contrast)[0].astype(int)

    assert set(np.diff(indices)) == {0, 1}  # and no index is skipped


@pytest.mark.parametrize("contrast", CONTRASTS)
def test_a_limit_for_each_map_is_the_same_as_one_map_at_a_time(contrast):
    maps = np.random.default_rng(5).standard_normal((2, 3, 20, 30)).astype(np.float32)
    limits = np.abs(maps).max(axis=(2, 3))  # (2, 3)

    indices = signed_indices(maps, limits, contrast=contrast)

    for place in np.ndindex(2, 3):
        alone = signed_indices(maps[place], float(limits[place]), contrast=contrast)
        np.testing.assert_array_equal(indices[place], alone)


def test_a_limit_of_zero_makes_everything_zero():
    values = np.array([[[0, 1], [-1, 0]], [[0, 1], [-1, 2]]], np.float32)

    assert (signed_indices(values, 0.0, contrast="root") == 128).all()
    one_silent = signed_indices(values, np.array([0.0, 2.0]), contrast="linear")
    assert (one_silent[0] == 128).all()
    assert one_silent[1, 1, 1] == 255


def test_what_is_not_a_number_has_no_value():
    assert signed_indices(np.array([[np.nan, 1]], np.float32), 1.0, contrast="root").tolist() == [
        [0, 255]
    ]


def test_maps_that_are_not_contiguous_are_read_in_place():
    maps = np.random.default_rng(5).standard_normal((4, 20, 30)).astype(np.float32)

    turned = signed_indices(maps.transpose(0, 2, 1), 2.0, contrast="root")

    expected = signed_indices(maps, 2.0, contrast="root").transpose(0, 2, 1)
    np.testing.assert_array_equal(turned, expected)


@pytest.mark.parametrize("contrast", CONTRASTS)
@pytest.mark.parametrize("value", [-9.0, -3.0, -0.4, 0.0, 1e-9, 1.7, 3.0])
def test_the_legend_has_a_value_where_the_map_has_its_colour(contrast, value):
    place = position(value, 3.0, contrast=contrast)

    index = signed_indices(np.array([[value]], np.float32), 3.0, contrast=contrast)[0, 0]
    assert -1 <= place <= 1
    assert index == pytest.approx(128 + 127 * place, abs=1)


def test_positions_by_hand():
    assert position(0.5, 2.0, contrast="linear") == 0.25
    assert position(-0.5, 2.0, contrast="root") == pytest.approx(-0.435275, abs=1e-6)  # -(1/4)**0.6
    assert position(1.0, 0.0, contrast="root") == 0.0


@pytest.mark.parametrize(
    ("height", "width", "tile"),
    [(8, 8, 4), (9, 7, 4), (256, 256, 100), (1, 50, 8), (50, 3, 7), (65, 64, 32), (5, 5, 1)],
)
def test_block_means_are_the_means_of_the_blocks(height, width, tile):
    maps = np.random.default_rng(11).standard_normal((3, height, width)).astype(np.float32)
    factor = int(np.ceil(max(height, width) / tile))

    means = block_means(maps, tile)

    assert means.shape == (3, int(np.ceil(height / factor)), int(np.ceil(width / factor)))
    assert max(means.shape[1:]) <= tile
    for n, row, col in np.ndindex(means.shape):
        block = maps[n, factor * row : factor * (row + 1), factor * col : factor * (col + 1)]
        assert means[n, row, col] == pytest.approx(block.mean(dtype=np.float64), abs=1e-5)


def test_many_maps_are_shrunk_as_each_alone():
    maps = np.random.default_rng(12).standard_normal((9, 256, 200)).astype(np.float32)

    each = [block_means(one[None], 96)[0] for one in maps]

    np.testing.assert_array_equal(block_means(maps, 96), each)


@pytest.mark.parametrize("tile", [64, 65, 300])
def test_maps_that_fit_the_tile_are_left_alone(tile):
    maps = np.ones((2, 64, 40), np.float32)

    assert block_means(maps, tile) is maps


@pytest.mark.parametrize(
    ("height", "width"), [(256, 256), (255, 256), (97, 200), (96, 96), (224, 224)]
)
def test_halved_means_are_the_means_of_blocks_twice_as_large(height, width):
    maps = np.random.default_rng(4).normal(size=(2, height, width)).astype(np.float32)
    factor = 2 * max(-(-max(height, width) // 96), 1)

    made = halved(block_means(maps, 96), height=height, width=width, tile=96)

    rows, columns = range(0, height, factor), range(0, width, factor)
    assert made.shape == (2, len(rows), len(columns))
    for number, row in enumerate(rows):
        for place, column in enumerate(columns):
            block = maps[:, row : row + factor, column : column + factor]
            expected = block.mean(axis=(1, 2), dtype=np.float64)
            np.testing.assert_allclose(made[:, number, place], expected, rtol=0, atol=1e-6)
