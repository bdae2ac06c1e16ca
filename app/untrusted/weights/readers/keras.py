"""The files of Keras: the layers of their configuration joined with the tensors of their HDF5 file."""

import re
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from app.untrusted.weights.description import Description, Operation, Tensor
from app.untrusted.weights.readers.hdf5 import Attributes, Contents
from app.untrusted.weights.readers.keras_config import Layer, layers, snake_case
from app.untrusted.weights.readers.keras_layers import ROLES, figures_of, operations, roles

_ROLE_OF_NAME = {
    "kernel": "weight", "W": "weight", "b": "bias", "bias": "bias", "depthwise_kernel": "depthwise",
    "pointwise_kernel": "pointwise", "gamma": "gamma", "beta": "beta", "moving_mean": "mean",
    "moving_variance": "variance", "running_mean": "mean", "running_std": "variance", "mean": "mean",
    "variance": "variance",
}  # fmt: skip
_CLASS_OF_GROUP = {snake_case(word): word for word in ROLES}
_MOST_CHANNELS = 16  # of the input, whose mean and variance are read


def describe_keras(contents: Contents, config: str | None = None) -> Description:
    """Return what an HDF5 file holds, with the operations that Keras' attributes, or `config`, state.

    Raises:
        BrokenWeights, UnsupportedWeights: the message says what would work.
    """
    root = contents.attributes.get("", {})
    stated = config or root.get("model_config")
    at = "model_weights" if "layer_names" in contents.attributes.get("model_weights", {}) else ""
    found: list[Operation] | None = None
    if isinstance(stated, str):
        found = _from_config(layers(stated), contents, at)
    elif "layer_names" in contents.attributes.get(at, {}):
        found = _from_lists(contents, at)
    elif any(path.rpartition("/")[2] == "vars" for path in _groups(contents.found)):
        found = _from_groups(contents)
    return Description(
        format="HDF5" if found is None else "Keras",
        tensors=contents.found,
        operations=None if found is None else tuple(found),
    )


def _from_config(listed: list[Layer], contents: Contents, at: str) -> list[Operation]:
    made: dict[str, str] = {}  # what layers that change nothing make: what they read
    found: list[Operation] = []
    groups = _Groups(contents)
    for layer in listed:
        reads = tuple(made.get(name, name) for name in layer.reads)
        steps = operations(
            layer.word, layer.config, layer.name, _parts(layer, contents, groups, at)
        )
        if not steps:
            made[layer.makes] = reads[0] if reads else layer.makes
        for index, step in enumerate(steps):
            makes = layer.makes if index == len(steps) - 1 else f"{layer.makes}.{index}"
            found.append(_with_figures(replace(step, reads=reads, makes=(makes,)), layer, contents))
            reads = (makes,)
    return found


def _with_figures(step: Operation, layer: Layer, contents: Contents) -> Operation:
    """Return a normalisation of the input with its figures, which its configuration or its tensors have."""
    if step.kind != "input_scale" or step.settings:
        return step
    figures = []
    for role in ("mean", "variance"):
        tensor, given = contents.found.get(step.parts.get(role, "")), layer.config.get(role)
        if tensor and np.prod(tensor.shape) <= _MOST_CHANNELS:
            figures.append(np.ravel(tensor.load()).astype(np.float64))
        elif (stated := figures_of(given)) is not None:
            figures.append(np.array(stated, np.float64))
    if len(figures) < 2 or not all(np.isfinite(each).all() for each in figures):
        return replace(step, kind="other", settings={"type": layer.word})
    deviation = np.maximum(np.sqrt(np.maximum(figures[1], 0)), 1e-7)  # as Keras does
    scale, offset = 1 / deviation, -figures[0] / deviation
    return replace(
        step, settings={"scale": tuple(scale.tolist()), "offset": tuple(offset.tolist())}
    )


def _parts(layer: Layer, contents: Contents, groups: "_Groups", at: str) -> dict[str, str]:
    """Return the tensors of a layer by their roles."""
    wanted = roles(layer.word, layer.config)
    if not wanted:
        return {}
    top, *inner = (*layer.scope, layer.name)
    names = contents.attributes.get(f"{at}/{top}".lstrip("/"), {}).get("weight_names")
    if isinstance(names, list):
        listed = [each for each in names if not inner or each.split("/")[-2:-1] == [layer.name]]
        found = [f"{at}/{top}/{each}".lstrip("/") for each in listed]
    else:
        group = groups.of(layer)
        found = [f"{group}/{index}" for index in range(len(wanted))] if group else []
    by_name = {role: each for each in found if (role := _role(each)) in wanted}
    parts = by_name or dict(zip(wanted, found, strict=False))
    kernel = next((each for each in found if _role(each) == "depthwise"), None)
    if layer.word == "DepthwiseConv2D" and kernel:  # Keras 2 calls it so
        parts = {**parts, "weight": kernel}
    return {role: each for role, each in parts.items() if each in contents.found}


