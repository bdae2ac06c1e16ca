"""One forward pass: the image through both layers, every array of it recorded."""

from collections.abc import Iterator

import numpy as np

from app.engine.activations import apply_into
from app.engine.conv import conv2d
from app.engine.errors import ShapeError
from app.engine.sharing import share
from app.engine.spec import Activation, LayerSpec, Normalise, StackSpec
from app.engine.trace import Empty, FilterBank, Float, LayerTrace, Trace, fresh

# The statistics that torchvision's models were trained with, for red, green and blue in [0, 1].
IMAGENET_MEANS = (0.485, 0.456, 0.406)
IMAGENET_DEVIATIONS = (0.229, 0.224, 0.225)


def forward(
    image: Float,
    spec: StackSpec,
    banks: tuple[FilterBank, FilterBank],
    *,
    first: LayerTrace | None = None,
    threads: int = 1,
    empty: Empty = fresh,
) -> Trace:
    """Run the image through both layers and return what each did.

    `image` is what `normalise` returns. `first` is layer 1 of an earlier pass of the same image
    with the same settings of layer 1: it is taken as it is, and only layer 2 is computed. `empty`
    makes the arrays for the maps.

    Shapes:
        image  spec.input_shape(1)
        banks  spec.weight_shape(1) and spec.weight_shape(2)

    Raises:
        ShapeError: the image, a bank or `first` disagrees with `spec`.
    """
    _check_image(image, spec)
    image = _frozen(image)
    if first is None:
        first = forward_layer(image, spec.layers[0], banks[0], threads=threads, empty=empty)
    elif first.spec != spec.layers[0] or first.activation.shape != spec.output_shape(1):
        raise ShapeError(
            f"first is a pass of {first.spec} with maps of {first.activation.shape}; "
            f"one of {spec.layers[0]} with {spec.output_shape(1)} would work."
        )
    second = forward_layer(first.activation, spec.layers[1], banks[1], threads=threads, empty=empty)
    return Trace(spec, image, (first, second))


def forward_layer(
    x: Float,
    spec: LayerSpec,
    bank: FilterBank,
    *,
    threads: int = 1,
    empty: Empty = fresh,
) -> LayerTrace:
    """Run feature maps through one layer and return what it did. `empty` makes the arrays for its maps.

    Shapes:
        x       (C, H, W)
        bank    weight (F, C // groups, kh, kw), bias (F,)

    Raises:
        ShapeError: `x` or `bank` disagrees with `spec`.
        SpecError: no placement of the kernel fits the padded input.
    """
    bank = FilterBank(_frozen(bank.weight), _frozen(bank.bias), bank.names)
    preactivation = conv2d(
        x, bank.weight, bank.bias, spec, threads=threads, empty=empty
    )  # (F, H', W')
    activation = _activate(spec.activation, preactivation, threads, empty)  # (F, H', W')
    return LayerTrace(spec, bank, _read_only(preactivation), _read_only(activation))


def normalise(image: Float, how: Normalise) -> Float:
    """Return the picture, values in [0, 1], as the float32 values that layer 1 reads.

    `centre` subtracts 0.5; `none` changes nothing; `imagenet` subtracts the mean of each channel
    over ImageNet and divides by its deviation. A grey picture has no such figures of its own: it
    takes the mean of the three means and the mean of the three deviations.

    Shapes:
        image   (C, H, W)  with C = 1 or 3
        return  (C, H, W)
    """
    image = np.asarray(image, np.float32)
    if how == "none":
        return image
    if how == "centre":
        return image - np.float32(0.5)
    means, deviations = (
        np.array(values if len(image) == 3 else [np.mean(values)], np.float32).reshape(-1, 1, 1)
        for values in (IMAGENET_MEANS, IMAGENET_DEVIATIONS)
    )
    return (image - means) / deviations


def _check_image(image: Float, spec: StackSpec) -> None:
    if image.shape != spec.input_shape(1):
        raise ShapeError(f"image is {image.shape}; {spec.input_shape(1)} would work.")


def _activate(name: Activation, maps: Float, threads: int, empty: Empty) -> Float:
    """Activate map by map: a map fits the cache, and so do the intermediate results."""
    if name == "linear":
        return maps
    out = empty(maps.shape)

    def work(channels: Iterator[int]) -> None:
        for channel in channels:
            apply_into(out[channel], name, maps[channel])

    share(range(len(maps)), work, threads=threads)
    return out


def _frozen(array: Float) -> Float:
    """Return a read-only copy; the array itself where it is read-only already."""
    return _read_only(array.copy()) if array.flags.writeable else array


def _read_only(array: Float) -> Float:
    array.setflags(write=False)
    return array
