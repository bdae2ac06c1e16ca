"""What works is calculated; here each value is tried, by making a state with it."""

from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.engine.spec.geometry import Kind
from app.engine.spec.layer import (
    DILATIONS,
    FILTERS,
    KERNELS,
    MULTIPLIERS,
    PADDINGS,
    POOL_SIZES,
    STRIDES,
    Activation,
    PaddingMode,
    Pool,
)
from app.engine.spec.stack import SIZES
from app.engine.weights.request import Distribution, Initialiser
from app.lab.state import cost
from app.lab.state.setting_conflicts import refusal, works
from app.lab.state.state import LAYERS, build, flatten

FEW = st.sampled_from((1, 2, 3, 4, 6, 8, 12, 32, 64, 128))
SIDES = st.sampled_from(KERNELS)
OF_LAYER = {
    "filters": FEW | st.sampled_from(FILTERS),
    "kernel": st.tuples(SIDES, SIDES),
    "stride": st.sampled_from(STRIDES),
    "dilation": st.sampled_from(DILATIONS),
    "padding": st.sampled_from(("same", "valid", *PADDINGS)),
    "padding_mode": st.sampled_from(get_args(PaddingMode)),
    "kind": st.sampled_from(get_args(Kind)),
    "groups": FEW,
    "multiplier": FEW | st.sampled_from(MULTIPLIERS),
    "bias": st.booleans(),
    "activation": st.sampled_from(get_args(Activation)),
    "pool": st.sampled_from(get_args(Pool)),
    "pool_size": st.sampled_from(POOL_SIZES),
    "weights": st.sampled_from((None, weight_names.RANDOM, weight_names.TRAINED, "gabor")),
    "initialiser": st.sampled_from(get_args(Initialiser)),
    "distribution": st.sampled_from(get_args(Distribution)),
}
SETTINGS = {
    "size": st.sampled_from((32, 33, 40, 256, 512)) | st.sampled_from(SIZES),
    "channels": st.sampled_from(("rgb", "grey")),
    "normalise": st.sampled_from(("centre", "none", (0.5, 0.5), (0.5,) * 6)),
    "mute": st.frozensets(st.integers(0, 8), max_size=2),
    "seed": st.integers(0, 9),
    "flip": st.booleans(),
    "fit": st.sampled_from(("crop", "pad")),
    "scale": st.sampled_from(("layer", "map")),
    **{f"{name}{number}": values for number in LAYERS for name, values in OF_LAYER.items()},
}
CHOSEN_ELSEWHERE = ("weights", "normalise")  # of these a form knows what works
CHANGED = st.sampled_from([name for name in SETTINGS if name.rstrip("12") not in CHOSEN_ELSEWHERE])
LIMITS = st.builds(
    cost.CostLimits,
    multiply_adds=st.sampled_from((5 * 10**7, 10**8, 10**9, 8 * 10**9)),
    nbytes=st.sampled_from((2**20, 2**25, 2**28)),
)


def tried(values, limits):
    try:
        cost.check(build("cat", values).stack, limits)
    except SpecError as error:
        return str(error)
    return None


@st.composite
def states(draw, limits):
    """Return the settings of a state within the limits, in its flat form; few differ from the default."""
    values = {"size": 32}
    for name in draw(st.lists(st.sampled_from(list(SETTINGS)), max_size=8, unique=True)):
        more = values | {name: draw(SETTINGS[name], label=name)}
        values = values if tried(more, limits) else more
    return flatten(build("cat", values))


@given(data=st.data(), limits=LIMITS)
def test_what_is_calculated_is_what_making_a_state_tells(data, limits):
    values = data.draw(states(limits))
    names = data.draw(st.lists(CHANGED, min_size=1, max_size=3, unique=True))
    changes = {name: data.draw(SETTINGS[name], label=name) for name in names}

    expected = tried(values | changes, limits)

    assert works(values, changes, limits) == (expected is None)
    found = refusal(values, changes, limits)
    assert (None if found is None else str(found)) == expected