class _Groups:
    """The groups of numbered weights in a file, by their place among the models and by the name they state."""

    def __init__(self, contents: Contents) -> None:
        self._names: dict[str, object] = {}
        self._by_place: dict[tuple[str, ...], str] = {}
        self._by_name: dict[object, list[str]] = {}
        for path in _groups(contents.found):
            if path.rpartition("/")[2] == "vars":
                steps = tuple(step for step in path.split("/")[:-1] if step not in _CONTAINERS)
                self._names[path] = contents.attributes.get(path, {}).get("name")
                self._by_place[steps] = path
                self._by_name.setdefault(self._names[path], []).append(path)

    def of(self, layer: Layer) -> str | None:
        """Return the group of a layer: by its class and place, checked by the name that it states."""
        path = self._by_place.get(layer.group)
        if path and self._names[path] in (None, layer.name):
            return path
        named = self._by_name.get(layer.name, [])
        return named[0] if len(named) == 1 else None


_CONTAINERS = ("layers", "_layer_checkpoint_dependencies")


def _groups(tensors: Mapping[str, Tensor]) -> dict[str, Attributes]:
    return {name.rpartition("/")[0]: {} for name in tensors}


def _role(path: str) -> str | None:
    leaf = re.sub(r":0$", "", path.rpartition("/")[2])
    # Keras 1: convolution2d_1_W
    return _ROLE_OF_NAME.get(leaf) or _ROLE_OF_NAME.get(leaf.rpartition("_")[2])


def _from_lists(contents: Contents, at: str) -> list[Operation]:
    """Return the layers of a file that lists their weights, but not what they do with them."""
    found = []
    names = contents.attributes[at]["layer_names"]
    for name in names if isinstance(names, list) else [names]:
        listed = contents.attributes.get(f"{at}/{name}".lstrip("/"), {}).get("weight_names", [])
        by_layer: dict[str, dict[str, str]] = {}
        for each in listed if isinstance(listed, list) else [listed]:
            path, role = f"{at}/{name}/{each}".lstrip("/"), _role(each)
            if role and path in contents.found:
                by_layer.setdefault(path.rpartition("/")[0], {})[role] = path
        for path, parts in by_layer.items():
            found += _named(_class_of(path, parts, contents.found), path.rpartition("/")[2], parts)
    return found


def _class_of(path: str, parts: Mapping[str, str], tensors: Mapping[str, Tensor]) -> str:
    leaf = path.rpartition("/")[2].lower()
    axes = {role: len(tensors[name].shape) for role, name in parts.items()}
    if axes.get("pointwise") == 4:
        return "SeparableConv2D"
    if axes.get("depthwise") == 4 or (
        axes.get("weight") == 4 and re.search(r"depthwise|dwconv", leaf)
    ):
        return "DepthwiseConv2D"
    if axes.get("weight") == 4:
        return "Conv2DTranspose" if "transpose" in leaf or "deconv" in leaf else "Conv2D"
    return "BatchNormalization" if "variance" in parts else leaf


def _from_groups(contents: Contents) -> list[Operation]:
    """Return the layers of a file without a configuration: the names of its groups tell their classes."""
    found = []
    for path in _groups(contents.found):
        group, _, leaf = path.rpartition("/")
        if leaf != "vars":
            continue
        stated = contents.attributes.get(path, {}).get("name")
        name = stated if isinstance(stated, str) else group.rpartition("/")[2]
        words = (re.sub(r"_\d+$", "", each) for each in (group.rpartition("/")[2], name))
        word = next((_CLASS_OF_GROUP[each] for each in words if each in _CLASS_OF_GROUP), "")
        listed = [f"{path}/{index}" for index in range(5) if f"{path}/{index}" in contents.found]
        parts = dict(zip(_roles_by_count(word, len(listed)), listed, strict=False))
        found += _named(word, name, parts)
    return found


def _roles_by_count(word: str, count: int) -> tuple[str, ...]:
    every = ROLES.get(word, ())
    # Without gamma or beta, or both, mean and variance are still the last two.
    return every[-count:] if word == "BatchNormalization" and count in (2, 4) else every


def _named(word: str, name: str, parts: Mapping[str, str]) -> list[Operation]:
    if word == "DepthwiseConv2D" and "depthwise" in parts:
        parts = {**{role: each for role, each in parts.items() if role != "depthwise"},
                 "weight": parts["depthwise"]}  # fmt: skip
    steps = operations(word, {}, name, parts) if word in ROLES else []
    return [replace(step, trust="named", settings=_sure(step)) for step in steps]


def _sure(step: Operation) -> dict[str, object]:
    """Return the settings that the tensors tell, and the usual epsilon; others would be guesses without a word."""
    sure = ("order", "pointwise_order", "epsilon")
    return {key: step.settings[key] for key in sure if key in step.settings}
