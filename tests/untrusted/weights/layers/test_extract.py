"""Two layers of a description: paired, followed, folded and read, or refused in a sentence."""

from typing import Any

import numpy as np
import pytest

from app.untrusted.weights.description import Operation
from app.untrusted.weights.errors import BadValues, NoConvolutions, NoPair, NoSuchConvolution
from app.untrusted.weights.layers.choice import Choice, LayerChoice
from app.untrusted.weights.layers.contents import contents
from app.untrusted.weights.layers.extract import extract
from tests.untrusted.weights.descriptions import LIMITS, described, noise

ARRAYS = {
    "w1": noise(6, 3, 3, 3),
    "b1": noise(6, seed=1),
    "w2": noise(4, 6, 3, 3, seed=2),
    "gamma": noise(6, seed=3),
    "beta": noise(6, seed=4),
    "mean": noise(6, seed=5),
    "variance": np.abs(noise(6, seed=6)),
}


def conv(name: str, kind: Any = "conv", parts: dict[str, str] | None = None, **settings: Any):
    given = {"order": "OIHW", "groups": 1, "pads": (1, 1, 1, 1), **settings}
    return Operation(kind=kind, label=name, parts={"weight": name, **(parts or {})}, settings=given)


def step(kind: Any, **settings: Any) -> Operation:
    return Operation(kind=kind, label=kind.title(), settings=settings)


RELU = step("activation", function="relu")
NORM = Operation(
    kind="batch_norm",
    label="bn1",
    parts={role: role for role in ("gamma", "beta", "mean", "variance")},
    settings={"epsilon": 0.01},
)
MAX = step("pool", function="max", kernel=(2, 2), strides=(2, 2))


def chained(*operations: Operation, arrays: dict[str, np.ndarray] = ARRAYS):
    return described(arrays, "ONNX", operations, (operations,))


def taken(*operations: Operation, choice: Choice | None = None, arrays=ARRAYS):
    return extract(chained(*operations, arrays=arrays), choice or Choice(), LIMITS)


def words(messages) -> str:
    return " ".join(map(str, messages))


def test_the_settings_that_a_graph_states_are_followed():
    found = taken(
        conv("w1", strides=(2, 2), pads=(1, 1, 1, 1)), RELU, MAX, conv("w2", dilations=(2, 2))
    )

    first, second = found.layers
    assert first.settings == {
        "stride": 2,
        "dilation": 1,
        "padding": 1,
        "padding_mode": "zeros",
        "activation": "relu",
        "pool": "max",
        "pool_size": 2,
        "bias": False,
    }
    assert (second.settings["dilation"], second.settings["activation"]) == (2, "linear")
    assert found.unfollowed == ()
    assert "The file says that layer 2 reads" in str(found.relation)


@pytest.mark.parametrize(
    ("settings", "padding"),
    [
        ({"pads": (1, 1, 1, 1)}, "same"),
        ({"pads": (2, 2, 2, 2)}, 2),
        ({"pads": (0, 0, 0, 0)}, "valid"),
        ({"pads": (0, 0, 0, 0), "auto_pad": "SAME_UPPER", "strides": (2, 2)}, "same"),
        ({"pads": (0, 0, 0, 0), "auto_pad": "SAME_LOWER"}, "same"),
        ({"pads": (0, 0, 0, 0), "auto_pad": "VALID"}, "valid"),
    ],
)
def test_padding_is_followed_where_a_layer_can_have_it(settings, padding):
    found = taken(conv("w1", **settings), conv("w2"))

    assert found.layers[0].settings["padding"] == padding
    assert found.unfollowed == ()


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"pads": (1, 0, 0, 0)}, "1 above"),
        ({"pads": (0, 0, 0, 0), "auto_pad": "SAME_LOWER", "strides": (2, 2)}, "odd pixel"),
        ({"strides": (2, 1)}, "stride of 2 × 1"),
        ({"strides": (7, 7)}, "stride of 7"),
        ({"dilations": (1, 2)}, "dilation of 1 × 2"),
        ({"padding_mode": "symmetric"}, "symmetric"),
    ],
)
def test_what_a_layer_cannot_have_is_named(settings, word):
    assert word in words(taken(conv("w1", **settings), conv("w2")).unfollowed)


