"""Imported weights: chosen from a file, kept in either store, and gone from everywhere with their time."""

import gc
import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from safetensors.numpy import save

from app.engine.errors import SpecError
from app.lab.errors import UnknownWeights, WrongToken
from app.lab.fold.build import fold_view
from app.lab.keep.byte_cache import ByteCache
from app.lab.keep.imports import Imports, ReadConvolutions
from app.lab.keep.samples import Samples
from app.lab.keep.stored_weights import WEIGHTS
from app.lab.lab import Lab
from app.lab.maps.build import map_view
from app.lab.maps.pictures import filter_png
from app.lab.pixel.build import pixel_view
from app.lab.stage.wall_page import wall_view
from app.lab.state.state import State, build, flatten
from app.lab.weights.adopted_settings import import_weights, with_imported_weights
from app.main import STATIC
from app.settings import Settings
from app.untrusted.weights.errors import NoPair, NoSuchConvolution, WeightsError
from app.untrusted.weights.layers.choice import Choice, LayerChoice
from tests.lab.stores import InServer, OnDisk
from tests.lab.weight_jobs import JOBS

HOUR = 3600
ANY = Choice()
NO_FIGURES = ((), ())
# What a kernel of 3x3 does not fit behind one of 5x5.
SHORT = {"size": 32, "stride1": 4, "padding1": "valid", "padding2": "valid"}
SHORT |= {"dilation2": 4, "kernel2": (1, 1)}


def noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.3, shape).astype(np.float32)


TWO = {
    "a.weight": noise(8, 3, 5, 5),
    "a.bias": noise(8, seed=1),
    "b.weight": noise(4, 8, 3, 3, seed=2),
}


def file_of(tensors: dict[str, np.ndarray]) -> io.BytesIO:
    return io.BytesIO(save(tensors))


@pytest.fixture(params=["disk", "server"])
def kept(request, tmp_path) -> tuple[Settings, OnDisk | InServer]:
    """The settings of each store, and the place that ages what is in it."""
    if request.param == "disk":
        return Settings(data_dir=tmp_path), OnDisk(tmp_path / "weights", WEIGHTS)
    place = request.getfixturevalue("in_server")
    return Settings(data_dir=tmp_path, store=place.url), InServer(place.url, WEIGHTS)


@pytest.fixture
def imports(tmp_path) -> Imports:
    return Imports(Settings(data_dir=tmp_path), JOBS)


@pytest.fixture(scope="module")
def reading(tmp_path_factory) -> Imports:
    """Imports that keep nothing."""
    return Imports(Settings(data_dir=tmp_path_factory.mktemp("nothing")), JOBS)


@pytest.fixture
def lab(tmp_path):
    lab = Lab(Settings(data_dir=tmp_path), Samples(STATIC / "samples"))
    yield lab
    lab.close()


def take(
    imports: Imports, tensors: dict[str, np.ndarray], choice: Choice = ANY
) -> ReadConvolutions:
    return imports.take(file_of(tensors), choice)


def named(first: str | None = None, second: str | None = None) -> Choice:
    return Choice(first=LayerChoice(name=first), second=LayerChoice(name=second))


def names_of(taken: ReadConvolutions) -> tuple[str, str]:
    first, second = (layer.found.name for layer in taken.extracted.layers)
    return first, second


def test_what_was_imported_is_found_as_it_was_by_every_replica(kept):
    settings, _ = kept
    imported = Imports(settings, JOBS).keep(take(Imports(settings, JOBS), TWO))

    first, second = (Imports(settings, JOBS).bank(imported.id, number) for number in (1, 2))

    np.testing.assert_array_equal(first.weight, TWO["a.weight"])
    np.testing.assert_array_equal(first.bias, TWO["a.bias"])
    np.testing.assert_array_equal(second.weight, TWO["b.weight"])
    np.testing.assert_array_equal(second.bias, np.zeros(4))
    assert imported.id.startswith("8x3x5x5-4x8x3x3-")
    assert not first.weight.flags.writeable


def test_imports_are_kept_for_their_time_and_no_longer(kept):
    settings, place = kept
    imported = Imports(settings, JOBS).keep(take(Imports(settings, JOBS), TWO))
    key = imported.id.rpartition("-")[2]
    place.age(key, 24 * HOUR - 60)
    assert 0 < Imports(settings, JOBS).seconds_left(imported.id) <= 60
    place.age(key, 61)

    later = Imports(settings, JOBS)

    assert later.seconds_left(imported.id) < 0
    with pytest.raises(UnknownWeights, match="24 hours; import the file again"):
        later.bank(imported.id, 1)


