"""The banks made by hand do on ideal pictures what their names say, and are balanced as stated."""

import numpy as np
import pytest

from app.engine.compute.conv import conv2d
from app.engine.spec.stack import LayerSpec
from app.engine.spec.weight_names import SHIPPED_SHAPES
from app.engine.weights.gains import GAINS
from app.engine.weights.handmade.bank import bank, unbalanced
from app.engine.weights.handmade.faint_kernels import with_every_map
from app.engine.weights.handmade.kernels import HandmadeFilter
from app.engine.weights.handmade.layer2 import named
from app.messages import sentence
from tools.training.gains import measure, photographs

MIDDLE = 6  # of the ideal pictures, which are 13 pixels a side
ROWS, COLUMNS = np.mgrid[:13, :13] - MIDDLE  # 0, 0 in the middle
STEPS = {  # how far a pixel lies to the named side
    "north": -ROWS,
    "north-east": COLUMNS - ROWS,
    "east": COLUMNS,
    "south-east": COLUMNS + ROWS,
    "south": ROWS,
    "south-west": ROWS - COLUMNS,
    "west": -COLUMNS,
    "north-west": -ROWS - COLUMNS,
}
OFF_LINE = {
    "horizontal": ROWS,
    "rising": ROWS + COLUMNS,
    "vertical": COLUMNS,
    "falling": ROWS - COLUMNS,
}
DIRECTIONS, ORIENTATIONS = tuple(STEPS), tuple(OFF_LINE)
NAMES = {number: tuple(map(str, bank(number).names)) for number in (1, 2)}
COLOURS = {"red": ([0.4, -0.4, 0.0]), "blue": ([-0.2, -0.2, 0.4])}


def grey(pattern):
    return np.repeat(pattern[None].astype(np.float32), 3, axis=0)  # (3, 13, 13)


def layer1(picture):
    return conv2d(picture, bank(1).weight, bank(1).bias, LayerSpec(filters=64))  # (64, H, W)


def layer2(picture):
    maps = np.maximum(layer1(picture), 0)
    return conv2d(maps, bank(2).weight, bank(2).bias, LayerSpec(filters=32))  # (32, H, W)


def strongest(maps, start):
    """Name the filters by their answer in the middle, greatest first, with that answer."""
    names = {name: maps[i, MIDDLE, MIDDLE] for i, name in enumerate(NAMES[1])}
    mine = {name: value for name, value in names.items() if name.startswith(start)}
    return sorted(mine.items(), key=lambda item: -item[1])


def answer(maps, name):
    """Return the greatest activation of a layer 2 filter in the middle 3 x 3."""
    near = slice(MIDDLE - 1, MIDDLE + 2)
    return np.maximum(maps[NAMES[2].index(name), near, near], 0).max()


@pytest.mark.parametrize("number", [1, 2])
def test_a_bank_has_the_shape_that_the_settings_promise(number):
    filters = SHIPPED_SHAPES[number - 1][0]

    assert bank(number).weight.shape == SHIPPED_SHAPES[number - 1]
    assert bank(number).bias.shape == (filters,)
    assert bank(number).weight.dtype == bank(number).bias.dtype == np.float32
    assert np.isfinite(bank(number).weight).all()
    assert len(NAMES[number]) == filters


@pytest.mark.parametrize(("number", "most"), [(1, 32), (2, 40)])
def test_names_are_unique_short_and_in_sentence_case(number, most):
    names = NAMES[number]

    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= most
    assert all(name[0].isupper() and name[1:] == name[1:].lower() for name in names)


@pytest.mark.parametrize("number", [1, 2])
def test_no_two_filters_of_a_bank_are_the_same_up_to_a_factor(number):
    flat = bank(number).weight.reshape(len(NAMES[number]), -1).astype(float)
    flat /= np.linalg.norm(flat, axis=1, keepdims=True)

    likeness = np.triu(flat @ flat.T, 1)

    assert likeness.max() < 0.999


def test_a_bank_cannot_be_changed_by_who_reads_it():
    with pytest.raises(ValueError, match="read-only"):
        bank(1).weight[0] = 0