@pytest.mark.parametrize(
    ("behind", "activation", "word"),
    [
        (step("activation", function="leaky_relu", slope=0.01), "leaky_relu", ""),
        (step("activation", function="leaky_relu", slope=0.2), "linear", "left out"),
        (step("activation", function="elu", slope=1.0), "elu", ""),
        (step("activation", function="gelu", approximate=False), "gelu", ""),
        (step("activation", function="gelu", approximate=True), "linear", "left out"),
        (step("activation", function="relu6"), "linear", "left out"),
        (step("activation", function="silu"), "silu", ""),
    ],
)
def test_activations_are_followed_exactly_or_named(behind, activation, word):
    found = taken(conv("w1"), behind, conv("w2"))

    assert found.layers[0].settings["activation"] == activation
    assert word in words(found.unfollowed)
    assert bool(word) == bool(found.unfollowed)


def test_an_activation_behind_a_pool_that_takes_maxima_may_as_well_come_before():
    found = taken(conv("w1"), MAX, RELU, conv("w2"))

    assert (found.layers[0].settings["activation"], found.unfollowed) == ("relu", ())


@pytest.mark.parametrize(
    ("pool", "size"),
    [
        (step("pool", function="max", kernel=(3, 3), strides=(2, 2), pads=(1, 1, 1, 1)), 2),
        (step("pool", function="average", kernel=(2, 2), strides=(1, 1)), None),
        (step("pool", function="global_average"), None),
    ],
)
def test_a_pool_that_a_layer_cannot_have_is_named(pool, size):
    found = taken(conv("w1"), RELU, pool, conv("w2"))

    assert found.layers[0].settings.get("pool_size") == size
    assert "pool" in words(found.unfollowed).lower()


def test_a_batch_norm_is_folded_exactly():
    parts = {"bias": "b1"}

    values = taken(conv("w1", parts=parts), NORM, RELU, conv("w2")).layers[0].values

    picture = noise(3, 3, 3, seed=9).astype(float)
    for number in range(6):
        before = (ARRAYS["w1"][number] * picture).sum() + ARRAYS["b1"][number]
        normed = (before - ARRAYS["mean"][number]) / np.sqrt(ARRAYS["variance"][number] + 0.01)
        expected = normed * ARRAYS["gamma"][number] + ARRAYS["beta"][number]
        folded = (values.weight[number] * picture).sum() + values.bias[number]
        assert folded == pytest.approx(expected, abs=1e-5)


def test_a_batch_norm_behind_the_activation_is_left_out_and_named():
    found = taken(conv("w1"), RELU, NORM, conv("w2"))

    np.testing.assert_array_equal(found.layers[0].values.weight, ARRAYS["w1"])
    assert "bn1" in words(found.unfollowed)


def test_a_batch_norm_that_divides_by_nothing_is_refused():
    arrays = ARRAYS | {"variance": np.full(6, -1, np.float32)}

    with pytest.raises(BadValues, match="BatchNorm bn1"):
        taken(conv("w1"), NORM, conv("w2"), arrays=arrays)


def test_convolutions_that_do_not_follow_each_other_are_never_called_so():
    arrays = ARRAYS | {"w3": noise(5, 6, 1, 1), "w0": noise(6, 6, 1, 1, seed=8)}
    choice = Choice(first=LayerChoice(name="w1"), second=LayerChoice(name="w3"))

    found = taken(conv("w1"), conv("w0"), RELU, conv("w3"), choice=choice, arrays=arrays)

    assert "does not read the maps of layer 1 directly" in str(found.relation)
    assert "w0" in str(found.relation)


def test_an_operation_that_is_not_known_ends_what_is_followed_and_is_named():
    found = taken(conv("w1"), step("other", type="LRN"), conv("w2"))

    assert "Other is not followed" in words(found.unfollowed)
    assert "does not read the maps of layer 1 directly" in str(found.relation)


def test_the_pair_that_follows_in_the_graph_comes_before_others_in_the_file():
    arrays = ARRAYS | {"w9": noise(4, 6, 3, 3, seed=9)}
    operations = (conv("w1"), RELU, conv("w2"))
    description = described(arrays, "ONNX", (conv("w1"), conv("w9"), conv("w2")))
    first, other, last = description.operations or ()
    chains = ((first, RELU, last), (other,))

    found = extract(described(arrays, "ONNX", (first, other, RELU, last), chains), Choice(), LIMITS)

    assert len(operations) == 3
    assert [layer.found.name for layer in found.layers] == ["w1", "w2"]


