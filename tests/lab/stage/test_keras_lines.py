"""The lines of Keras that stand at the right of the headline."""

import pytest

from app.lab.stage.keras_lines import keras_lines
from app.lab.state.state import build


def lines(**settings):
    return keras_lines(build("cat", settings).stack)


def test_the_default_stack_is_the_two_lines_that_a_reader_writes():
    assert lines() == (
        'Conv2D(64, 3, padding="same", activation="relu")',
        'Conv2D(32, 3, padding="same", activation="relu")',
    )


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        (
            {"kernel2": (3, 5), "stride2": 2, "padding2": "valid"},
            'Conv2D(32, (3, 5), strides=2, activation="relu")',
        ),
        ({"activation2": "linear", "bias2": False}, 'Conv2D(32, 3, padding="same", use_bias=False)'),
        ({"kind2": "depthwise"}, 'DepthwiseConv2D(3, padding="same", activation="relu")'),
        ({"kind2": "separable"}, 'SeparableConv2D(32, 3, padding="same", activation="relu")'),
        ({"groups2": 4}, 'Conv2D(32, 3, padding="same", groups=4, activation="relu")'),
    ],
)  # fmt: skip
def test_what_keras_has_is_written_as_keras_does(settings, line):
    assert lines(**settings)[-1] == line


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"padding2": 2}, "padded by 2"),
        ({"padding_mode2": "reflect"}, "border: reflect"),
        ({"activation2": "leaky_relu"}, "leaky ReLU"),
        ({"kind2": "pointwise_first"}, "pointwise"),
    ],
)
def test_what_keras_lacks_is_a_comment(settings, note):
    assert note in str(lines(**settings)[-1]).partition("  # ")[2]


def test_there_are_four_lines_at_most():
    assert len(lines(pool1="max", pool2="average")) == 4