@pytest.mark.parametrize("side", DIRECTIONS)
def test_an_edge_answers_most_to_a_step_that_is_bright_on_its_side(side):
    order = strongest(layer1(grey(np.where(STEPS[side] > 0, 0.4, -0.4))), "Edge, bright")

    assert len(order) == 8
    assert order[0][0] == f"Edge, bright to the {side}"
    assert order[0][1] > 1.2 * order[1][1]


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("side", DIRECTIONS)
def test_a_colour_edge_answers_most_to_its_colour_on_its_side(side, colour):
    tint = np.array(COLOURS[colour], np.float32)[:, None, None]
    picture = (np.sign(STEPS[side]) * tint).astype(np.float32)

    order = strongest(layer1(picture), f"Edge, {colour}")

    assert len(order) == 8
    assert order[0][0] == f"Edge, {colour} to the {side}"
    assert order[0][1] > 1.2 * order[1][1]


@pytest.mark.parametrize("orientation", ORIENTATIONS)
@pytest.mark.parametrize(("tone", "sign"), [("Bright", 1), ("Dark", -1)])
def test_a_line_filter_answers_most_to_its_own_line(orientation, tone, sign):
    picture = np.where(OFF_LINE[orientation] == 0, 0.4, -0.4) * sign

    order = [pair for pair in strongest(layer1(grey(picture)), "") if " line, " in pair[0]]

    assert len(order) == 8
    assert order[0][0] == f"{tone} line, {orientation}"
    assert order[0][1] > 2 * max(order[1][1], 0)


@pytest.mark.parametrize("brightness", [-0.5, 0.3])
def test_edges_lines_spots_and_crossings_ignore_a_constant_picture(brightness):
    maps = layer1(grey(np.full((13, 13), brightness)))
    kinds = ("Edge", "line", "spot", "plus", "cross", "Saddle")
    chosen = [i for i, n in enumerate(NAMES[1]) if any(kind in n for kind in kinds)]

    assert len(chosen) == 24 + 8 + 6 + 8
    np.testing.assert_allclose(maps[chosen, 1:-1, 1:-1], 0, atol=3e-5)


def test_colour_edges_and_colour_spots_ignore_a_grey_picture():
    picture = grey(np.random.default_rng(7).uniform(-0.5, 0.5, (13, 13)))
    words = ("Edge, red", "Edge, blue", "Red spot", "Green spot", "Blue spot", "Yellow spot")
    chosen = [i for i, name in enumerate(NAMES[1]) if name.startswith(words)]

    assert len(chosen) == 20
    np.testing.assert_allclose(layer1(picture)[chosen], 0, atol=3e-5)


def test_a_light_and_a_dark_area_both_answer_a_little_to_mid_grey():
    maps = layer1(np.zeros((3, 13, 13), np.float32))
    areas = [i for i, name in enumerate(NAMES[1]) if "rea" in name.split()[0] + name[-4:]]

    assert len(areas) == 8
    assert (maps[areas, MIDDLE, MIDDLE] > 0).all()


@pytest.mark.parametrize("rows", ["north", "south"])
@pytest.mark.parametrize("columns", ["east", "west"])
@pytest.mark.parametrize("tone", ["Bright", "Dark"])
def test_a_corner_answers_more_to_its_corner_than_to_a_straight_edge(rows, columns, tone):
    sign = 1 if tone == "Bright" else -1
    quarter = (STEPS[rows] >= 0) & (STEPS[columns] >= 0)
    edges = (rows, columns) if tone == "Bright" else (_opposite(rows), _opposite(columns))
    name = f"{tone} corner: edges {edges[0]} and {edges[1]}"

    own = answer(layer2(grey(np.where(quarter, 0.4, -0.4) * sign)), name)
    straight = [
        answer(layer2(grey(np.where(STEPS[side] >= 0, 0.4, -0.4))), name) for side in DIRECTIONS
    ]

    assert own > 1.5 * max(straight)


@pytest.mark.parametrize("rows", ["north", "south"])
@pytest.mark.parametrize("columns", ["east", "west"])
def test_of_all_corner_filters_its_own_answers_most_to_a_corner(rows, columns):
    quarter = (STEPS[rows] >= 0) & (STEPS[columns] >= 0)
    maps = layer2(grey(np.where(quarter, 0.4, -0.4)))
    answers = {name: answer(maps, name) for name in NAMES[2] if " corner: " in name}

    assert max(answers, key=answers.__getitem__) == f"Bright corner: edges {rows} and {columns}"


