"""Muting of layer 1 maps: states that differ from a given one only in their muted maps."""

from dataclasses import replace
from functools import lru_cache

from app.lab.state import cost
from app.lab.state.state import State

NO_MAPS: frozenset[int] = frozenset()


def muting(state: State, channel: int) -> State | None:
    """Return the state with one more map muted; None where no map would be left."""
    if len(state.muted | {channel}) == _maps(state):
        return None
    left = state.solo - {channel}
    if left:
        return replace(state, solo=left)
    return replace(state, mute=state.muted | {channel}, solo=NO_MAPS)


def hearing(state: State, channel: int) -> State:
    """Return the state with one map no longer muted."""
    if not state.solo:
        return replace(state, mute=state.mute - {channel})
    heard = state.solo | {channel}
    return hearing_all(state) if len(heard) == _maps(state) else replace(state, solo=heard)


def hearing_only(state: State, channel: int) -> State:
    """Return the state with every map but one muted."""
    return replace(state, mute=NO_MAPS, solo=frozenset({channel}))


def hearing_all(state: State) -> State:
    """Return the state with no map muted."""
    return replace(state, mute=NO_MAPS, solo=NO_MAPS)


@lru_cache(maxsize=64)  # an answer about layer 1 asks for it several times
def layer1_alone(state: State) -> State:
    """Return the state with the same layer 1, nothing muted, and a layer 2 that costs next to nothing."""
    return hearing_all(replace(state, stack=cost.with_minimal_layer2(state.stack)))


def _maps(state: State) -> int:
    return state.stack.layers[0].filters
