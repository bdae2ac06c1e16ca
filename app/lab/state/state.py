"""Everything that an address specifies, as one frozen value, and its flat form: setting names to values."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import lru_cache
from typing import Any, Literal, get_args

from app.engine.errors import SpecError
from app.engine.spec import weight_names
from app.engine.spec.edits import DIGITS, Edit
from app.engine.spec.stack import LayerSpec, StackSpec
from app.lab.state import trained_weights
from app.messages import enumerated, sentence

Fit = Literal["crop", "pad", "stretch"]
Scale = Literal["map", "layer", "stack"]
Contrast = Literal["root", "linear"]
Show = Literal["activation", "unpooled", "preactivation"]
Order = Literal["index", "size"]
Axes = Literal["first", "last"]

LAYERS = (1, 2)
DEFAULT_FILTERS = {1: 64, 2: 32}
CHANNEL_WORDS = {3: "rgb", 1: "grey"}


@dataclass(frozen=True, kw_only=True)
class Display:
    """The colour scale, the array of a layer that is shown, and the order in which channels are added.

    `show` is the layer's output (`activation`: after the activation and the pool), the same before the pool, or
    the pre-activation. `axes` says whether shapes are written channels first or channels last. `over` lays a large
    map over the picture.
    """

    scale: Scale = "layer"
    contrast: Contrast = "root"
    show: Show = "activation"
    order: Order = "index"
    axes: Axes = "first"
    over: bool = False

    def __post_init__(self) -> None:
        choices = (
            ("scale", Scale),
            ("contrast", Contrast),
            ("show", Show),
            ("order", Order),
            ("axes", Axes),
        )
        for name, allowed in choices:
            given, words = getattr(self, name), get_args(allowed)
            if given not in words:
                raise SpecError(
                    name,
                    sentence(
                        "{field} is {given}; {words} would work.",
                        given=given,
                        words=enumerated(words),
                    ),
                )


@dataclass(frozen=True, kw_only=True)
class State:
    """One picture, seen through one stack, shown in one way."""

    image_id: str
    fit: Fit = "crop"
    stack: StackSpec = field(default_factory=StackSpec)
    mute: frozenset[int] = frozenset()
    solo: frozenset[int] = frozenset()
    display: Display = field(default_factory=Display)

    def __post_init__(self) -> None:
        if self.fit not in get_args(Fit):
            raise SpecError(
                "fit",
                sentence(
                    "{field} is {given}; {words} would work.",
                    given=self.fit,
                    words=enumerated(get_args(Fit)),
                ),
            )
        for name in ("mute", "solo"):
            self._check_maps(name, getattr(self, name))
        trained_weights.check_step(self.stack.step)
        if self.mute and self.solo:
            raise SpecError(
                "solo", sentence("{field} and mute are both given; one of them would work.")
            )

    @property
    def muted(self) -> frozenset[int]:
        """Return the maps of layer 1 that are muted for layer 2."""
        every = range(self.stack.layers[0].filters)
        return frozenset(every) - self.solo if self.solo else self.mute

    def _check_maps(self, name: str, given: frozenset[int]) -> None:
        last = self.stack.layers[0].filters - 1
        if given and not 0 <= min(given) <= max(given) <= last:
            wrong = next(one for one in sorted(given) if not 0 <= one <= last)
            raise SpecError(
                name,
                sentence(
                    "{field} is {wrong}; maps 0 to {last} of layer 1 would work.",
                    wrong=wrong,
                    last=last,
                ),
            )


STACK_SETTINGS = ("size", "channels", "normalise", "seed", "flip", "step")
DISPLAY_SETTINGS = tuple(item.name for item in fields(Display))
LAYER_SETTINGS = tuple(item.name for item in fields(LayerSpec))


def build(image_id: str, values: dict[str, Any]) -> State:
    """Build a state from flat `values`; settings that are missing take their defaults.

    Raises:
        SpecError: a value is out of range or contradicts another.
    """
    values = imported_defaults(values) | values
    layers = (_layer(1, values), _layer(2, values))
    stack_values = _only(values, STACK_SETTINGS)
    if "channels" in stack_values:
        stack_values["channels"] = _channel_count(stack_values["channels"])
    stack = StackSpec(layers=layers, **stack_values)
    display = Display(**_only(values, DISPLAY_SETTINGS))
    return State(
        image_id=image_id, stack=stack, display=display, **_only(values, ("fit", "mute", "solo"))
    )


def imported_defaults(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the defaults implied by imported weights among `values`: the shapes of their stack."""
    found: dict[str, Any] = {}
    for number in LAYERS:
        imported = weight_names.imported_layers(str(values.get(f"weights{number}")))
        if not imported:
            continue
        layer = imported[number - 1]
        filters, channels, *kernel = layer.shape
        found[f"kernel{number}"] = tuple(kernel)
        if layer.kind != "depthwise":  # its filters follow from its channels
            found[f"filters{number}"] = filters
        if layer.kind != "standard":
            found |= {f"kind{number}": layer.kind, f"multiplier{number}": layer.multiplier}
        if number == 1:
            found["channels"] = CHANNEL_WORDS[1 if channels == 1 else 3]
        elif layer.kind == "standard":
            found["groups2"] = max(_filters1(values) // channels, 1)
    return found


def _filters1(values: Mapping[str, Any]) -> int:
    """Return the filters of layer 1, as given or else as its imported weights have them."""
    own = weight_names.imported_layers(str(values.get("weights1")))
    if own and own[0].kind == "depthwise":
        return own[0].shape[0]
    filters: int = values.get("filters1", own[0].shape[0] if own else DEFAULT_FILTERS[1])
    return filters


def flatten(state: State) -> dict[str, Any]:
    """Return the flat form: every setting by its name in the address.

    Weights that are the default for their shape are None, so that they change with the shape. In the same way
    the filters of a depthwise layer take their default.
    """
    values: dict[str, Any] = {name: getattr(state.stack, name) for name in STACK_SETTINGS}
    values["channels"] = CHANNEL_WORDS[state.stack.channels]
    values |= {"fit": state.fit, "mute": state.mute, "solo": state.solo}
    values |= {name: getattr(state.display, name) for name in DISPLAY_SETTINGS}
    for number, layer in zip(LAYERS, _with_default_weights_open(state.stack), strict=True):
        values |= {f"{name}{number}": getattr(layer, name) for name in LAYER_SETTINGS}
        if layer.kind == "depthwise":  # determined by the other settings, whatever is given
            values[f"filters{number}"] = DEFAULT_FILTERS[number]
    return values


def changed(state: State, name: str, value: object) -> State:
    """Return `state` with one setting changed.

    Raises:
        SpecError: the new value cannot work with the others.
    """
    return build(state.image_id, flatten(state) | {name: value})


def text_of(value: Any) -> str:
    """Format a setting's value as in the address."""
    match value:
        case None:
            return ""
        case bool():
            return "on" if value else "off"
        case frozenset():
            return ",".join(map(str, sorted(value)))
        case (Edit(), *_):
            return "_".join(map(_edit_text, value))
        case (int() as height, int() as width):
            return str(height) if height == width else f"{height}x{width}"
        case tuple():
            return ",".join(f"{figure:g}" for figure in value)
        case _:
            return str(value)


def _edit_text(edit: Edit) -> str:
    weights = ",".join(f"{weight:.{DIGITS}g}" for weight in edit.weights)
    return f"{edit.filter}.{edit.channel},{weights}"


def _layer(number: int, values: Mapping[str, Any]) -> LayerSpec:
    chosen = {
        name: values[f"{name}{number}"] for name in LAYER_SETTINGS if f"{name}{number}" in values
    }
    try:
        return LayerSpec(**{"filters": DEFAULT_FILTERS[number]} | chosen)
    except SpecError as error:
        raise error.of_layer(number) from None


def _channel_count(word: str) -> int:
    for count, name in CHANNEL_WORDS.items():
        if word == name:
            return count
    colour, grey = CHANNEL_WORDS.values()
    raise SpecError(
        "channels",
        sentence(
            "{field} is {word}; {colour} or {grey} would work.", word=word, colour=colour, grey=grey
        ),
    )


def _only(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


@lru_cache(maxsize=512)  # a page with many links uses the same few stacks many times
def _with_default_weights_open(stack: StackSpec) -> tuple[LayerSpec, LayerSpec]:
    first, second = (
        replace(layer, weights=None) if layer.weights == stack.default_weights(number) else layer
        for number, layer in zip(LAYERS, stack.layers, strict=True)
    )
    return first, second


@lru_cache(maxsize=64)
def plain(state: State) -> State:
    """Return the part of a state that the description of a layer depends on, its seed left out."""
    return replace(state, image_id="", stack=replace(state.stack, seed=0), display=Display())