def test_a_token_deletes_its_own_import_and_no_other(kept):
    settings, _ = kept
    imports = Imports(settings, JOBS)
    first, second = (imports.keep(take(imports, TWO)) for _ in range(2))
    assert first.id == second.id
    assert first.token != second.token

    with pytest.raises(WrongToken):
        imports.delete(first.id, "wrong")
    imports.delete(first.id, first.token)
    imports.find(first.id)  # which someone else holds
    imports.delete(first.id, second.token)

    with pytest.raises(UnknownWeights):
        imports.find(first.id)
    with pytest.raises(UnknownWeights):
        imports.delete(first.id, second.token)


def test_an_id_whose_shapes_are_not_those_kept_is_not_found(imports):
    imported = imports.keep(take(imports, TWO))
    other = "4x3x5x5-4x8x3x3-" + imported.id.rpartition("-")[2]

    with pytest.raises(UnknownWeights):
        imports.find(other)


def test_pictures_and_weights_are_told_apart_in_one_store(kept):
    settings, _ = kept
    imported = Imports(settings, JOBS).keep(take(Imports(settings, JOBS), TWO))
    lab = Lab(settings, Samples(STATIC / "samples"))
    try:
        assert not lab.pictures.has(imported.id.rpartition("-")[2])
        assert lab.imports.seconds_left(imported.id) > 0
    finally:
        lab.close()


def test_the_nearest_tensor_behind_that_chains_goes_with_one_that_is_named(imports):
    tensors = {
        "1.weight": noise(4, 8, 3, 3),
        "2.weight": noise(8, 3, 3, 3),
        "3.weight": noise(8, 3, 5, 5),
        "4.weight": noise(6, 8, 1, 1),
        "5.weight": noise(7, 8, 1, 1),
    }

    def names(**choice: str) -> tuple[str, str]:
        return names_of(take(imports, tensors, named(**choice)))

    assert names() == ("2.weight", "4.weight")
    assert names(first="3.weight") == ("3.weight", "4.weight")
    assert names(second="5.weight") == ("3.weight", "5.weight")
    assert names(second="1.weight") == ("2.weight", "1.weight")
    assert names(first="2.weight", second="1.weight") == ("2.weight", "1.weight")
    with pytest.raises(NoPair, match="would work"):
        names(first="4.weight")


@pytest.mark.parametrize("field", ["first", "second"])
def test_a_name_that_the_file_does_not_have_is_refused_by_the_field_that_gave_it(imports, field):
    with pytest.raises(NoSuchConvolution) as refused:
        take(imports, TWO, named(**{field: "c.weight"}))

    assert refused.value.field == field


def test_an_order_that_is_corrected_turns_the_axes(imports):
    tensors = {
        "a.weight": noise(3, 3, 3, 8),  # HWIO in a format whose habit is OIHW
        "b.weight": noise(5, 5, 8, 4),
    }
    choice = Choice(
        first=LayerChoice(name="a.weight", order="HWIO"),
        second=LayerChoice(name="b.weight", order="HWIO"),
    )

    one = take(imports, tensors, choice).one

    first, second = (layer.weight for layer in one.layers)
    assert (first.shape, second.shape) == ((8, 3, 3, 3), (4, 8, 5, 5))
    np.testing.assert_array_equal(first[6, 1], tensors["a.weight"][:, :, 1, 6])
    np.testing.assert_array_equal(second[2, 7], tensors["b.weight"][:, :, 7, 2])
    assert one.origin.first_order == "HWIO"


def test_a_file_in_which_nothing_chains_as_read_is_listed_for_correction(imports):
    tensors = {"a.weight": noise(3, 3, 3, 8), "b.weight": noise(4, 8, 5, 5)}  # of two conventions

    contents = imports.contents(file_of(tensors))

    assert contents.first is contents.second is None
    assert "chain" in str(contents.why_none)
    assert [(one.order, one.fits, one.fits_otherwise) for one in contents.convolutions] == [
        ("OIHW", True, True),
        ("OIHW", True, True),
    ]


def test_of_very_many_convolutions_those_that_fit_are_listed_in_the_order_of_the_file(imports):
    wide = {f"a{number:03}.weight": np.zeros((129, 1, 1, 129), "f4") for number in range(250)}
    fitting = {f"b{number:03}.weight": noise(3, 3, 1, 1) for number in range(10)}

    contents = imports.contents(file_of(wide | fitting))

    assert contents.count == 260
    names = [one.name for one in contents.convolutions]
    assert len(names) == 256
    assert names == sorted(names)
    assert set(fitting) <= set(names)


