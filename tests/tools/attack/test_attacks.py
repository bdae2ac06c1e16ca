"""The attacks say what they send, and their files are what they claim to be."""

import struct

import onnx
import pytest

from tools.attack.__main__ import ATTACKS, main
from tools.attack.attacks import weights


def test_every_attack_says_in_a_sentence_what_it_sends():
    for name, attack in ATTACKS.items():
        assert attack.__doc__
        assert attack.__doc__.split("\n")[0].endswith((".", ",")), name


def test_an_unknown_attack_is_named_with_those_that_exist(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["attack", "hdf5", "hdf6"])

    with pytest.raises(SystemExit):
        main()

    assert "no attack is called hdf6; known are nothing, hdf5" in capsys.readouterr().err


def test_the_file_of_nested_groups_is_short_and_its_paths_are_long():
    file = weights.nested_groups()
    (group,) = struct.unpack_from("<Q", file, 64)  # of the root, in the superblock
    levels, links = 0, 1
    while links == 1:
        tree, heap = struct.unpack_from("<QQ", file, group + 24)
        (node,) = struct.unpack_from("<Q", file, tree + 32)
        (links,) = struct.unpack_from("<H", file, node + 6)
        name, group = struct.unpack_from("<QQ", file, node + 8)
        assert file[heap + 32 + name :].startswith(weights.NAME.encode() + b"\0")
        levels += 1

    assert (levels, links) == (32, 12_000)
    assert len(weights.NAME.encode()) == 1023
    assert len(file) < 500_000


def test_the_model_of_varints_is_one_that_onnx_reads():
    model = onnx.load_from_string(weights.varints_model())

    assert [one.op_type for one in model.graph.node] == ["Conv", "Conv"]
    assert list(model.graph.initializer[1].dims) == [128, 128, 11, 11]
    assert len(model.graph.initializer[1].int64_data) == 10 * 128 * 128 * 11 * 11


def test_the_model_of_names_has_thousands_of_convolutions():
    model = onnx.load_from_string(weights.named_model())

    assert len({one.name for one in model.graph.initializer}) == 4000
    assert {len(one.input[1]) for one in model.graph.node} == {4096}
