import numpy as np
import pytest

from tools.training import photographs
from tools.training.batches import SIDE
from tools.training.photographs import BLOCKS, HELD_OUT, Photograph
from tools.training.tasks import drawn
from tools.training.tasks.tasks import ORDERS, PIECES, TASKS

COUNT = 300


@pytest.fixture(scope="module")
def marked():
    """A picture of noise whose first channel is 1 where it is held out, and whose second has the quarter."""
    noise = np.random.default_rng(1)
    sizes = []
    for height, width in ((170, 201), (224, 300)):
        picture = noise.uniform(-0.5, 0.5, (3, height, width)).astype(np.float32)
        rows, cols = (
            np.searchsorted(cuts(side), range(side), "right") - 1 for side in (height, width)
        )
        picture[0] = np.array(HELD_OUT)[rows][:, None] == cols
        picture[1] = (rows >= 2)[:, None] * 2 + (cols >= 2)
        sizes.append(picture)
    return (Photograph("noise", tuple(sizes)),)


def cuts(side):
    return [side * block // BLOCKS for block in range(BLOCKS)]


@pytest.mark.parametrize("held_out", [False, True])
def test_no_patch_has_a_pixel_of_the_other_part(marked, random, held_out):
    found = photographs.cut(marked, random, COUNT, held_out=held_out)

    assert (found.patches[:, 0] == held_out).all()
    assert (found.patches[:, 1] == found.quarter[:, None, None]).all()
    assert set(found.quarter) == {0, 1, 2, 3}


def test_photographs_are_centred_and_have_the_sizes_that_are_told(shown):
    assert len(shown) == 7
    for photograph in shown:
        shorter = [min(picture.shape[1:]) for picture in photograph.sizes]
        assert shorter == list(photographs.SHORT_SIDES)
        assert all(-0.5 <= p.min() < 0 < p.max() <= 0.5 for p in photograph.sizes)


@pytest.mark.parametrize("name", TASKS)
def test_a_task_draws_every_class_about_as_often_and_says_how_many_there_are(name, shown, random):
    task = TASKS[name]

    patches, labels = task.draw(shown, random, 40 * task.classes, False)

    assert patches.shape == (40 * task.classes, 3, SIDE, SIDE)
    assert patches.dtype == np.float32
    assert -0.5 <= patches.min() < patches.max() <= 0.5
    counts = np.bincount(labels)
    assert len(counts) == task.classes
    assert 15 < counts.min() <= counts.max() < 75  # 40 expected, deviation 6.3


@pytest.mark.parametrize("name", ["turn", "order", "pieces"])
def test_a_task_that_rearranges_says_how_to_put_it_back(name, shown):
    task = TASKS[name]
    known = tuple(each for each in shown if name != "order" or each.name != "brick")
    before = photographs.cut(known, np.random.default_rng(3), COUNT, held_out=True).patches

    patches, labels = task.draw(shown, np.random.default_rng(3), COUNT, True)

    for patch, label, original in zip(patches, labels, before, strict=True):
        np.testing.assert_array_equal(restored(name, patch, label), original)


def restored(name, patch, label):
    if name == "turn":
        return np.rot90(patch, -label, (1, 2))
    back = np.empty_like(patch)
    if name == "order":
        for place, channel in enumerate(ORDERS[label]):
            back[channel] = patch[place]
        return back
    half = SIDE // 2
    for place, piece in enumerate(PIECES[label]):
        (row, col), (to_row, to_col) = divmod(place, 2), divmod(piece, 2)
        cut = patch[:, row * half :, col * half :][:, :half, :half]
        back[:, to_row * half : to_row * half + half, to_col * half : to_col * half + half] = cut
    return back


def test_what_is_drawn_has_the_direction_and_the_colours_of_its_class(random):
    patches, classes = drawn.on(np.zeros((COUNT, 3, SIDE, SIDE), np.float32), random)

    window, axis = np.hanning(SIDE + 2)[1:-1], np.fft.fftfreq(SIDE)
    frequencies = axis + 1j * axis[:, None]  # across + down
    for patch, label in zip(patches.astype(np.float64), classes, strict=True):
        pair, direction = divmod(int(label), drawn.DIRECTIONS)
        red, green, blue = patch
        if pair == 0:
            np.testing.assert_array_equal((red, green), (green, blue))
        else:
            np.testing.assert_allclose(
                (green, blue), ((-red, 0 * red), (red, -2 * red))[pair - 1], atol=1e-6
            )
        spectrum = np.abs(np.fft.fft2((red - red.mean()) * np.outer(window, window))) ** 2
        turn = np.angle((spectrum * frequencies**2).sum()) / 2
        off = (turn * drawn.DIRECTIONS / np.pi - direction + 4) % drawn.DIRECTIONS - 4
        assert abs(off) < 0.55  # drawn up to 0.4 away
