"""Random nets for `make interop`: decided by their seeds, and judged by what was said of their maps."""

import pytest

from app.messages import sentence
from tools.interop.random_nets import __main__ as command
from tools.interop.random_nets.compare import TOLERANCE, Result
from tools.interop.random_nets.net import FORMS, UNKNOWN_ACTIVATIONS, parts, random_net

SEEDS = range(200)


@pytest.mark.parametrize("package", FORMS)
def test_a_seed_decides_a_net_and_seeds_differ(package):
    nets = [random_net(package, seed) for seed in SEEDS]

    assert nets == [random_net(package, seed) for seed in SEEDS]
    assert len({net.layers for net in nets}) > 190
    assert {net.form for net in nets} == set(FORMS[package])


@pytest.mark.parametrize("package", FORMS)
def test_groups_divide_channels_and_filters(package):
    for net in (random_net(package, seed) for seed in SEEDS):
        channels = net.channels
        for layer in net.layers:
            assert channels % layer.groups == layer.filters % layer.groups == 0
            assert layer.kind != "depthwise" or layer.filters == channels * layer.multiplier
            channels = layer.filters


def test_a_net_saved_without_a_graph_has_nothing_that_the_lab_lacks():
    nets = [random_net("PyTorch", seed) for seed in SEEDS]
    layers = [layer for net in nets if not net.has_graph for layer in net.layers]

    assert layers
    assert not any(layer.activation in UNKNOWN_ACTIVATIONS for layer in layers)
    assert all(layer.pool_size == layer.pool_stride for layer in layers)


def test_a_separable_layer_is_one_convolution_or_two_as_the_file_has_it():
    net = next(
        net
        for net in (random_net("ONNX", seed) for seed in SEEDS)
        if [layer.kind for layer in net.layers] == ["separable", "conv"]
    )

    joined = list(parts(net, ["separable", "standard"]))
    apart = list(parts(net, ["standard", "standard", "standard"]))

    assert [part.maps for part in joined] == ["0", "1"]
    assert [part.maps for part in apart] == ["0.depthwise", "0", "1"]
    assert (apart[0].layer.activation, apart[0].layer.pool) == ("linear", "none")
    assert (apart[1].layer.kernel, apart[1].layer.stride) == (1, 1)
    assert apart[1].layer.activation == net.layers[0].activation


def test_only_a_difference_with_nothing_said_is_a_failure_and_its_seed_is_printed():
    result = Result("Keras")
    result.add(3, TOLERANCE, [])
    result.add(4, 2 * TOLERANCE, [sentence("The pool {label} is left out.", label="p")])
    result.add(5, 2 * TOLERANCE, [])
    result.add(6, float("nan"), [])

    assert (result.nets, result.equal, result.named, list(result.differing)) == (4, 1, 1, [5, 6])
    printed = "\n".join(command.report([result]))
    assert "| Keras | 4 | 1 | 1 | 2 | 1.0e-04 |" in printed
    assert "- Keras (1): The pool {label} is left out." in printed
    assert 'make interop INTEROP="--package Keras --seed 5 --nets 1"' in printed