def test_the_scale_of_the_picture_becomes_mean_and_deviation():
    scales = (
        step("input_scale", scale=(1 / 255,), offset=(0.0,)),
        step("input_scale", scale=(4.0, 4.0, 2.0), offset=(-2.0, -1.0, -1.0)),
    )

    means, deviations = taken(*scales, conv("w1"), conv("w2")).normalise or ((), ())

    # (x / 255) * 4 - 2 = (x / 255 - 0.5) / 0.25, and x / 255 is what the picture holds.
    np.testing.assert_allclose(means, (0.5, 0.25, 0.5))
    np.testing.assert_allclose(deviations, (0.25, 0.25, 0.5))


@pytest.mark.parametrize(
    "ahead",
    [step("other", type="Gather"), step("pool"), step("input_scale", scale=(-1.0,), offset=(0.0,))],
)
def test_what_is_done_to_the_picture_and_cannot_be_followed_is_named(ahead):
    found = taken(ahead, conv("w1"), conv("w2"))

    assert "to the picture before layer 1" in words(found.unfollowed)
    assert found.normalise is None


def test_a_net_that_reads_blue_first_gets_its_channels_turned():
    found = taken(conv("w1"), conv("w2"), choice=Choice(bgr=True))

    np.testing.assert_array_equal(found.layers[0].values.weight, ARRAYS["w1"][:, [2, 1, 0]])
    assert "blue" in words(found.followed)


def test_colours_that_are_not_three_cannot_be_turned():
    arrays = {"w1": noise(6, 1, 3, 3), "w2": noise(4, 6, 3, 3)}

    with pytest.raises(NoPair, match="three colours"):
        taken(conv("w1"), conv("w2"), choice=Choice(bgr=True), arrays=arrays)


def test_a_bias_can_be_named_and_must_fit():
    def named(bias: str):
        choice = Choice(first=LayerChoice(bias=bias))
        return taken(conv("w1"), conv("w2"), choice=choice).layers[0].values.bias

    np.testing.assert_array_equal(named("b1"), ARRAYS["b1"])
    assert named("none") is None
    with pytest.raises(NoSuchConvolution) as unknown:
        named("nope")
    with pytest.raises(NoPair) as misfit:
        named("w2")
    assert unknown.value.field == misfit.value.field == "first_bias"


def test_a_depthwise_layer_of_keras_puts_the_filters_of_a_channel_together():
    arrays = {"w1": noise(6, 3, 3, 3), "dw": noise(5, 4, 6, 2)}  # (h, w, C, m)
    operation = Operation(
        kind="depthwise", label="dw", parts={"depthwise": "dw"}, settings={"order": "HWIM"}
    )

    second = taken(conv("w1"), operation, arrays=arrays).layers[1]

    assert (second.found.kind, second.found.multiplier) == ("depthwise", 2)
    for channel in range(6):
        for each in range(2):
            np.testing.assert_array_equal(
                second.values.weight[2 * channel + each, 0], arrays["dw"][:, :, channel, each]
            )


def test_a_transposed_convolution_is_listed_and_not_taken():
    found = contents(chained(conv("w1"), conv("w2", "transposed"), arrays=ARRAYS), LIMITS)

    assert [layer.kind for layer in found.layers] == ["standard", "transposed"]
    assert found.pair is None
    choice = Choice(first=LayerChoice(name="w1"), second=LayerChoice(name="w2"))
    with pytest.raises(NoPair, match="transposed"):
        taken(conv("w1"), conv("w2", "transposed"), choice=choice)


def test_a_file_without_filters_lists_what_it_holds():
    with pytest.raises(NoConvolutions, match="b1"):
        contents(described({"b1": noise(6)}), LIMITS)


@pytest.mark.parametrize(
    ("size", "fine"), [(1e14, True), (1e19, False), (1e30, False), (3e38, False)]
)
def test_weights_whose_maps_could_overflow_are_refused(size, fine):
    arrays = {
        name: np.clip(noise(*shape) * size, -3e38, 3e38).astype(np.float32)
        for name, shape in {"w1": (6, 3, 3, 3), "w2": (4, 6, 3, 3)}.items()
    }

    if fine:
        taken(conv("w1"), conv("w2"), arrays=arrays)
        return
    with pytest.raises(BadValues, match="can reach"):
        taken(conv("w1"), conv("w2"), arrays=arrays)
