"""Which convolutions are offered as the two layers, by hand."""

import numpy as np
import pytest
from safetensors.numpy import save

from app.untrusted.weights.chains import chain, pairs
from app.untrusted.weights.convolution import Convolution, bias_name
from app.untrusted.weights.errors import NoPair
from app.untrusted.weights.read import read
from tools.interop.models import LIMITS


def conv(name: str, *shape: int, groups: int | None = None) -> Convolution:
    filters, channels, height, width = shape
    return Convolution(
        name=name, stored=(filters, channels, height, width), order="OIHW", groups=groups
    )


def names(*convolutions: Convolution) -> list[tuple[str, str, tuple[int, int]]]:
    return [(p.first.name, p.second.name, p.groups) for p in pairs(convolutions, LIMITS)]


def test_the_second_reads_all_filters_of_the_first():
    assert names(conv("a", 64, 3, 3, 3), conv("b", 32, 64, 3, 3)) == [("a", "b", (1, 1))]


def test_the_first_reads_a_picture():
    assert names(conv("a", 64, 4, 3, 3), conv("b", 32, 64, 3, 3)) == []


def test_the_next_in_the_file_comes_first_and_one_before_it_last():
    found = names(
        conv("early", 5, 8, 1, 1),
        conv("a", 8, 3, 3, 3),
        conv("b", 6, 8, 3, 3),
        conv("c", 7, 8, 3, 3),
    )

    assert [second for _, second, _ in found] == ["b", "c", "early"]


def test_groups_are_guessed_after_all_pairs_that_need_none():
    found = names(conv("a", 8, 3, 3, 3), conv("half", 6, 4, 3, 3), conv("whole", 6, 8, 3, 3))

    assert found == [("a", "whole", (1, 1)), ("a", "half", (1, 2))]


def test_stated_groups_are_not_guessed():
    assert names(conv("a", 8, 3, 3, 3, groups=1), conv("b", 6, 4, 3, 3, groups=1)) == []
    assert names(conv("a", 6, 1, 3, 3, groups=3), conv("b", 6, 3, 3, 3, groups=2)) == [
        ("a", "b", (3, 2))
    ]


def test_guessed_groups_divide_the_filters_of_both():
    assert names(conv("a", 8, 3, 3, 3), conv("b", 5, 4, 3, 3)) == []
    assert names(conv("a", 8, 3, 3, 3), conv("b", 6, 3, 3, 3)) == []


@pytest.mark.parametrize("shape", [(129, 3, 3, 3), (64, 3, 12, 3), (64, 3, 3, 12)])
def test_what_no_layer_can_have_is_not_offered(shape):
    assert names(conv("a", *shape), conv("b", 32, shape[0], 3, 3)) == []


def test_thousands_of_convolutions_that_all_chain_are_cut_at_a_hundred_pairs():
    assert len(names(*(conv(str(n), 3, 3, 3, 3) for n in range(4096)))) == 100


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        (conv("a", 8, 4, 3, 3), conv("b", 8, 8, 3, 3), "1 or 3 channels would work"),
        (conv("a", 8, 3, 3, 3), conv("b", 8, 5, 3, 3), "one that reads 8 channels would work"),
        (conv("a", 200, 3, 3, 3), conv("b", 8, 200, 3, 3), "up to 128 filters"),
    ],
)
def test_two_that_do_not_chain_are_refused_with_what_would_work(first, second, words):
    with pytest.raises(NoPair, match=words):
        chain(first, second, LIMITS)


def test_a_file_without_a_pair_is_refused_with_what_was_found():
    file = save({"stem.weight": np.zeros((8, 4, 3, 3), np.float32)})

    with pytest.raises(NoPair, match=r"stem\.weight \(8 filters of 3 × 3 × 4, read as OIHW\)"):
        read(file, limits=LIMITS).first_pair()


def test_a_pair_can_be_chosen_and_its_orders_corrected():
    square = np.zeros((3, 3, 3, 3), np.float32)
    found = read(save({"a": square, "b": square}), limits=LIMITS)

    pair = found.pair("b", "a", first_order="HWIO")

    assert (pair.first.name, pair.second.name) == ("b", "a")
    assert (pair.first.order, pair.second.order) == ("HWIO", "OIHW")


def test_a_bias_that_belongs_to_another_order_says_so():
    arrays = {"a.weight": np.zeros((3, 3, 3, 8), np.float32), "a.bias": np.zeros(8, np.float32)}
    found = read(save(arrays), limits=LIMITS)

    with pytest.raises(NoPair, match="another order of the axes would work"):
        found.convolution("a.weight")
    assert found.convolution("a.weight", "HWIO")[1].shape == (8,)


@pytest.mark.parametrize(
    ("weight", "bias"),
    [
        ("layers/conv2d/vars/0", "layers/conv2d/vars/1"),
        ("conv2d/kernel:0", "conv2d/bias:0"),
        ("features.0.weight", "features.0.bias"),
        ("layer1/weight", "layer1/bias"),
        ("conv1_weights", "conv1_biases"),
        ("W1", "b1"),
        ("w", "b"),
        ("filters", "biases"),
        ("anything", None),
    ],
)
def test_the_bias_is_looked_for_under_the_name_that_belongs_to_the_weight(weight, bias):
    assert bias_name(weight) == bias