@pytest.mark.parametrize("orientation", ORIENTATIONS)
def test_a_long_line_and_a_contour_answer_most_to_their_own_orientation(orientation):
    lined = layer2(grey(np.where(OFF_LINE[orientation] == 0, 0.4, -0.4)))
    stepped = layer2(grey(np.where(OFF_LINE[orientation] > 0, 0.4, -0.4)))

    for maps, kind in ((lined, "Long bright line"), (stepped, "Contour")):
        answers = {other: answer(maps, f"{kind}, {other}") for other in ORIENTATIONS}
        assert max(answers, key=answers.__getitem__) == orientation


@pytest.mark.parametrize("end", ["north", "east", "south", "west"])
def test_an_end_of_a_line_answers_more_there_than_along_the_line(end):
    across = COLUMNS if end in ("north", "south") else ROWS
    name = f"Bright line ends in the {end}"

    ended = layer2(grey(np.where((across == 0) & (STEPS[end] <= 0), 0.4, -0.4)))
    others = [answer(ended, f"Bright line ends in the {s}") for s in STEPS if "-" not in s]
    unended = layer2(grey(np.where(across == 0, 0.4, -0.4)))

    assert answer(ended, name) == max(others)
    assert answer(ended, name) > 2 * answer(unended, name)


def test_every_filter_of_layer_2_has_a_kernel_for_every_map_and_most_are_different():
    sizes = np.abs(bank(2).weight).max(axis=(2, 3))  # (32, 64)

    assert (sizes > 0.01 * sizes.max(axis=1, keepdims=True)).all()
    assert min(_different(kernels, 1e-3) for kernels in bank(2).weight) >= 56
    assert np.median([_different(kernels, 0.05) for kernels in bank(2).weight]) >= 54


def test_every_filter_of_layer_2_is_excited_by_some_maps_and_inhibited_by_others():
    sums = bank(2).weight.sum(axis=(2, 3))  # (32, 64)

    assert (sums > 0).sum(axis=1).min() >= 12
    assert (sums < 0).sum(axis=1).min() >= 8


def test_what_a_filter_of_layer_2_is_named_after_has_two_thirds_of_its_weight():
    for made, constructed in zip(unbalanced(2), named(), strict=True):
        faint = np.abs(made.weight - constructed.weight).sum()
        strongest = np.argsort(np.abs(made.weight).ravel())[-8:]

        assert faint / (faint + np.abs(constructed.weight).sum()) == pytest.approx(1 / 3)
        assert (made.weight.ravel()[strongest] * constructed.weight.ravel()[strongest] > 0).all()


def test_a_map_excites_as_far_as_its_pattern_agrees_with_what_is_asked_for():
    weight = np.zeros((64, 3, 3))
    weight[0, 1, 1] = 1  # bright to the north, in the centre

    added = (
        with_every_map(HandmadeFilter(sentence("Only one"), "alone", weight)).weight - weight
    )  # (64, 3, 3)

    for family in (0, 16):  # edges and reliefs: north agrees, and so do its neighbours, less
        north, beside, across, opposite = added[[family, family + 1, family + 2, family + 4], 1, 1]
        assert north > 0 > opposite
        assert beside > across
    assert added[8, 2, 1] < added[8, 0, 1]  # a bright, level line lies on the bright side
    assert added[12, 2, 1] > added[12, 0, 1]  # and a dark one on the dark side


def test_the_gains_are_those_of_the_shipped_photographs():
    measured = measure(photographs())

    for number in (1, 2):
        np.testing.assert_allclose(GAINS[number], measured[number], rtol=1e-3)


def test_no_map_of_the_balanced_layers_is_silent_on_the_cat_or_louder_than_the_rest():
    maps = photographs()
    for number, filters in ((1, 64), (2, 32)):
        spec = LayerSpec(filters=filters)
        maps = [
            np.maximum(conv2d(x, bank(number).weight, bank(number).bias, spec), 0) for x in maps
        ]
        deviation = np.stack(maps).std(axis=(0, 2, 3))
        cat = maps[2]

        assert deviation.max() < 5 * deviation.min()
        assert np.percentile(cat, 99, axis=(1, 2)).min() > 0.03 * cat.max()


def _opposite(side):
    return DIRECTIONS[(DIRECTIONS.index(side) + 4) % 8]


def _different(kernels, tolerance):
    """Count kernels of which no two differ by less than `tolerance` of the greater one's size."""
    chosen: list[np.ndarray] = []
    for kernel in kernels:
        apart = [
            np.abs(kernel - other).max()
            > tolerance * max(np.abs(kernel).max(), np.abs(other).max())
            for other in chosen
        ]
        if all(apart):
            chosen.append(kernel)
    return len(chosen)
