"""Imports the files of random nets as the page does, and compares the maps with those of the packages."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from app.engine.arrays import Float
from app.engine.errors import EngineError
from app.lab.keep.views import ContentsView, ConvolutionView, ImportedView
from app.lab.lab import Lab
from app.lab.state.state import CHANNEL_WORDS, State, build
from app.lab.weights.adopted_settings import import_weights
from app.messages import Message, Refusal
from app.untrusted.weights.layers.choice import Choice
from app.untrusted.weights.layers.contents import NOT_DIRECTLY
from app.untrusted.weights.layers.remarks import CHANNELS_GUESSED
from tools.interop.random_nets.net import Net, Package, Part, parts, random_net
from tools.interop.random_nets.save import PICTURES

TOLERANCE = 1e-4
SAMPLE = "cat"
SEEN = {"size": 64, "normalise": "none"}
NO_WEIGHTS = {"weights1": "random", "weights2": "random"}  # so that any number of channels works
KINDS = {"conv": "standard", "depthwise": "depthwise", "separable": "separable"}
READ_BY_HAND = ("stride", "dilation", "padding", "padding_mode", "activation", "pool", "pool_size")


class OtherConvolutions(Exception):
    """The page found other convolutions than the net has."""


@dataclass
class Result:
    """What came of the nets of one package. `differing` has the seeds and reasons of those that fail."""

    package: Package
    equal: int = 0
    named: int = 0
    said: Counter[str] = field(default_factory=Counter)
    differing: dict[int, str] = field(default_factory=dict)
    greatest: float = 0.0

    @property
    def nets(self) -> int:
        """Return how many were compared."""
        return self.equal + self.named + len(self.differing)

    def add(self, seed: int, difference: float, said: list[Message]) -> None:
        """Count a net with the greatest difference of its maps, and what the page could not follow."""
        if difference <= TOLERANCE:
            self.equal += 1
            self.greatest = max(self.greatest, difference)
        elif said:
            self.named += 1
            self.said.update({each.text for each in said})
        else:
            self.differing[seed] = f"greatest difference {difference:.1e}, and nothing was said"


def write_pictures(lab: Lab, folder: Path) -> None:
    """Save the picture that the nets see, as the lab prepares it."""
    pictures = {
        str(channels): lab.passes.run(build(SAMPLE, {**SEEN, **NO_WEIGHTS, "channels": word})).image
        for channels, word in CHANNEL_WORDS.items()
    }
    np.savez(folder / PICTURES, **pictures)  # type: ignore[arg-type]


def compared(lab: Lab, package: Package, seeds: range, folder: Path) -> Result:
    """Import the nets of a package that are saved in a folder, and compare their maps."""
    result = Result(package)
    for seed in seeds:
        net = random_net(package, seed)
        with np.load(folder / f"{seed}.maps.npz") as file:
            maps = dict(file)
        try:
            view, difference = _imported(lab, net, folder / f"{seed}.{net.form}", maps)
        except (Refusal, EngineError) as error:
            result.differing[seed] = f"refused: {error}"
            continue
        except OtherConvolutions as error:
            result.differing[seed] = str(error)
            continue
        result.add(seed, difference, list(_unfollowed(view)))
    return result


def _imported(lab: Lab, net: Net, path: Path, maps: dict[str, Float]) -> tuple[ImportedView, float]:
    """Return what the page says of a file, and the greatest difference of the maps of its two layers."""
    with path.open("rb") as file:
        contents = lab.imports.contents(file)
        own = _proposed(net, contents)
        state = build(SAMPLE, SEEN) if net.has_graph else _set_by_hand(own)
        limits, none = lab.passes.limits, ((), ())
        view, state = import_weights(lab.imports, limits, state, file, Choice(), none)
    shown = lab.passes.run(state)
    return view, max(
        _difference(shown.layer(number).trace.output, maps[part.maps])
        for number, part in enumerate(own, 1)
    )


def _proposed(net: Net, contents: ContentsView) -> list[Part]:
    """Return the two convolutions of the net that the page proposes as the layers."""
    listed = _in_order(net, contents.convolutions)
    names = [each.name for each in listed]
    held = list(parts(net, [each.kind for each in listed]))
    if len(held) != len(names):
        found = ", ".join(f"{each.name} ({each.kind})" for each in listed)
        raise OtherConvolutions(f"found {found}, where the net has {len(held)} convolutions")
    return [held[names.index(name)] for name in (contents.first, contents.second) if name]


def _in_order(net: Net, found: Sequence[ConvolutionView]) -> list[ConvolutionView]:
    """Return the convolutions in the order of the net; a Keras file of weights sorts them by kind."""
    if net.form != "weights.h5":
        return list(found)
    rank = {KINDS[layer.kind]: -number for number, layer in enumerate(reversed(net.layers))}
    return sorted(found, key=lambda each: rank.get(each.kind, 0))


def _set_by_hand(own: list[Part]) -> State:
    """Return the lab as it is for a reader who knows the net, since its file states only weights."""
    values: dict[str, Any] = {**SEEN, **NO_WEIGHTS}
    for number, part in enumerate(own, 1):
        values |= {f"{name}{number}": getattr(part.layer, name) for name in READ_BY_HAND}
    return build(SAMPLE, values)


def _difference(ours: Float, theirs: Float) -> float:
    return float(np.abs(ours - theirs).max()) if ours.shape == theirs.shape else float("inf")


def _unfollowed(view: ImportedView) -> Iterator[Message]:
    """Yield what the page says that can make maps differ."""
    for each in view.unfollowed:
        inner = [value for _, value in each.values if isinstance(value, Message)]
        yield from inner or [
            each
        ]  # without the number of the layer, so that equal ones are counted together
    yield from (each for each in view.guessed if each.text in CHANNELS_GUESSED)
    if view.relation.text in NOT_DIRECTLY:
        yield view.relation
