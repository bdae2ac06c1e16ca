"""What a file states about a layer, as settings that a layer of the stack can have, and what it cannot have."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.messages import Message, sentence
from app.shown_text import shown_text
from app.untrusted.weights.description import Operation
from app.untrusted.weights.layers.layer import Followed, FoundLayer
from app.untrusted.weights.layers.pads import padding

STRIDES = DILATIONS = range(1, 5)
POOL_SIZES = range(2, 9)
PLAIN = ("relu", "silu", "sigmoid", "tanh", "linear")
_NEVER_FALLING = ("relu", "leaky_relu", "elu", "sigmoid", "tanh", "linear")
_SLOPES = {"leaky_relu": 0.01, "elu": 1.0}  # the only ones that a layer of the stack has


def followed(
    layer: FoundLayer, own: Operation, before: Sequence[Operation], behind: Sequence[Operation]
) -> Followed:
    """Return the settings of a layer that its own operation and those around it state.

    `before` are paddings directly before the convolution; `behind` is what follows it up to the next
    convolution, without a BatchNorm that is folded.
    """
    settings: dict[str, Any] = {"activation": "linear", "pool": "none"}
    missed: list[Message] = []
    for name, along, within in (
        ("stride", "strides", STRIDES),
        ("dilation", "dilations", DILATIONS),
    ):
        stated = tuple(own.settings.get(along, (1, 1)))
        settings[name] = min(max(stated[0], within[0]), within[-1])
        if set(stated) != {settings[name]}:
            missed.append(_DIFFERS[name].having(stated=_sizes(stated), used=settings[name]))
    pads, why = padding(layer.shape[2:], own, before)
    settings |= pads
    missed += why
    missed += _after(settings, behind)
    return Followed(settings=settings, unfollowed=tuple(missed))


_DIFFERS = {
    "stride": sentence("The file has a stride of {stated}; the lab uses {used} along both axes."),
    "dilation": sentence(
        "The file has a dilation of {stated}; the lab uses {used} along both axes."
    ),
}


def _after(settings: dict[str, Any], behind: Sequence[Operation]) -> Iterator[Message]:
    """Set the activation and the pool; yield what cannot be followed. Nothing after that is followed."""
    has_activation = has_pool = False
    for operation in behind:
        label = shown_text(operation.label, most=60)
        if operation.kind == "activation" and not has_activation:
            function = _activation(operation)
            if function is None:
                yield sentence(
                    "The activation {label} is not one that a layer here can have; it is left out.",
                    label=label,
                )
            elif has_pool and not (settings["pool"] == "max" and function in _NEVER_FALLING):
                yield sentence(
                    "The activation {label} comes after the pool; here it comes before.",
                    label=label,
                )
                settings["activation"] = function
            else:  # an activation that never falls may as well come before a pool that takes maxima
                settings["activation"] = function
            has_activation = True
        elif operation.kind == "pool" and not has_pool:
            pool, why = _pool(operation, label)
            settings |= pool
            if why:
                yield why
            has_pool = True
        elif operation.kind == "padding":
            continue  # it belongs to the convolution behind it
        elif operation.kind == "batch_norm":
            yield sentence(
                "The BatchNorm {label} does not come directly after the convolution; it is left out.",
                label=label,
            )
        else:
            yield sentence("{label} is not followed.", label=label)


def _activation(operation: Operation) -> str | None:
    function, slope = operation.settings.get("function"), operation.settings.get("slope")
    if function in PLAIN:
        return str(function)
    if function in _SLOPES:
        own = _SLOPES[function]
        return str(function) if slope is None or abs(float(slope) - own) < 1e-6 else None
    if function == "gelu":
        return None if operation.settings.get("approximate") in (True, "tanh") else "gelu"
    return None


def _pool(operation: Operation, label: str) -> tuple[dict[str, Any], Message | None]:
    settings = operation.settings
    function, kernel = settings.get("function"), tuple(settings.get("kernel", ()))
    strides = tuple(settings.get("strides", kernel))
    same = settings.get("auto_pad") in ("SAME_UPPER", "SAME_LOWER")
    pads = any(settings.get("pads", (0, 0, 0, 0))) or same or settings.get("ceil_mode")
    dilated = set(settings.get("dilations", (1, 1))) != {1}
    if function not in ("max", "average") or len(kernel) != 2:
        return {}, sentence("The pool {label} is left out.", label=label)
    if len({*kernel, *strides}) == 1 and kernel[0] in POOL_SIZES and not dilated:
        followed = {"pool": function, "pool_size": kernel[0]}
        if pads:
            return followed, sentence(
                "The pool {label} also reads beyond the edge of the maps; here it reads whole windows only.",
                label=label,
            )
        return followed, None
    if set(kernel) == {1} and set(strides) == {1}:
        return {}, None
    nearest = strides[0] if len(set(strides)) == 1 and strides[0] in POOL_SIZES else None
    if nearest is None:
        return {}, sentence(
            "The pool of {size} with stride {stride} cannot be followed; it is left out.",
            size=_sizes(kernel),
            stride=_sizes(strides),
        )
    return {"pool": function, "pool_size": nearest}, sentence(
        "The pool of {size} with stride {stride} cannot be followed; the lab pools windows of {nearest} × "
        "{nearest} instead.",
        size=_sizes(kernel),
        stride=_sizes(strides),
        nearest=nearest,
    )


def _sizes(stated: Sequence[int]) -> str:
    first, *others = stated
    return str(first) if set(others) <= {first} else " × ".join(map(str, stated))
