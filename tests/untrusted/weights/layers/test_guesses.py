"""What shapes alone leave open: the page says that it guessed, and takes nothing that they do not tell."""

import numpy as np
import pytest

from app.untrusted.weights.description import Operation
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.layers.extract import extract
from tests.untrusted.weights.descriptions import LIMITS, described, noise

ROLES = ("gamma", "beta", "mean", "variance")


def taken(arrays, operations=None):
    return extract(
        described(arrays, "Keras" if operations else "safetensors", operations), Choice(), LIMITS
    )


def vectors(stem: str, length: int, roles=("weight", "bias", "running_mean", "running_var")):
    return {f"{stem}.{role}": np.abs(noise(length, seed=3)) for role in roles}


def words(messages) -> str:
    return " ".join(map(str, messages))


def of_keras(first: int, second: int, *norms: int):
    """Return a file of weights from Keras: the kinds of its layers are known, but not what reads what."""
    arrays = {"w1": noise(3, 3, 3, first), "w2": noise(3, 3, first, second)}
    operations = []
    for number, length in enumerate(norms):
        arrays |= vectors(f"bn{number}", length, ROLES)
        parts = {role: f"bn{number}.{role}" for role in ROLES}
        operations.append(
            Operation(kind="batch_norm", label=f"bn{number}", parts=parts, trust="named")
        )
    for name in ("w1", "w2"):
        parts, settings = {"weight": name}, {"order": "HWIO"}
        operations.append(
            Operation(kind="conv", label=name, parts=parts, settings=settings, trust="named")
        )
    return taken(arrays, tuple(operations))


@pytest.mark.parametrize(("filters", "says"), [(6, True), (8, False)])
def test_a_first_layer_of_one_channel_is_said_to_be_a_guess_where_three_groups_would_fit(
    filters, says
):
    found = taken(
        {"conv1.weight": noise(filters, 1, 3, 3), "conv2.weight": noise(4, filters, 3, 3)}
    )

    assert found.layers[0].found.channels == 1
    assert ("read as one for a grey picture" in words(found.guessed)) is says


def test_a_first_layer_of_three_channels_is_no_guess():
    found = taken({"conv1.weight": noise(6, 3, 3, 3), "conv2.weight": noise(4, 6, 3, 3)})

    assert "read as one for" not in words(found.guessed)


@pytest.mark.parametrize(("kernels", "channels"), [(6, 3), (4, 1)])
def test_a_separable_first_layer_is_said_to_be_a_guess_where_three_colours_fit(kernels, channels):
    found = taken(
        {
            "sep.depthwise.weight": noise(kernels, 1, 3, 3),
            "sep.pointwise.weight": noise(8, kernels, 1, 1),
            "conv.weight": noise(4, 8, 3, 3),
        }
    )

    assert found.layers[0].found.channels == channels
    assert ("read as one for three colours" in words(found.guessed)) is (channels == 3)


def test_a_batch_norm_that_names_place_nowhere_is_named():
    arrays = {"conv1.weight": noise(6, 3, 3, 3), "conv2.weight": noise(4, 6, 3, 3)}

    found = taken(arrays | vectors("whitening", 4) | vectors("other", 5))

    assert "a BatchNorm, whitening, and does not say what it follows" in words(found.unfollowed)
    assert "other" not in words(found.unfollowed)


def test_a_batch_norm_is_taken_where_one_layer_alone_has_as_many_filters():
    first, second = of_keras(6, 4, 4).layers

    assert first.found.batch_norm is None
    assert second.found.batch_norm is not None
    assert second.folded


@pytest.mark.parametrize(("filters", "norms"), [((4, 4), (4,)), ((6, 4), (4, 4))])
def test_none_is_taken_where_lengths_do_not_tell_which_and_the_page_names_it(filters, norms):
    found = of_keras(*filters, *norms)

    assert not any(layer.folded for layer in found.layers)
    assert len(found.unfollowed) == len(norms)
    assert "bn0" in words(found.unfollowed)