def test_the_contents_propose_the_pair_that_is_taken(imports):
    contents, taken = imports.contents(file_of(TWO)), take(imports, TWO)

    assert (contents.first, contents.second) == names_of(taken)
    assert contents.why_none is None


def test_shapes_come_from_the_file_and_the_rest_from_the_lab(imports):
    values = {"size": 64, "filters1": 9, "kernel2": (7, 7), "stride1": 2, "padding2": "valid"}
    values |= {"activation1": "tanh", "pool2": "max", "kind2": "separable", "bias1": False}
    state = build("coffee", values | {"scale": "map", "mute": frozenset({8}), "seed": 5})

    its = with_imported_weights(state, take(imports, TWO))

    first, second = its.stack.layers
    assert its.image_id == "coffee"
    assert (first.filters, first.kernel, first.stride, first.activation) == (8, (5, 5), 2, "tanh")
    assert (second.filters, second.kernel, second.padding, second.pool) == (
        *(4, (3, 3)),
        *("valid", "max"),
    )
    assert (first.bias, second.kind, its.mute, its.stack.size) == (
        True,
        "standard",
        frozenset(),
        64,
    )
    assert its.display.scale == "map"
    assert first.weights == second.weights


def test_grey_pictures_and_groups_follow_from_the_file(imports):
    grey = {"a.weight": noise(8, 1, 3, 3), "b.weight": noise(6, 4, 3, 3)}

    stack = with_imported_weights(build("cat", {}), take(imports, grey)).stack

    assert stack.channels == 1
    assert [layer.groups for layer in stack.layers] == [1, 2]


@pytest.mark.parametrize(
    ("means", "deviations", "normalise"),
    [
        ((0.5,), (0.25,), (0.5, 0.5, 0.5, 0.25, 0.25, 0.25)),
        ((0.4, 0.5, 0.6), (), (0.4, 0.5, 0.6, 1, 1, 1)),
        ((), (0.1, 0.2, 0.3), (0, 0, 0, 0.1, 0.2, 0.3)),
        ((), (), "imagenet"),
    ],
)
def test_figures_of_the_input_become_the_setting(imports, means, deviations, normalise):
    state = build("cat", {"normalise": "imagenet"})

    its = with_imported_weights(state, take(imports, TWO), means=means, deviations=deviations)

    assert its.stack.normalise == normalise


def test_figures_for_other_channels_are_not_kept(imports):
    state = build("cat", {"normalise": (0.5, 0.5, 0.5, 1.0, 1.0, 1.0)})
    grey = {"a.weight": noise(8, 1, 3, 3), "b.weight": noise(6, 8, 3, 3)}

    assert with_imported_weights(state, take(imports, grey)).stack.normalise == "centre"
    assert with_imported_weights(state, take(imports, TWO)).stack.normalise == state.stack.normalise


@pytest.mark.parametrize(
    ("settings", "figures", "field"),
    [
        ({}, ((0.1, 0.2), ()), "mean"),
        ({}, ((), (0.1, 0.2)), "deviation"),
        ({}, ((), (0.0,)), "normalise"),
        (SHORT, NO_FIGURES, "kernel2"),
    ],
)
def test_what_does_not_go_together_is_refused_and_nothing_is_kept(lab, settings, figures, field):
    state = build("cat", settings)

    with pytest.raises(SpecError) as refused:
        import_weights(lab.imports, lab.passes.limits, state, file_of(TWO), ANY, figures)

    assert refused.value.field == field
    assert lab.imports.store.held == 0


@given(
    st.sampled_from([1, 3]),
    st.integers(1, 6),
    st.sampled_from([1, 2, 3]),
    st.integers(1, 4),
    st.tuples(st.integers(1, 11), st.integers(1, 11)),
)
def test_the_flat_form_of_an_import_is_that_very_import(
    reading, channels, half, groups, filters, kernel
):
    tensors = {
        "a.weight": noise(half * groups, channels, *kernel),
        "b.weight": noise(filters * groups, half, 3, 3),
    }
    # Some of these shapes chain in two orders of the axes.
    first, second = (LayerChoice(name=f"{name}.weight", order="OIHW") for name in "ab")
    taken = take(reading, tensors, Choice(first=first, second=second))

    its = with_imported_weights(build("cat", {}), taken)

    assert build("cat", flatten(its)) == its
    assert [layer.weights for layer in its.stack.layers] == [taken.name] * 2


def bytes_in_caches(lab: Lab) -> int:
    """Count what is kept, without banks made from a seed: they hold nothing of anybody."""
    gc.collect()  # the caches of other tests
    caches = [one for one in gc.get_objects() if isinstance(one, ByteCache)]
    return sum(one.nbytes for one in caches) - lab.passes.banks._made.nbytes


