"""The configuration of a Keras model, walked as data: its layers in order, and what each reads.

Nothing is built or run; a Lambda layer is only a word here.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.messages import sentence
from app.untrusted.weights.errors import BrokenWeights, UnsupportedWeights
from app.untrusted.weights.readers.keras_layers import OLD

MODELS = ("Sequential", "Functional", "Model")
_MOST_LAYERS = 4096
_MOST_DEPTH = 16


@dataclass(frozen=True, kw_only=True)
class Layer:
    """One use of a layer: its class, its settings, where it stands, and what it reads and makes.

    `scope` are the names of the models that hold it, `place` its number among the layers of its class there, and
    `words` and `places` the classes and numbers of those models.
    """

    word: str
    name: str
    config: Mapping[str, Any]
    scope: tuple[str, ...]
    group: tuple[str, ...]
    reads: tuple[str, ...]
    makes: str


def layers(text: str) -> list[Layer]:
    """Return the layers of a configuration that are no models themselves, in order.

    Raises:
        BrokenWeights, UnsupportedWeights: it is no configuration, or too large.
    """
    try:
        config = json.loads(text)
        walk = _Walk()
        walk.model(config, (), (), ("input",))
    except (ValueError, RecursionError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BrokenWeights(
            sentence(
                "The configuration in the Keras file cannot be read; the model saved again would "
                "work."
            )
        ) from error
    return walk.found


class _Walk:
    def __init__(self) -> None:
        self.found: list[Layer] = []

    def model(
        self,
        model: Mapping[str, Any],
        scope: tuple[str, ...],
        group: tuple[str, ...],
        inputs: tuple[str, ...],
    ) -> str:
        """Add the layers of a model that reads `inputs`, and return what it makes."""
        if len(scope) > _MOST_DEPTH:
            raise UnsupportedWeights(
                sentence(
                    "The Keras file nests models deeper than {most}; fewer would work.",
                    most=_MOST_DEPTH,
                )
            )
        config = model["config"]
        listed = (
            config if isinstance(config, list) else config["layers"]
        )  # Keras 1 has only the list
        made: dict[tuple[str, int], str] = {}
        last, counts = inputs[0], dict[str, int]()
        starts = iter(inputs)
        for each in listed:
            word, name = _word(each), _name(each)
            stored = snake_case(word)
            number = counts[stored] = counts.get(stored, -1) + 1
            place = (*group, f"{stored}_{number}" if number else stored)
            if word == "InputLayer":
                last = made[name, 0] = next(starts, f"{'/'.join((*scope, name))}:input")
                continue
            nodes = _nodes(each) if "inbound_nodes" in each else [None]
            for index, node in enumerate(nodes):
                reads = (last,) if node is None else tuple(
                    made.get(source, "/".join(map(str, source))) for source in node
                )  # fmt: skip
                last = made[name, index] = self._layer(each, word, name, scope, place, reads, index)
        outputs = config.get("output_layers") if isinstance(config, dict) else None
        for source in _sources(outputs) if outputs else ():
            return made.get(source, last)
        return last

    def _layer(
        self,
        each: Mapping[str, Any],
        word: str,
        name: str,
        scope: tuple[str, ...],
        place: tuple[str, ...],
        reads: tuple[str, ...],
        index: int,
    ) -> str:
        if word in MODELS and reads:
            return self.model(each, (*scope, name), place, reads)
        makes = f"{'/'.join((*scope, name))}#{index}"
        self.found.append(
            Layer(word=word, name=name, config=each["config"], scope=scope, group=place,
                  reads=reads, makes=makes)
        )  # fmt: skip
        if len(self.found) > _MOST_LAYERS:
            raise UnsupportedWeights(
                sentence(
                    "The Keras file has more than {most:,} layers; fewer would work.",
                    most=_MOST_LAYERS,
                )
            )
        return makes


def snake_case(word: str) -> str:
    """Return a class name as Keras names the group of its weights: SeparableConv2D, separable_conv2d."""
    parts = []
    for index, letter in enumerate(word):
        before = word[index - 1] if index else ""
        behind = word[index + 1 : index + 2]
        starts = letter.isupper() and (before.islower() or (before.isupper() and behind.islower()))
        parts.append(f"_{letter}" if starts and before else letter)
    return "".join(parts).lower()


def _word(layer: Mapping[str, Any]) -> str:
    word = str(layer["class_name"])
    return OLD.get(word, word)


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name") or layer["config"]["name"])


def _nodes(layer: Mapping[str, Any]) -> list[tuple[tuple[str, int], ...] | None]:
    nodes = [tuple(_sources(node)) for node in layer["inbound_nodes"]]
    return [node for node in nodes if node] or [()]


def _sources(node: object) -> Iterator[tuple[str, int]]:
    """Yield the layers that a node reads, in the ways in which Keras 2 and 3 write them."""
    match node:
        case {"keras_history": [str() as name, int() as index, *_]}:
            yield name, index
        case [str() as name, int() as index, int(), *_]:
            yield name, index
        case dict():
            for each in node.values():
                yield from _sources(each)
        case list():
            for each in node:
                yield from _sources(each)
