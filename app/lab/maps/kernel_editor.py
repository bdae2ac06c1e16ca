"""Kernels set by hand: states that differ from a given one in a kernel, and the view of one that is being set."""

from collections.abc import Sequence
from dataclasses import replace

from app.engine.compute.trace import FilterBank
from app.engine.errors import PlaceError, SpecError
from app.engine.spec import edits
from app.engine.spec.edits import Edit, rounded
from app.engine.weights.presets import PRESETS
from app.lab.compute.passes import Passes
from app.lab.maps.views import EditorView, PresetView
from app.lab.pieces.kernels import input_names
from app.lab.state.state import State
from app.messages import Message

Place = tuple[int, int, int]  # layer, filter, input channel


def setting(state: State, place: Place, weights: Sequence[float]) -> State:
    """Return the state in which one kernel has these weights, row by row.

    Raises:
        SpecError: too many kernels are set, or a weight is no usable number.
    """
    layer, row, channel = place
    one = Edit(row, channel, tuple(map(rounded, weights)))
    return _with(state, layer, (*_others(state, place), one))


def resetting(state: State, place: Place) -> State:
    """Return the state in which one kernel is that of its bank."""
    return _with(state, place[0], _others(state, place))


def resetting_all(state: State, layer: int) -> State:
    """Return the state in which every kernel of a layer is that of its bank."""
    return _with(state, layer, ())


def is_settable(state: State, place: Place) -> bool:
    """Tell whether there is such a kernel, and one that can be set."""
    layer, row, channel = place
    stack = state.stack
    if stack.layers[layer - 1].factored:
        return False
    return channel in stack.channels_read(layer, row)


def open_editor(passes: Passes, state: State, place: Place) -> EditorView:
    """Describe one kernel that is being set, as it is before any turning.

    Raises:
        PlaceError: the filter has no such kernel, or none that can be set.
    """
    layer, _, channel = place
    unturned = replace(state.stack, flip=False)
    names = input_names(state.stack, layer, passes.banks.bank(unturned, 1))
    known = names[channel] if channel < len(names) else None
    return editor_view(state, place, passes.banks.bank(unturned, layer), known)


def editor_view(state: State, place: Place, bank: FilterBank, name: Message | None) -> EditorView:
    """Describe one kernel that is being set.

    `bank` is that of the layer, with no kernel turned; `name` that of the channel that the kernel reads.

    Raises:
        PlaceError: the filter has no such kernel, or none that can be set.
    """
    layer, row, channel = place
    if not is_settable(state, place):
        raise PlaceError("kernel", channel, state.stack.channels_read(layer, row))
    kernel = bank.full[row, channel]
    weights = tuple(rounded(weight) for weight in kernel.ravel().tolist())
    others, own = _others(state, place), _own(state, place)
    most = edits.most_kernels((kernel.shape[0], kernel.shape[1]))
    return EditorView(
        layer=layer,
        filter=row,
        channel=channel,
        name=name,
        height=kernel.shape[0],
        width=kernel.shape[1],
        weights=weights,
        edited=own is not None,
        is_full=own is None and len(others) >= most,
        most=most,
        set_by_hand=len(others) + (own is not None),
        presets=tuple(
            PresetView(name=one.name, title=one.title, weights=found, chosen=found == weights)
            for one in PRESETS.values()
            if (found := _preset(one.weights((kernel.shape[0], kernel.shape[1])))) is not None
        ),
    )


def _preset(weights: tuple[float, ...] | None) -> tuple[float, ...] | None:
    return None if weights is None else tuple(map(rounded, weights))


def _with(state: State, layer: int, kept: tuple[Edit, ...]) -> State:
    layers = list(state.stack.layers)
    try:
        layers[layer - 1] = replace(layers[layer - 1], edit=kept)
    except SpecError as error:
        raise error.of_layer(layer) from None
    return replace(state, stack=replace(state.stack, layers=(layers[0], layers[1])))


def _own(state: State, place: Place) -> Edit | None:
    found = state.stack.layers[place[0] - 1].edit
    return next((one for one in found if (one.filter, one.channel) == place[1:]), None)


def _others(state: State, place: Place) -> tuple[Edit, ...]:
    found = state.stack.layers[place[0] - 1].edit
    return tuple(one for one in found if (one.filter, one.channel) != place[1:])