def look_at_everything(lab: Lab, state: State) -> None:
    lab.page.view(state)
    fold_view(lab.passes, state, 2, 1)
    wall_view(lab.passes, state, 2)
    lab.projections.view(state, 2, 1)
    lab.projections.view(state, 1, 1, samples=True)
    for layer in (1, 2):
        lab.sheets.png(state, layer, 96)


def imported_state(lab: Lab, **settings: object) -> tuple[State, str, str]:
    state = build("cat", {"size": 64, **settings})
    imported, its = import_weights(
        lab.imports, lab.passes.limits, state, file_of(TWO), ANY, NO_FIGURES
    )
    return its, imported.id, imported.token


def test_nothing_computed_with_deleted_weights_stays_in_a_cache(lab):
    lab.page.view(build("cat", {"size": 64}))  # the picture stays
    lab.projections.view(build("cat", {"size": 64}), 1, 1, samples=True)
    lab.ahead.close()
    before = bytes_in_caches(lab)
    state, name, token = imported_state(lab, normalise="none")
    look_at_everything(lab, state)
    assert bytes_in_caches(lab) > before

    lab.imports.delete(name, token)
    lab.close()

    assert bytes_in_caches(lab) == before


def test_what_was_computed_is_refused_once_the_time_is_over_though_it_is_in_memory(lab, tmp_path):
    state, name, _ = imported_state(lab)
    look_at_everything(lab, state)
    OnDisk(tmp_path / "weights", WEIGHTS).age(name.rpartition("-")[2], 25 * HOUR)

    asks = [
        lambda: lab.page.view(state),
        lambda: map_view(lab.passes, state, 1, 0),
        lambda: fold_view(lab.passes, state, 2, 1),
        lambda: wall_view(lab.passes, state, 2),
        lambda: lab.projections.png(state, 2, 1),
        lambda: lab.sheets.png(state, 1, 96),
        lambda: filter_png(lab.passes, state, 2, 0),
        lambda: lab.exports.trace(state),
        lambda: pixel_view(lab.passes, state, (1, 0, 0, 0)),
    ]
    for ask in asks:
        with pytest.raises(UnknownWeights):
            ask()


def test_a_sweep_forgets_what_has_had_its_time(lab, tmp_path):
    _, name, _ = imported_state(lab)
    told: list[str] = []
    lab.imports.when_forgotten(told.append)
    OnDisk(tmp_path / "weights", WEIGHTS).age(name.rpartition("-")[2], 25 * HOUR)

    lab.imports.sweep()

    assert told == [name.rpartition("-")[2]]
    assert lab.imports.store.held == 0


def test_the_oldest_imports_make_room_for_new_ones(tmp_path):
    imports = Imports(Settings(data_dir=tmp_path, weights_store_mib=1), JOBS)
    large = [
        {"a.weight": noise(128, 3, 3, 3, seed=seed), "b.weight": noise(128, 128, 5, 5, seed=seed)}
        for seed in range(2)
    ]
    first, second = (imports.keep(take(imports, tensors)) for tensors in large)

    assert imports.seconds_left(first.id) < 0 < imports.seconds_left(second.id)


def test_a_layer_says_which_tensor_it_was(lab):
    state, name, token = imported_state(lab)

    (origin,) = lab.page.view(state, token=token).imported

    assert (origin.id, origin.format, origin.kept_hours) == (name, "safetensors", 24)
    assert [(one.layer, one.name, one.order) for one in origin.tensors] == [
        (1, "a.weight", "OIHW"),
        (2, "b.weight", "OIHW"),
    ]
    assert origin.deletion.token == token
    assert lab.page.view(state, token="wrong").imported[0].deletion is None
    assert lab.page.view(build("cat", {"size": 64})).imported == ()


@pytest.mark.parametrize("form", [np.savez, np.savez_compressed, save])
def test_the_largest_layers_are_read_from_every_form_of_file(imports, form):
    tensors = {"a.weight": noise(128, 3, 11, 11), "b.weight": noise(128, 128, 11, 11, seed=1)}
    file = io.BytesIO()
    file.write(save(tensors)) if form is save else form(file, **tensors)

    first, second = (layer.weight for layer in imports.take(file, ANY).one.layers)

    np.testing.assert_array_equal(first, tensors["a.weight"])
    np.testing.assert_array_equal(second, tensors["b.weight"])


def test_a_pickle_is_refused(imports, tmp_path: Path):
    path = tmp_path / "a.npy"
    np.save(path, np.array([{}, {}], object), allow_pickle=True)

    with path.open("rb") as file, pytest.raises(WeightsError):
        imports.contents(file)
