"""The contents of a weight file: its tensors, those that can be filters, and the values of a chosen one."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from app.messages import sentence
from app.shown_text import shown_text
from app.untrusted.weights.chains import Pair, chain, pairs
from app.untrusted.weights.convolution import Convolution, Order
from app.untrusted.weights.errors import (
    BrokenWeights,
    NoConvolutions,
    NoPair,
    NoSuchConvolution,
    WeightsTooLarge,
)
from app.untrusted.weights.limits import Limits
from app.untrusted.weights.tensor import Float, Tensor

Format = Literal["npz", "npy", "safetensors", "Keras", "HDF5", "ONNX"]

_MOST_LISTED = 12


@dataclass(frozen=True, kw_only=True)
class WeightFile:
    """The tensors of a file, in the order of the file, and those that can be filters.

    Values are read from the file on demand, so it has to stay open until then.
    """

    format: Format
    tensors: tuple[Tensor, ...]
    convolutions: tuple[Convolution, ...]
    limits: Limits = field(repr=False)

    def pairs(self) -> tuple[Pair, ...]:
        """Return the pairs of convolutions that chain, the likeliest first; see `chains.pairs`."""
        return pairs(self.convolutions, self.limits)

    def first_pair(self) -> Pair:
        """Return the likeliest pair.

        Raises:
            NoPair: no two convolutions chain; the message lists those found.
        """
        found = self.pairs()
        if not found:
            raise NoPair(
                sentence(
                    "No two convolutions of the file chain. The first would have to read 1 or 3 "
                    "channels, the second as many as the first has filters, {filters} at most, with "
                    "kernels of up to {side}. Found: {found}.",
                    filters=self.limits.filters[-1],
                    side=self.limits.kernels[-1],
                    found=_listed([str(each) for each in self.convolutions]),
                )
            )
        return found[0]

    def pair(
        self,
        first: str,
        second: str,
        *,
        first_order: Order | None = None,
        second_order: Order | None = None,
    ) -> Pair:
        """Return two convolutions by name, with the order of their axes corrected if one is given.

        Raises:
            NoSuchConvolution, NoPair: the message says what would work.
        """
        return chain(
            self.find(first).read_as(first_order),
            self.find(second).read_as(second_order),
            self.limits,
        )

    def find(self, name: str) -> Convolution:
        """Return the convolution whose weight has that name.

        Raises:
            NoSuchConvolution: the message lists the names that would work.
        """
        shown = shown_text(name)  # as the names of the file are
        for each in self.convolutions:
            if each.name == shown:
                return each
        listed = _listed([str(each) for each in self.convolutions])
        raise NoSuchConvolution(
            sentence(
                "The file has no convolution {name!r}; found: {listed}.",
                name=shown_text(name, most=80),
                listed=listed,
            )
        )

    def convolution(self, name: str, order: Order | None = None) -> tuple[Float, Float]:
        """Read the weight and the bias of a convolution; the bias is 0 where the file has none.

        Shapes:
            return  (F, C / groups, kh, kw) and (F,), both float32

        Raises:
            NoSuchConvolution, NoPair, WeightsTooLarge, BadValues, BrokenWeights, UnsupportedWeights: the
                message says what would work.
        """
        found = self.find(name).read_as(order)
        if not found.fits(self.limits):
            raise WeightsTooLarge(
                sentence(
                    "{found} does not fit a layer; up to {filters} filters, as many channels and "
                    "kernels of up to {side} would work.",
                    found=found,
                    filters=self.limits.filters[-1],
                    side=self.limits.kernels[-1],
                )
            )
        tensors = {tensor.name: tensor for tensor in self.tensors}
        values = tensors[found.name].values()
        weight = np.ascontiguousarray(
            values.transpose([found.order.index(axis) for axis in "OIHW"])
        )
        if found.bias is None:
            return weight, np.zeros(found.filters, np.float32)
        bias = tensors[found.bias]
        if bias.shape != (found.filters,):
            raise NoPair(
                sentence(
                    "{found} has the bias {bias}; another order of the axes would work, or a bias of "
                    "{filters} values.",
                    found=found,
                    bias=bias.summary,
                    filters=found.filters,
                )
            )
        return weight, bias.values()


def gather(
    format: Format,
    tensors: Sequence[Tensor],
    convolutions: Sequence[Convolution],
    limits: Limits,
) -> WeightFile:
    """Put the tensors and convolutions together into a WeightFile, in which names are as they can be shown.

    Raises:
        NoConvolutions: there is none; the message lists the tensors found.
        BrokenWeights: two tensors have the same name, or a name is not text.
    """
    if not all(_is_text(tensor.name) for tensor in tensors):
        raise BrokenWeights(
            sentence(
                "The {format} file has a tensor whose name is no text; the same weights saved "
                "again would work.",
                format=format,
            )
        )
    names = {tensor.name: shown_text(tensor.name) for tensor in tensors}
    if len(set(names.values())) != len(tensors):
        raise BrokenWeights(
            sentence(
                "The {format} file has two tensors of one name, or of names that look the same; "
                "the same weights saved under other names would work.",
                format=format,
            )
        )
    if not convolutions:
        listed = _listed([tensor.summary for tensor in tensors])
        raise NoConvolutions(
            sentence(
                "The {format} file holds no filters of a convolution, which have four axes and "
                "are numbers. Found: {listed}.",
                format=format,
                listed=listed,
            )
        )
    return WeightFile(
        format=format,
        tensors=tuple(replace(tensor, name=names[tensor.name]) for tensor in tensors),
        convolutions=tuple(
            replace(each, name=names[each.name], bias=names[each.bias] if each.bias else None)
            for each in convolutions
        ),
        limits=limits,
    )


def _is_text(name: str) -> bool:
    """Return whether a name can be encoded; JSON can contain lone surrogates."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True


def _listed(found: Sequence[str]) -> str:
    more = len(found) - _MOST_LISTED
    parts = [*found[:_MOST_LISTED], *([f"{more:,} more"] if more > 0 else [])]
    return ", ".join(parts) or "nothing"
