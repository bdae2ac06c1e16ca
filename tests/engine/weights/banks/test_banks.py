"""What every named bank promises: weights of the shape asked for, or a reason and what would work."""

import re

import numpy as np
import pytest
from hypothesis import given, settings

from app.engine.errors import ShapeError
from app.engine.weights.banks.table import BANKS
from tests.engine.weights.banks.requests import asked, requests

FORMULAS = [name for name in BANKS if name != "random"]


@pytest.mark.parametrize("name", BANKS)
@given(request=requests())
@settings(max_examples=40, deadline=None)
def test_a_bank_fills_the_shape_asked_for_or_says_why_not(name, request):
    bank = BANKS[name]
    refusal = bank.why_not(request)

    if refusal:
        why = str(refusal)
        assert re.match(r"it |its ", why)
        assert not why.endswith(".")
        with pytest.raises(ShapeError, match=re.escape(why)):
            bank.make(request)
        return
    made = bank.make(request)
    assert made.weight.shape == request.shape
    assert made.bias.shape == (request.filters,)
    assert made.weight.dtype == made.bias.dtype == np.float32
    assert np.isfinite(made.weight).all()
    assert made.weight.any(axis=(1, 2, 3)).all()
    assert len(made.names) in ((0,) if name == "random" else (request.filters,))


@pytest.mark.parametrize("name", BANKS)
@given(request=requests())
@settings(max_examples=20, deadline=None)
def test_a_bank_says_in_whole_sentences_how_it_is_made(name, request):
    told = str(BANKS[name].how_made(request))

    assert re.fullmatch(r"[A-Z].*[.)]\.?", told)
    assert "trained" in told
    assert not re.search(r"[{}]|nan|inf\b|  ", told)


@pytest.mark.parametrize("name", FORMULAS)
@given(request=requests())
@settings(max_examples=15, deadline=None)
def test_every_group_of_a_layer_has_the_same_filters(name, request):
    if BANKS[name].why_not(request):
        return
    weight = BANKS[name].make(request).weight

    for group in np.split(weight, request.groups):
        np.testing.assert_array_equal(group, weight[: request.each])


@pytest.mark.parametrize("name", BANKS)
def test_weights_are_the_same_whenever_they_are_made_and_cannot_be_changed(name):
    request = asked(filters=3, kernel=11)
    made = BANKS[name].make(request)

    np.testing.assert_array_equal(made.weight, BANKS[name].make(request).weight)
    for array in (made.weight, made.bias):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("name", sorted(set(BANKS) - {"random", "identity", "face", "dct"}))
@pytest.mark.parametrize("request_", [asked(), asked(2, 32, 64), asked(1, 64, 3, 7)])
def test_a_bank_fills_the_default_stack_with_filters_that_differ_and_say_so(name, request_):
    made = BANKS[name].make(request_)
    flat = made.weight.reshape(request_.filters, -1).astype(float)
    apart = np.abs(flat[:, None] - flat).max(axis=-1) + np.eye(len(flat))

    names = {str(filter_name) for filter_name in made.names}
    assert len(names) == request_.filters
    assert max(map(len, names)) <= 42
    assert apart.min() > 1e-4 * np.abs(flat).max()


@pytest.mark.parametrize("name", ["edges", "lines", "spots", "gabor"])
def test_a_layer_2_contrast_sets_its_maps_against_all_others(name):
    weight = BANKS[name].make(asked(2, 32, 64)).weight

    for row in range(4):
        first = weight[8 * row]  # (64, 3, 3)
        mine = np.arange(64) % 4 == row
        np.testing.assert_allclose(first.sum(axis=0), 0, atol=1e-7)
        shares = np.where(mine, 1, -1 / 3)[:, None, None]  # 16 maps against 48
        np.testing.assert_allclose(first, shares * first[row], atol=1e-7)


def test_names_and_titles_are_those_of_the_address_and_the_menu():
    assert list(BANKS) == [bank.name for bank in BANKS.values()]
    assert all(re.fullmatch("[a-z]+", name) for name in BANKS)
    assert len({str(bank.title) for bank in BANKS.values()}) == len(BANKS)


@pytest.mark.parametrize(
    ("name", "request_", "why"),
    [
        ("edges", asked(kernel=1), "2 to 11 pixels high and wide, not 1 × 1"),
        ("gabor", asked(kernel=2), "3 to 11 pixels"),
        ("dct", asked(filters=28), "it has 27 filters: 9 for kernels of 3 × 3, times 3"),
        ("opponents", asked(filters=65), "it has 64 filters"),
        ("opponents", asked(filters=9, kernel=2), "it has 8 filters"),
        ("opponents", asked(channels=1), "channels=rgb would work"),
        ("face", asked(), "filters1=3, kernel1=11 would work"),
        ("face", asked(2, 1, 3, 7, first="random"), "weights1=face, filters1=3, kernel1=11"),
    ],
)
def test_a_refusal_says_what_would_work(name, request_, why):
    assert why in str(BANKS[name].why_not(request_))
