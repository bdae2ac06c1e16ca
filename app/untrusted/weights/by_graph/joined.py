"""Joins what several nodes say about one convolution: a bias that is added, padding in front of it, an activation
in two nodes; and finds what is done to the input of a network.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.untrusted.weights.by_graph.constants import small_values
from app.untrusted.weights.by_graph.graph import makers, uses
from app.untrusted.weights.description import Operation, Tensor

CONVOLUTIONS = ("conv", "depthwise", "separable", "transposed")
_NO_PADS = (0, 0, 0, 0)
_MOST_CHANNELS = 3  # of a picture

Tensors = dict[str, Tensor]


def joined(operations: Sequence[Operation], tensors: Tensors) -> tuple[Operation, ...]:
    """Return the operations with biases, padding, activations and scales of the input joined."""
    steps = list(operations)
    made, used = makers(steps), uses(steps)
    gone: set[int] = set()
    for place, each in enumerate(steps):
        source = made.get(each.reads[0]) if len(each.reads) == 1 else None
        if each.kind in CONVOLUTIONS and source is not None and used[each.reads[0]] == 1:
            _join_padding(steps, source, place, gone)
        elif each.settings.get("type") == "Add":
            _join_bias(steps, place, made, used, gone, tensors)
        elif each.settings.get("type") == "Mul":
            _join_silu(steps, place, made, used, gone)
    found = [each for place, each in enumerate(steps) if place not in gone]
    return tuple(_scaled_inputs(found, tensors))


def _join_padding(steps: list[Operation], source: int, place: int, gone: set[int]) -> None:
    padding, conv = steps[source], steps[place]
    own = conv.settings.get("auto_pad", "NOTSET"), tuple(conv.settings.get("pads", _NO_PADS))
    if padding.kind != "padding" or own[0] not in ("NOTSET", "VALID"):
        return
    mode = padding.settings["padding_mode"]
    has_own = own[0] == "NOTSET" and any(own[1])
    if has_own and mode != "zeros":
        return
    pads = tuple(
        map(sum, zip(padding.settings["pads"], own[1] if has_own else _NO_PADS, strict=True))
    )
    settings = {**conv.settings, "pads": pads, "auto_pad": "NOTSET", "padding_mode": mode}
    steps[place] = replace(conv, reads=padding.reads[:1], settings=settings)
    gone.add(source)


def _join_bias(
    steps: list[Operation],
    place: int,
    made: dict[str, int],
    used: dict[str, int],
    gone: set[int],
    tensors: Tensors,
) -> None:
    add = steps[place]
    value, constant = _value_and_constant(add, tensors)
    source = made.get(value) if value else None
    if source is None or constant is None or used[str(value)] != 1:
        return
    conv = steps[source]
    weight = tensors.get(conv.parts.get("weight", ""))
    if conv.kind not in ("conv", "transposed") or weight is None or "bias" in conv.parts:
        return
    if len(weight.shape) != 4:
        return
    filters = (
        weight.shape[0] if conv.kind == "conv" else weight.shape[1] * conv.settings.get("groups", 1)
    )
    flat = _per_channel(tensors[constant], filters)
    if flat is None:
        return
    tensors[flat.name] = flat
    steps[source] = replace(conv, parts={**conv.parts, "bias": flat.name}, makes=add.makes)
    gone.add(place)
    for name in add.makes:
        made[name] = source


def _per_channel(tensor: Tensor, filters: int) -> Tensor | None:
    """Return a constant that is added to maps as one value for each map; None if it is anything else."""
    sizes = tensor.shape
    if sizes not in ((filters, 1, 1), (1, filters, 1, 1)):
        return None
    load = tensor.load
    return replace(tensor, shape=(filters,), load=lambda: load().reshape(filters))


def _join_silu(
    steps: list[Operation],
    place: int,
    made: dict[str, int],
    used: dict[str, int],
    gone: set[int],
) -> None:
    """Join x * sigmoid(x) or x * hard_sigmoid(x), as exporters write silu and hard_swish."""
    multiply = steps[place]
    for value, gate in (multiply.reads, multiply.reads[::-1]) if len(multiply.reads) == 2 else ():
        source = made.get(gate)
        if source is None or used[gate] != 1 or used[value] != 2:
            continue
        word = steps[source].settings.get("function")
        if steps[source].reads == (value,) and word in ("sigmoid", "hard_sigmoid"):
            function = "silu" if word == "sigmoid" else "hard_swish"
            steps[place] = replace(
                multiply, kind="activation", reads=(value,), settings={"function": function}
            )
            gone.add(source)
            used[value] = 1
            return


def _scaled_inputs(steps: list[Operation], tensors: Tensors) -> list[Operation]:
    """Return the operations with what is done to the input by constants as scale and offset."""
    made = {name for each in steps for name in each.makes}
    found: list[Operation] = []
    for each in steps:
        value, constant = _value_and_constant(each, tensors)
        figures = small_values(constant, tensors, _MOST_CHANNELS) if constant else None
        word = each.settings.get("type")
        good = value is not None and value not in made and figures is not None
        first = bool(each.reads) and each.reads[0] == value
        if (
            good
            and figures
            and word in ("Add", "Sub", "Mul", "Div")
            and (first or word in ("Add", "Mul"))
        ):
            scale, offset = _linear(str(word), [float(one) for one in figures])
            if scale is not None:
                settings = {"scale": scale, "offset": offset}
                each = replace(each, kind="input_scale", reads=(str(value),), settings=settings)
                made -= set(each.makes)  # the next one may also be done to the input
        found.append(each)
    return found


def _linear(word: str, figures: list[float]) -> tuple[tuple[float, ...] | None, tuple[float, ...]]:
    if word == "Div" and 0 in figures:
        return None, ()
    if word in ("Add", "Sub"):
        return (1.0,), tuple(figures if word == "Add" else [-each for each in figures])
    return tuple(figures if word == "Mul" else [1 / each for each in figures]), (0.0,)


def _value_and_constant(each: Operation, tensors: Tensors) -> tuple[str | None, str | None]:
    if each.kind != "other" or len(each.reads) != 2:
        return None, None
    constants = [name in tensors for name in each.reads]
    if constants.count(True) != 1:
        return None, None
    return each.reads[constants.index(False)], each.reads[constants.index(True)]
