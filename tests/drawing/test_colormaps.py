import numpy as np
import pytest

from app.drawing.colormaps import GREY, SIGNED, WEIGHTS, stops

TABLES = {"SIGNED": SIGNED, "WEIGHTS": WEIGHTS}

# Machado, Oliveira & Fernandes, "A physiologically-based model for simulation of color vision
# deficiency" (IEEE TVCG 2009), severity 1.0, for linear RGB.
SIGHT = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}


def cielab(table: np.ndarray, sight: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of sRGB colours as someone with that sight sees them, by IEC 61966-2-1."""
    value = table / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    linear = np.clip(linear @ sight.T, 0, 1)
    to_xyz = np.array(
        [
            [0.4124564, 0.3575761, 0.1804375],
            [0.2126729, 0.7151522, 0.0721750],
            [0.0193339, 0.1191920, 0.9503041],
        ]
    )
    x, y, z = (linear @ to_xyz.T / to_xyz.sum(axis=1)).T
    fx, fy, fz = (
        np.where(t > (6 / 29) ** 3, np.cbrt(t), t * (29 / 6) ** 2 / 3 + 4 / 29) for t in (x, y, z)
    )
    return np.stack([116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)], axis=-1)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", TABLES)
def test_the_two_ends_are_far_apart_for_every_kind_of_sight(name, sight):
    low, zero, high = cielab(TABLES[name][[1, 128, 255]], SIGHT[sight])

    assert np.linalg.norm(low - high) > 25  # about ten times a just noticeable difference
    assert np.linalg.norm(low - zero) > 40
    assert np.linalg.norm(high - zero) > 40


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("name", TABLES)
def test_lightness_falls_from_zero_to_either_end_for_every_kind_of_sight(name, sight):
    lightness = cielab(TABLES[name], SIGHT[sight])[:, 0]

    assert (np.diff(lightness[128:]) < 0.15).all()  # rounding to whole levels may stall a step
    assert (np.diff(lightness[128:0:-1]) < 0.15).all()
    assert (np.diff(lightness[128::8]) < 0).all()
    assert (np.diff(lightness[128:0:-8]) < 0).all()


@pytest.mark.parametrize(
    ("table", "positive", "negative"),
    [
        (SIGNED, ("e8845c", "b2391b", "5c1206"), ("6aa5dc", "1f66ad", "0b2f66")),
        (WEIGHTS, ("d79a55", "8a5208", "4b2c04"), ("5fb3a8", "0b6b63", "053a35")),
    ],
)
def test_colours_go_from_the_neutral_through_the_hue_to_a_dark_end(table, positive, negative):
    places = (0.3, 0.6, 1)

    assert table[128].tobytes() == bytes.fromhex("f7f5f2")
    for sign, stops_of_arm in ((1, positive), (-1, negative)):
        found = [table[128 + sign * round(127 * place)].astype(int) for place in places]
        stated = [np.frombuffer(bytes.fromhex(stop), np.uint8).astype(int) for stop in stops_of_arm]
        assert np.abs(np.subtract(found, stated)).max() <= 2  # the nearest whole index


@pytest.mark.parametrize("name", TABLES)
def test_opposite_values_are_about_as_light_and_lightness_falls_fastest_next_to_zero(name):
    lightness = cielab(TABLES[name], SIGHT["full"])[:, 0]
    positive, negative = lightness[128:], lightness[128:0:-1]

    np.testing.assert_allclose(positive, negative, atol=4)
    for arm in (positive, negative):
        falls = [arm[0] - arm[38], arm[38] - arm[76], arm[76] - arm[114]]
        assert sorted(falls, reverse=True) == falls


def test_zero_is_nearly_white_and_the_ends_are_dark_blue_and_dark_red():
    low, zero, high = SIGNED[[1, 128, 255]].astype(int)

    assert (zero > 240).all()
    assert low[2] > 1.3 * low[1] > 1.3 * low[0]
    assert high[0] > 2 * high[1] > high[2]
    assert max(low @ [0.299, 0.587, 0.114], high @ [0.299, 0.587, 0.114]) < 50


def test_weights_cannot_be_taken_for_maps():
    maps, weights = cielab(SIGNED, SIGHT["full"]), cielab(WEIGHTS, SIGHT["full"])

    for place in (52, 90, 166, 204):  # the stops that have the hue, where 0.3 and 0.6 stand
        nearest = np.linalg.norm(maps - weights[place], axis=1).min()
        assert nearest > 15  # several times a just noticeable difference, from every colour of maps


def test_grey_counts_from_black_to_white():
    np.testing.assert_array_equal(GREY, np.arange(256)[:, None] * [1, 1, 1])


@pytest.mark.parametrize("table", [SIGNED, WEIGHTS, GREY])
def test_tables_have_256_colours_and_cannot_be_changed(table):
    assert table.shape == (256, 3)
    assert table.dtype == np.uint8
    with pytest.raises(ValueError, match="read-only"):
        table[0] = 0


def test_stops_run_from_end_to_end_through_zero():
    found = stops(SIGNED, 5)

    assert len(found) == 5
    for place, colour in zip([1, 128, 255], found[::2], strict=True):
        assert bytes.fromhex(colour.removeprefix("#")) == SIGNED[place].tobytes()
    assert stops(GREY, 3, first=0) == ["#000000", "#808080", "#ffffff"]
